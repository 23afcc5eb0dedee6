//! Waiting for a fact of another process, with a bound in real time.

use std::time::Duration;

/// Pause between two looks at a fact: short beside what a server needs to start.
const LOOK_PERIOD: Duration = Duration::from_millis(10);

/// Looks until there is an answer, which it returns. Blocks the thread.
///
/// # Panics
/// When there is none within `bound`; `what` says what was waited for, `look` why it is not there.
#[expect(
    clippy::disallowed_methods,
    reason = "a bound in real time on a fact that no clock by hand moves"
)]
pub fn within<T>(bound: Duration, what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let started = std::time::Instant::now();
    loop {
        match look() {
            Ok(fact) => return fact,
            Err(why) if started.elapsed() > bound => panic!("{what}: not within {bound:?}: {why}"),
            Err(_) => std::thread::sleep(LOOK_PERIOD),
        }
    }
}
