//! Time: it passes while tasks run, or jumps.

use std::time::Duration;

use contract::Timestamp;
use invariants::LATENESS_MAX;

use super::SimulatedMarketplace;

/// Maximum step of time while tasks run.
const STEP_MAX: Duration = Duration::from_millis(250);

/// Maximum length of a jump. Sessions last a day, and a script has about a hundred jumps.
pub(crate) const JUMP_MAX: Duration = Duration::from_mins(10);

/// Time after a fault during which orders may be late: a failed listener waits up to five seconds,
/// and an unsettled delivery is redelivered after 30 seconds.
const RECOVERY: Duration = Duration::from_secs(31);

impl SimulatedMarketplace {
    pub(crate) fn now(&self) -> Timestamp {
        self.engines.hand.now()
    }

    /// Time passes in steps; tasks that a step wakes run before the next one.
    pub(crate) fn pass(&mut self, duration: Duration) {
        let end = self.now().plus(duration);
        self.settle();
        while self.now() < end && !self.has_violations() {
            let step = self.now().plus(STEP_MAX).min(end);
            let next_due = self.engines.provider.with(|provider, _| provider.next_due());
            let next = [self.engines.hand.next_waking(), next_due];
            let next = next.into_iter().flatten().fold(step, Ord::min);
            self.move_to(next.max(self.now().plus(Duration::from_millis(1))));
            self.settle();
        }
    }

    /// The clock jumps, forward or back; no task runs.
    pub(crate) fn jump(&mut self, ms: i32) {
        let span = Duration::from_millis(ms.unsigned_abs().into()).min(JUMP_MAX);
        if ms < 0 {
            self.engines.hand.set(self.now().minus(span));
        } else {
            self.move_to(self.now().plus(span));
        }
    }

    /// All faults end. After the recovery, no order may be active longer than [`LATENESS_MAX`]
    /// after its deadline, during `duration`.
    pub(crate) fn run_without_faults(&mut self, duration: Duration) {
        self.end_faults();
        self.settle();
        self.jump(i32::try_from(RECOVERY.as_millis()).unwrap_or(i32::MAX));
        self.pass(Duration::from_secs(5));
        let since = self.now();
        let end = since.plus(duration);
        while self.now() < end && !self.has_violations() {
            self.pass(STEP_MAX);
            let late = self.now().minus(LATENESS_MAX);
            let overdue = self.engines.checks.lock().overdue(late);
            self.violations.extend(overdue);
        }
    }

    /// Moves both clocks: the marketplace's, and tokio's, which measures pauses after failures.
    fn move_to(&mut self, to: Timestamp) {
        let step = to.since(self.now());
        self.engines.hand.set(to);
        self.runtime.block_on(tokio::time::advance(step));
        self.trace.note(|| format!("it is {to}"));
    }
}
