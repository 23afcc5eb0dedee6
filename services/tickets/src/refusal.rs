//! Conversion of refusals to problems.

use web::{Code, PreconditionFailed, Problem};

use crate::code;
use crate::domain::{IN_FUTURE, Refusal, ReportRefusal, SaleRefusal};

impl store::Refusal for Refusal {}
impl store::Refusal for SaleRefusal {}
impl store::Refusal for ReportRefusal {}

impl From<PreconditionFailed> for Refusal {
    fn from(PreconditionFailed { version }: PreconditionFailed) -> Self {
        Self::PreconditionFailed { version }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::UnknownTicket | Refusal::UnknownShow => Code::NOT_FOUND,
            Refusal::NotTheSeller => Code::FORBIDDEN,
            Refusal::TakenDown => code::TAKEN_DOWN,
            Refusal::VersionConflict { .. } => code::VERSION_CONFLICT,
            // Sessions of an erased account end shortly afterwards.
            Refusal::SellerErased => Code::NOT_SIGNED_IN,
            Refusal::PreconditionFailed { .. } => Code::PRECONDITION_FAILED,
            Refusal::BeginsInPast => {
                return Self::invalid().error("startsAt", IN_FUTURE);
            }
            Refusal::OfTheShow { fields } => {
                let rule = "must not be given for a ticket of a show";
                let invalid = |problem: Self, field: &&str| problem.error(*field, rule);
                return fields.iter().fold(Self::invalid(), invalid);
            }
            Refusal::OtherCurrency { currency } => {
                let rule = format!("must be that of the show's other tickets, {currency}");
                return Self::invalid().error("currency", rule);
            }
            Refusal::Invalid { field, rule } => return Self::invalid().error(field, rule),
            Refusal::Resale => code::RESALE,
            Refusal::ShowCancelled => code::SHOW_CANCELLED,
            Refusal::ShowBegun => code::SHOW_BEGUN,
            Refusal::ShowFull => code::SHOW_FULL,
            Refusal::Reserved | Refusal::ShowReserved => code::RESERVED,
            Refusal::BelowCommitted { .. } => {
                return Self::new(code::BELOW_COMMITTED)
                    .detail(refusal.to_string())
                    .error("quantity", refusal.to_string());
            }
        };
        Self::new(code).detail(refusal.to_string())
    }
}

impl From<ReportRefusal> for Problem {
    fn from(refusal: ReportRefusal) -> Self {
        let code = match refusal {
            ReportRefusal::UnknownReport => Code::NOT_FOUND,
            ReportRefusal::OwnOffer => code::OWN_OFFER,
            ReportRefusal::TooMany => code::REPORT_LIMIT,
            // Sessions of an erased account end shortly afterwards.
            ReportRefusal::ReporterErased => Code::NOT_SIGNED_IN,
        };
        Self::new(code).detail(refusal.to_string())
    }
}
