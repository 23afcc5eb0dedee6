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
    /// Its writes are dropped; its code panicked, or misused the transaction.
    Failed,
}

/// The outcome of the commit of a decision's batch.
#[derive(Debug, Clone)]
pub(crate) enum CommitOutcome {
    Committed,
    /// The queue is full, or too many commits conflicted.
    Busy,
    /// It was not written, or the outcome is unknown, as the error states.
    Failed(Unavailable),
}

pub(crate) trait Decision: Send {
    fn reads(&self) -> &[LoadRequest];

    /// Runs the decision; the last run counts.
    fn decide(&mut self, tx: &mut Tx<'_>) -> Verdict;

    fn reply(self: Box<Self>, outcome: &CommitOutcome);

    /// Whether the caller has stopped waiting.
    fn is_abandoned(&self) -> bool;

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
            Ok(Ok(_)) if !tx.effects.load_requests.is_empty() => Verdict::NotLoaded,
            Ok(Ok(_)) if tx.effects.misuse.is_some() => Verdict::Failed,
            Ok(Ok(value)) => {
                self.verdict = Some(Ok(value));
                Verdict::Accepted
            }
            Ok(Err(Stop::Refused(refusal))) => {
                self.verdict = Some(Err(refusal));
                Verdict::Refused
            }
            Ok(Err(Stop::NotLoaded(_))) => Verdict::NotLoaded,
            Err(_) => Verdict::Failed,
        }
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
        // The caller may have stopped waiting; a repeat of the command finds the commit.
        let _ = self.reply.send(result);
    }

    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn trace(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }
}
