//! Waiting for a condition of another process, with a bound in real time.

use std::time::Duration;

/// Pause between two checks: short compared with the start of a server.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Calls `poll` until it succeeds, and returns its result. Blocks the thread.
///
/// # Panics
/// If it does not succeed within `bound`; the message contains `what`, the awaited condition, and
/// the last error of `poll`.
#[expect(
    clippy::disallowed_methods,
    reason = "a bound in real time on a fact that no clock by hand moves"
)]
pub fn within<T>(bound: Duration, what: &str, mut poll: impl FnMut() -> Result<T, String>) -> T {
    let started = std::time::Instant::now();
    loop {
        match poll() {
            Ok(fact) => return fact,
            Err(why) if started.elapsed() > bound => panic!("{what}: not within {bound:?}: {why}"),
            Err(_) => std::thread::sleep(POLL_INTERVAL),
        }
    }
}
