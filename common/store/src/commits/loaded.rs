//! The result of a read in a decision.

/// The result of a read in a decision. `?` returns the error to the committer, which loads the
/// document and runs the decision again.
pub type Loaded<T> = Result<T, NotLoaded>;

/// The document is not in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLoaded(pub(crate) ());
