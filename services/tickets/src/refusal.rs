//! Refusals as problems.

use web::{Code, PreconditionFailed, Problem};

use crate::domain::Refusal;

/// The rule for the time a ticket begins at.
pub(crate) const IN_FUTURE: &str = "must be in the future";

impl store::Refusal for Refusal {}

impl From<PreconditionFailed> for Refusal {
    fn from(PreconditionFailed { version }: PreconditionFailed) -> Self {
        Self::PreconditionFailed { version }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::UnknownTicket => Code::NotFound,
            Refusal::NotTheSeller => Code::Forbidden,
            Refusal::TakenDown => Code::TakenDown,
            Refusal::VersionConflict { .. } => Code::VersionConflict,
            // Sessions of an erased account end a moment later.
            Refusal::SellerErased => Code::NotSignedIn,
            Refusal::PreconditionFailed { .. } => Code::PreconditionFailed,
            Refusal::BeginsInPast => {
                return Self::invalid().error("startsAt", IN_FUTURE);
            }
            Refusal::Reserved => Code::Reserved,
            Refusal::BelowCommitted { .. } => {
                return Self::new(Code::BelowCommitted)
                    .detail(refusal.to_string())
                    .error("quantity", refusal.to_string());
            }
        };
        Self::new(code).detail(refusal.to_string())
    }
}
