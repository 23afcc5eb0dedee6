//! Ways in which a decision fails: refused by a rule, not now (overload), or not at all (outage).

use std::error::Error;
use std::sync::Arc;

/// A typed refusal of a domain rule. Each service has one enum of them.
pub trait Refusal: Send + 'static {}

/// The refusal of a decision that cannot refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Never {}

impl Refusal for Never {}

/// A dependency does not respond, or responds with nonsense; the operation may succeed later.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{operation}")]
pub struct Unavailable {
    operation: String,
    source: Option<Arc<dyn Error + Send + Sync>>,
    is_reported: bool,
    is_outcome_unknown: bool,
}

impl Unavailable {
    /// The operation that failed, lower case: `cannot load user 6920…`.
    pub fn new(operation: impl Into<String>) -> Self {
        let (source, is_reported, is_outcome_unknown) = (None, false, false);
        Self { operation: operation.into(), source, is_reported, is_outcome_unknown }
    }

    /// The operation that failed, and the cause.
    pub fn caused_by(
        operation: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        let source: Arc<dyn Error + Send + Sync> = Arc::from(source.into());
        let below = match source.downcast_ref::<Failure<Never>>() {
            Some(Failure::Unavailable(unavailable)) => Some(unavailable),
            _ => source.downcast_ref::<Self>(),
        };
        let is_reported = below.is_some_and(Self::is_reported);
        let is_outcome_unknown = below.is_some_and(Self::is_outcome_unknown);
        let operation = operation.into();
        Self { operation, source: Some(source), is_reported, is_outcome_unknown }
    }

    /// The same failure, marked as part of a logged outage.
    pub(crate) fn reported(self) -> Self {
        Self { is_reported: true, ..self }
    }

    /// The same failure, of a decision that may have been committed.
    pub(crate) fn with_unknown_outcome(self) -> Self {
        Self { is_outcome_unknown: true, ..self }
    }

    /// Whether it is part of an outage logged at its start; log it at debug level only.
    #[must_use]
    pub fn is_reported(&self) -> bool {
        self.is_reported
    }

    /// Whether it may have taken effect. A repeat with the same idempotency key is safe.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.is_outcome_unknown
    }

    /// The operation and every cause, joined by colons, for a log line.
    #[must_use]
    pub fn chain(&self) -> String {
        error_chain(self)
    }
}

/// The text of an error and of every cause, joined by colons.
#[must_use]
pub fn error_chain(error: &dyn Error) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The result of a read in a decision. `?` returns the error to the committer, which loads the
/// document and runs the decision again.
pub type Loaded<T> = Result<T, NotLoaded>;

/// The document is not in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLoaded(pub(crate) ());

/// Why a decision stopped early.
#[derive(Debug, derive_more::From)]
pub enum Stop<R> {
    /// A rule refused it.
    Refused(R),
    /// A document must be loaded first; callers of [`Store::transact`](crate::Store::transact)
    /// never receive this.
    #[from]
    NotLoaded(NotLoaded),
}

impl<R: Refusal> From<R> for Stop<R> {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal)
    }
}

/// Why [`Store::transact`](crate::Store::transact) failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure<R> {
    /// A rule refused it; nothing was written.
    #[error("refused: {0}")]
    Refused(R),
    /// The queue is full, or commits kept conflicting; nothing was written; a retry may succeed.
    #[error("busy")]
    Busy,
    /// The store does not respond. Nothing was written, unless [`Unavailable::is_outcome_unknown`].
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}
