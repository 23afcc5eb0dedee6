//! The pauses between attempts of one operation: the only retry schedule in the workspace.

use std::time::Duration;

/// Doublings after which the exponent stops growing: every maximum is reached long before.
const DOUBLINGS_MAX: u32 = 30;

/// Exponential backoff: pauses that begin at `first` and double up to `max`.
///
/// Source: Marc Brooker, *Exponential Backoff and Jitter*, AWS Architecture Blog, 2015.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    max: Duration,
}

impl Backoff {
    /// Pauses from `first` to `max`.
    #[must_use]
    pub const fn new(first: Duration, max: Duration) -> Self {
        Self { first, max }
    }

    /// The same pause after every failed attempt.
    #[must_use]
    pub const fn constant(pause: Duration) -> Self {
        Self::new(pause, pause)
    }

    /// The pause after this number of consecutive failed attempts, from 1.
    #[must_use]
    pub fn pause(self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(DOUBLINGS_MAX);
        self.first.saturating_mul(1 << doublings).min(self.max)
    }

    /// Full jitter, for conflicts of processes: a random share, from 0 to 1, of the pause.
    #[must_use]
    pub fn jittered(self, failures: u32, share: f64) -> Duration {
        self.pause(failures).mul_f64(share.clamp(0.0, 1.0))
    }

    /// The pauses in order, without end; `take` bounds the attempts.
    pub fn pauses(self) -> impl Iterator<Item = Duration> {
        (1..).map(move |failures| self.pause(failures))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));

    #[test]
    fn pauses_double_up_to_the_maximum() {
        let pauses = BACKOFF.pauses().map(|pause| pause.as_millis()).take(6);
        assert_eq!(pauses.collect::<Vec<_>>(), [100, 200, 400, 800, 1_000, 1_000]);
        assert_eq!(BACKOFF.pause(0), BACKOFF.pause(1));
        assert_eq!(BACKOFF.pause(u32::MAX), Duration::from_secs(1));
        let huge = Backoff::new(Duration::MAX, Duration::MAX);
        assert_eq!(huge.pause(u32::MAX), Duration::MAX);
    }

    #[test]
    fn a_constant_backoff_does_not_grow() {
        let constant = Backoff::constant(Duration::from_millis(5));
        assert!(constant.pauses().take(9).all(|pause| pause == Duration::from_millis(5)));
    }

    #[test]
    fn jitter_stays_within_the_pause() {
        assert_eq!(BACKOFF.jittered(2, 0.5), Duration::from_millis(100));
        assert_eq!(BACKOFF.jittered(2, 7.0), Duration::from_millis(200));
        assert_eq!(BACKOFF.jittered(2, -1.0), Duration::ZERO);
    }
}
