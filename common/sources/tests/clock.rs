//! The clock of tests: it wakes sleepers at their deadlines, the earliest first, and no others.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use contract::Timestamp;
use parking_lot::Mutex;
use sources::Clock;

/// Records its name whenever it is woken.
struct Noted(&'static str, Arc<Mutex<Vec<&'static str>>>);

impl Wake for Noted {
    fn wake(self: Arc<Self>) {
        self.1.lock().push(self.0);
    }
}

#[test]
fn sleepers_are_woken_at_their_deadlines_the_earliest_first() {
    let (clock, hand) = Clock::manual(Timestamp::from_unix_ms(1_000));
    let woken = Arc::new(Mutex::new(Vec::new()));
    let waker = |name| Waker::from(Arc::new(Noted(name, Arc::clone(&woken))));
    let mut sleepers: Vec<_> = [("late", 30), ("early", 10), ("equal", 10), ("later", 31)]
        .map(|(name, ms)| (waker(name), Box::pin(clock.sleep(Duration::from_millis(ms)))))
        .into();
    for (waker, sleep) in &mut sleepers {
        assert!(sleep.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
    }
    assert_eq!(hand.next_waking().unwrap().unix_ms(), 1_010);
    hand.advance(Duration::from_millis(9));
    assert_eq!(*woken.lock(), [""; 0]);
    hand.advance(Duration::from_millis(21));
    assert_eq!(*woken.lock(), ["early", "equal", "late"]);
    assert_eq!(hand.next_waking().unwrap().unix_ms(), 1_031);
    sleepers.pop();
    assert_eq!(hand.next_waking(), None, "a finished sleeper is not woken");
}

#[test]
fn a_sleeper_continues_after_the_clock_was_set_back() {
    let start = Timestamp::from_unix_ms(1_000);
    let (clock, hand) = Clock::manual(start);
    let mut sleep = pin!(clock.sleep(Duration::from_millis(10)));
    let mut context = Context::from_waker(Waker::noop());
    assert!(sleep.as_mut().poll(&mut context).is_pending());
    hand.advance(Duration::from_millis(10));
    hand.set(start);
    assert!(sleep.as_mut().poll(&mut context).is_pending());
    hand.advance(Duration::from_millis(10));
    assert_eq!(sleep.as_mut().poll(&mut context), Poll::Ready(()));
}
