//! Conversion of refusals to problems.

use web::{Code, PreconditionFailed, Problem};

use crate::code;
use crate::domain::Refusal;

/// Rule for the start of a ticket.
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
            Refusal::UnknownTicket => Code::NOT_FOUND,
            Refusal::NotTheSeller => Code::FORBIDDEN,
            Refusal::TakenDown => code::TAKEN_DOWN,
            Refusal::VersionConflict { .. } => code::VERSION_CONFLICT,
            // Sessions of an erased account end shortly afterwards.
            Refusal::SellerErased => Code::NOT_SIGNED_IN,
            Refusal::PreconditionFailed { .. } => Code::PRECONDITION_FAILED,
            Refusal::BeginsInPast => {
                return Self::invalid().error("startsAt", IN_FUTURE);
            }
            Refusal::Reserved => code::RESERVED,
            Refusal::BelowCommitted { .. } => {
                return Self::new(code::BELOW_COMMITTED)
                    .detail(refusal.to_string())
                    .error("quantity", refusal.to_string());
            }
        };
        Self::new(code).detail(refusal.to_string())
    }
}
