//! Loops: step while there is work, wait without work, continue after failures, stop between
//! two steps.

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

#[tokio::test]
async fn a_loop_steps_until_there_is_nothing_to_do_and_then_waits() {
    let stop = CancellationToken::new();
    let (one, left) = scripted(&[Step::Does(3), Step::Does(1), Step::Does(0)], &stop);
    one.run(stop).await;
    assert!(left.lock().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_loop_continues_after_failures_and_panics_with_backoff() {
    let stop = CancellationToken::new();
    let steps = [Step::Fails, Step::Panics, Step::Fails, Step::Does(1), Step::Fails];
    let (one, left) = scripted(&steps, &stop);
    let began = tokio::time::Instant::now();
    one.run(stop).await;
    assert!(left.lock().is_empty());
    // 100 + 200 + 400 ms, and the first pause again after a successful step.
    assert_eq!(began.elapsed().as_millis(), 800);
}

#[tokio::test(start_paused = true)]
async fn the_wait_after_failures_is_bounded() {
    let stop = CancellationToken::new();
    let (one, _) = scripted(&[Step::Fails; 10], &stop);
    let began = tokio::time::Instant::now();
    one.run(stop).await;
    // 0.1 + 0.2 + 0.4 + 0.8 + 1.6 + 3.2 s, then 5 s four times.
    assert_eq!(began.elapsed().as_millis(), 26_300);
}

#[tokio::test(start_paused = true)]
async fn steps_with_little_work_keep_their_pace_after_a_burst() {
    let pace = Pace { burst: 3, period: Duration::from_millis(25), full: 2 };
    let stop = CancellationToken::new();
    let (one, _) = scripted(&[Step::Does(1); 6], &stop);
    let began = tokio::time::Instant::now();
    one.paced(pace).run(stop).await;
    // Three at once, then one each 25 ms; the seventh finds nothing to do.
    assert_eq!(began.elapsed().as_millis(), 100);
    let stop = CancellationToken::new();
    let (one, _) = scripted(&[Step::Does(2); 6], &stop);
    let began = tokio::time::Instant::now();
    one.paced(pace).run(stop).await;
    assert_eq!(began.elapsed().as_millis(), 0, "there is more to do than one step can");
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
