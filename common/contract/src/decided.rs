//! The result of a command to an aggregate.

/// The result of a command that an aggregate accepts; a refusal is an error beside it.
///
/// `E` is the effect, where a command may have one of several.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Decided<A, E = ()> {
    /// The command changed the aggregate, which is in its new state.
    Applied(Box<A>, E),
    /// The command changes nothing, in most cases because it was applied before.
    AlreadyApplied,
}

impl<A> Decided<A> {
    /// The command changed the aggregate to this state.
    pub fn applied(changed: A) -> Self {
        Self::Applied(Box::new(changed), ())
    }
}
