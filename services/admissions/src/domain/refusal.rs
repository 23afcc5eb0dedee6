//! Refusals of admissions.

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such admission, or another person's.
    #[error("There is no such admission")]
    Unknown,
}
