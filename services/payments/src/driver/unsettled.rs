//! A payment or refund that has not ended at the provider.

use std::fmt::Display;
use std::future::Future;
use std::hash::Hash;
use std::time::Duration;

use contract::{Id, Timestamp};
use sources::{Span, Trace};
use store::{Document, Stop, Tx, Unavailable};

use super::work::Work;
use crate::Ports;
use crate::domain::Refusal;

/// Age from which an earlier call to the provider may have been made, although none is recorded.
pub(crate) const UNSETTLED_AFTER: Duration = Duration::from_mins(1);

/// Result of the calls of a document.
pub(crate) enum JobResult {
    /// The result is recorded; nothing remains to do.
    Done,
    /// To be retried later.
    Retry,
}

/// Result of one call to the provider.
pub(crate) enum Called<C> {
    /// The command that records it.
    Apply(C),
    /// It is recorded already, and no call follows.
    Recorded(JobResult),
}

/// A document whose state may require calls to the provider: a payment or a refund. Its collection
/// has the indexes `with_task` and `unsettled`.
pub(crate) trait Unsettled: Document + PartialEq {
    /// The type of its id.
    type Id: From<Id> + Into<Id> + Copy + Eq + Hash + Display + Send + Sync;

    /// A change of it.
    type Command: Clone + Send + 'static;

    /// Its name in logs.
    const NAME: &'static str;

    fn id(&self) -> Self::Id;

    fn began_at(&self) -> Timestamp;

    /// The queue of its driver, and the requests that wait for it.
    fn work(ports: &Ports) -> &Work<Self::Id>;

    /// Whether its state requires a call to the provider.
    fn has_task(&self) -> bool;

    /// The trace of its calls, and their span in it.
    fn trace(&self) -> Option<(Trace, Span)> {
        None
    }

    /// Makes the call that its state requires; with `doubt` after an inquiry whether it was made
    /// already. A call that was not recorded before a crash is repeated with the same idempotency
    /// key.
    fn call(
        &self,
        ports: &Ports,
        doubt: bool,
    ) -> impl Future<Output = Result<Called<Self::Command>, Unavailable>> + Send;

    /// Applies a command in a transaction.
    ///
    /// # Errors
    /// Those of the commands of payments and refunds.
    fn apply(tx: &mut Tx<'_>, id: Self::Id, command: Self::Command) -> Result<Self, Stop<Refusal>>;

    /// Notifies others, and counts, after the commit of a call's result.
    fn recorded(&self, before: &Self, ports: &Ports);

    /// The command of a reconciliation.
    fn reconciling(&self, now: Timestamp) -> Self::Command;

    /// Reports the unsettled documents, oldest first, as metrics.
    fn measure(
        ports: &Ports,
        unsettled: &[Self],
        now: Timestamp,
    ) -> impl Future<Output = Result<(), Unavailable>> + Send;
}
