//! Refusals of admissions.

/// Reason for which a command has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The admission was used, or is void.
    #[error("The admission is not valid any more")]
    NotValid,
    /// The ticket or the show is another seller's.
    #[error("Only the seller checks admissions")]
    NotSeller,
    /// No such ticket or show.
    #[error("There is no such ticket or show")]
    UnknownEvent,
    /// The key of a gate is not valid, or was revoked.
    #[error("The key of the gate is not valid any more")]
    GateEnded,
    /// The gate is at another event.
    #[error("The gate is at the door of another event")]
    OtherGate,
    /// No such gate, or another seller's.
    #[error("There is no such gate")]
    UnknownGate,
    /// The account is being erased.
    #[error("The account is erased")]
    SellerErased,
    /// No such admission, or another person's.
    #[error("There is no such admission")]
    Unknown,
}
