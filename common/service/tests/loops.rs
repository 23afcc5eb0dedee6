//! Loops: they step, wait without work, continue after failures, and stop between two steps.

#![expect(clippy::panic, reason = "one of the loops has a bug")]

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use service::Loop;
use service::loops::Pace;
use store::Unavailable;
use tokio_util::sync::CancellationToken;

use crate::kiosk::Gate;

/// The behaviour of a step of the scripted loop.
#[derive(Clone, Copy)]
enum Step {
    Does(usize),
    Fails,
    Panics,
}

/// A loop that steps as scripted, then cancels `stop` when it waits.
fn scripted(steps: &[Step], stop: &CancellationToken) -> (Loop, Arc<Mutex<VecDeque<Step>>>) {
    let script = Arc::new(Mutex::new(steps.iter().copied().collect::<VecDeque<_>>()));
    let (left, stop) = (Arc::clone(&script), stop.clone());
    let act = move || {
        let next = left.lock().pop_front();
        async move {
            match next {
                Some(Step::Does(count)) => Ok(count),
                Some(Step::Fails) => Err(Unavailable::new("cannot step")),
                Some(Step::Panics) => panic!("a bug"),
                None => Ok(0),
            }
        }
    };
    let wait = move || {
        stop.cancel();
        std::future::ready(())
    };
    (Loop::new("test.scripted", act, wait), script)
}

/// A rule, steps, their pace, and the time that they take in milliseconds.
type Case<'a> = (&'a str, &'a [Step], Option<Pace>, u128);

#[tokio::test(start_paused = true)]
async fn a_loop_steps_until_there_is_nothing_to_do_with_pauses_after_failures_and_bursts() {
    let pace = Some(Pace { burst: 3, period: Duration::from_millis(25), full: 2 });
    let failing = [Step::Fails, Step::Panics, Step::Fails, Step::Does(1), Step::Fails];
    let cases: [Case<'_>; 5] = [
        ("it does not wait with work", &[Step::Does(3), Step::Does(1), Step::Does(0)], None, 0),
        // 100 + 200 + 400 ms, and the first pause again after a successful step.
        ("it continues after failures and panics with backoff", &failing, None, 800),
        // 0.1 + 0.2 + 0.4 + 0.8 + 1.6 + 3.2 s, then 5 s four times.
        ("the wait after failures is bounded", &[Step::Fails; 10], None, 26_300),
        // Three at once, then one each 25 ms; the seventh finds nothing to do.
        ("little work keeps the pace after a burst", &[Step::Does(1); 6], pace, 100),
        ("there is more to do than one step can", &[Step::Does(2); 6], pace, 0),
    ];
    for (rule, steps, pace, ms) in cases {
        let stop = CancellationToken::new();
        let (one, left) = scripted(steps, &stop);
        let one = if let Some(pace) = pace { one.paced(pace) } else { one };
        let began = tokio::time::Instant::now();
        one.run(stop).await;
        assert!(left.lock().is_empty(), "{rule}");
        assert_eq!(began.elapsed().as_millis(), ms, "{rule}");
    }
}

#[tokio::test]
async fn a_running_step_is_completed_and_no_other_begins() {
    let (stop, gate) = (CancellationToken::new(), Gate::closed());
    let passing = gate.clone();
    let act = move || {
        let gate = passing.clone();
        async move {
            gate.pass().await;
            Ok(1)
        }
    };
    let one = Loop::new("test.gated", act, std::future::pending);
    let stopping = async {
        gate.reached_by(1).await;
        stop.cancel();
        gate.open();
    };
    tokio::join!(one.run(stop.clone()), stopping);
    assert_eq!(gate.reached(), 1);
}

#[tokio::test]
async fn a_waiting_loop_stops_at_once() {
    let stop = CancellationToken::new();
    let waits = Gate::closed();
    let waiting = waits.clone();
    let wait = move || {
        let gate = waiting.clone();
        async move { gate.pass().await }
    };
    let one = Loop::new("test.idle", || std::future::ready(Ok(0)), wait);
    let stopping = async {
        waits.reached_by(1).await;
        stop.cancel();
    };
    tokio::join!(one.run(stop.clone()), stopping);
}

#[tokio::test]
async fn a_manual_step_returns_its_failure() {
    let (one, _) = scripted(&[Step::Fails, Step::Does(2)], &CancellationToken::new());
    assert_eq!(one.run_once().await.unwrap_err().to_string(), "cannot step");
    assert_eq!(one.run_once().await.unwrap(), 2);
    assert_eq!(one.name(), "test.scripted");
}
