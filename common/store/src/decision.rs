//! A decision on its way through the committer, with the type of its answer hidden.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sources::Trace;
use tokio::sync::oneshot;

use crate::error::{Failure, Refusal, Stop, Unavailable};
use crate::tx::Tx;

/// What the committer has to know of how a decision ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Keep what it wrote.
    Accepted,
    /// Forget what it wrote; it is answered all the same.
    Refused,
    /// Load what it asked for and decide again.
    NotLoaded,
    /// Forget what it wrote; its code panicked.
    Panicked,
}

/// What became of the batch a decision was in.
#[derive(Debug, Clone)]
pub(crate) enum Fate {
    /// It is durable.
    Committed,
    /// Too much is waiting, or others were faster too often.
    Busy,
    /// It was not written, or the error says that its outcome is unknown: callers do not wait any longer to learn it.
    Failed(Unavailable),
}

pub(crate) trait Decision: Send {
    /// Runs the decision; the last run counts.
    fn decide(&mut self, tx: &mut Tx<'_>) -> Verdict;

    /// Turns an accepted decision into a failed one: what it wrote cannot be committed.
    fn fail(&mut self);

    /// Answers the caller.
    fn answer(self: Box<Self>, fate: &Fate);

    /// Whether anybody still waits for the answer.
    fn is_abandoned(&self) -> bool;

    /// The trace that the decision belongs to.
    fn trace(&self) -> Option<&Trace>;
}

/// A decision with its types.
pub(crate) struct Pending<T, R, F> {
    pub(crate) decide: F,
    pub(crate) verdict: Option<Result<T, R>>,
    pub(crate) reply: oneshot::Sender<Result<T, Failure<R>>>,
    pub(crate) trace: Option<Trace>,
}

impl<T, R, F> Decision for Pending<T, R, F>
where
    T: Send,
    R: Refusal,
    F: Fn(&mut Tx<'_>) -> Result<T, Stop<R>> + Send,
{
    fn decide(&mut self, tx: &mut Tx<'_>) -> Verdict {
        self.verdict = None;
        // A bug in one decision must not take the others of the batch with it.
        match catch_unwind(AssertUnwindSafe(|| (self.decide)(tx))) {
            Ok(Ok(value)) => {
                self.verdict = Some(Ok(value));
                Verdict::Accepted
            }
            Ok(Err(Stop::Refused(refusal))) => {
                self.verdict = Some(Err(refusal));
                Verdict::Refused
            }
            Ok(Err(Stop::NotLoaded(_))) => Verdict::NotLoaded,
            Err(_) => Verdict::Panicked,
        }
    }

    fn fail(&mut self) {
        self.verdict = None;
    }

    fn answer(self: Box<Self>, fate: &Fate) {
        let answer = match (fate, self.verdict) {
            (Fate::Committed, Some(Ok(value))) => Ok(value),
            (Fate::Committed, Some(Err(refusal))) => Err(Failure::Refused(refusal)),
            (Fate::Committed, None) => {
                Err(Failure::Unavailable(Unavailable::new("cannot decide: the decision failed")))
            }
            (Fate::Busy, _) => Err(Failure::Busy),
            (Fate::Failed(why), _) => Err(Failure::Unavailable(why.clone())),
        };
        // Nobody waits any more: the effect stands, and a repeat of the command finds it.
        let _ = self.reply.send(answer);
    }

    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn trace(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }
}
