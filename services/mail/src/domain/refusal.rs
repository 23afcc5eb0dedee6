//! Refusals of mail.

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The account of the user is erased.
    #[error("The account of the user is erased")]
    UserErased,
    /// No account has a link with this secret.
    #[error("There is no such link")]
    UnknownLink,
}
