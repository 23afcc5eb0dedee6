//! Time: it passes while everything does what it does, or jumps.

use std::time::Duration;

use contract::Timestamp;

use super::Town;

/// Longest step in which time passes while everything does what it does.
const STEP_MAX: Duration = Duration::from_millis(250);

/// How far time jumps at once, at the most; sessions last a day, and a script has a hundred jumps.
pub(crate) const JUMP_MAX: Duration = Duration::from_mins(10);

/// Time after a disturbance in which orders may be late: a listener that failed waits up to five seconds, and what was taken and
/// not settled comes again after half a minute.
const RECOVERY: Duration = Duration::from_secs(31);

/// How long after its deadline an order may be active while nothing is broken.
const LATENESS_MAX: Duration = Duration::from_secs(1);

impl Town {
    pub(crate) fn now(&self) -> Timestamp {
        self.engines.hand.now()
    }

    /// Time passes; whoever is woken by it does what there is to do.
    pub(crate) fn pass(&mut self, duration: Duration) {
        let end = self.now().plus(duration);
        self.settle();
        while self.now() < end && !self.is_broken() {
            let step = self.now().plus(STEP_MAX).min(end);
            let next = [self.engines.hand.next_waking(), self.engines.provider.next_due()];
            let next = next.into_iter().flatten().fold(step, Ord::min);
            self.move_to(next.max(self.now().plus(Duration::from_millis(1))));
            self.settle();
        }
    }

    /// The clock moves all at once, perhaps back.
    pub(crate) fn jump(&mut self, ms: i32) {
        let span = Duration::from_millis(ms.unsigned_abs().into()).min(JUMP_MAX);
        if ms < 0 {
            self.engines.hand.set(self.now().minus(span));
        } else {
            self.move_to(self.now().plus(span));
        }
    }

    /// Nothing is broken any more; when all has recovered, no order may outlive its deadline by much, for so long.
    pub(crate) fn calm(&mut self, duration: Duration) {
        self.mend();
        self.settle();
        self.jump(i32::try_from(RECOVERY.as_millis()).unwrap_or(i32::MAX));
        self.pass(Duration::from_secs(5));
        let calm_since = self.now();
        let end = calm_since.plus(duration);
        while self.now() < end && !self.is_broken() {
            self.pass(STEP_MAX);
            let late = self.now().minus(LATENESS_MAX);
            let overdue = self.engines.watch.lock().overdue(late);
            self.broken.extend(overdue);
        }
    }

    /// Moves both clocks: the marketplace's, and the one that pauses after failures are measured by.
    fn move_to(&mut self, to: Timestamp) {
        let step = to.since(self.now());
        self.engines.hand.set(to);
        self.runtime.block_on(tokio::time::advance(step));
        self.trace.note(|| format!("it is {to}"));
    }
}
