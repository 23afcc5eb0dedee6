//! A decision in the committer, without its result type.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sources::Trace;
use tokio::sync::oneshot;

use crate::commits::batch_state::{LoadRequest, Reads};
use crate::commits::tx::Tx;
use crate::error::{Failure, Refusal, Stop, Unavailable};

/// How a decision ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Its writes are kept.
    Accepted,
    /// Its writes are dropped; the caller receives the refusal.
    Refused,
    /// The missing documents are loaded, and the decision runs again.
    NotLoaded,
    /// Its writes are dropped; its code panicked.
    Panicked,
}

/// The outcome of the commit of a decision's batch.
#[derive(Debug, Clone)]
pub(crate) enum CommitOutcome {
    /// It is durable.
    Committed,
    /// The queue is full, or too many commits conflicted.
    Busy,
    /// It was not written, or the outcome is unknown, as the error states, and callers stop
    /// waiting.
    Failed(Unavailable),
}

pub(crate) trait Decision: Send {
    /// The documents that it declares to read.
    fn reads(&self) -> &[LoadRequest];

    /// Runs the decision; the last run counts.
    fn decide(&mut self, tx: &mut Tx<'_>) -> Verdict;

    /// Turns an accepted decision into a failed one: its writes cannot be committed.
    fn fail(&mut self);

    /// Replies to the caller.
    fn reply(self: Box<Self>, outcome: &CommitOutcome);

    /// Whether the caller has stopped waiting.
    fn is_abandoned(&self) -> bool;

    /// The trace of the decision.
    fn trace(&self) -> Option<&Trace>;
}

/// A decision with its types.
pub(crate) struct Pending<T, R, F> {
    pub(crate) decide: F,
    pub(crate) reads: Reads,
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
    fn reads(&self) -> &[LoadRequest] {
        &self.reads.0
    }

    fn decide(&mut self, tx: &mut Tx<'_>) -> Verdict {
        self.verdict = None;
        // A bug in one decision must not affect the others of the batch.
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

    fn reply(self: Box<Self>, outcome: &CommitOutcome) {
        let result = match (outcome, self.verdict) {
            (CommitOutcome::Committed, Some(Ok(value))) => Ok(value),
            (CommitOutcome::Committed, Some(Err(refusal))) => Err(Failure::Refused(refusal)),
            (CommitOutcome::Committed, None) => {
                Err(Failure::Unavailable(Unavailable::new("cannot decide: the decision failed")))
            }
            (CommitOutcome::Busy, _) => Err(Failure::Busy),
            (CommitOutcome::Failed(why), _) => Err(Failure::Unavailable(why.clone())),
        };
        // The caller may have stopped waiting; the commit is valid, and a repeat of the command
        // finds it.
        let _ = self.reply.send(result);
    }

    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn trace(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }
}
