//! Conversion of refusals of admissions to problems.

use web::{Code, Problem, throttle};

use crate::code;
use crate::domain::Refusal;

impl store::Refusal for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::NotValid => code::NOT_VALID,
            Refusal::HeldByDevice => code::HELD_BY_DEVICE,
            Refusal::DeviceOnly => code::DEVICE_ONLY,
            Refusal::TooManyDevices => code::TOO_MANY_DEVICES,
            Refusal::NotListed => code::NOT_LISTED,
            Refusal::AboveCap { .. } => {
                return Self::new(code::ABOVE_CAP)
                    .detail(refusal.to_string())
                    .error("price", refusal.to_string());
            }
            Refusal::NotAPrice(_) | Refusal::NotChargeable(_) => {
                return Self::invalid().error("price", refusal.to_string());
            }
            Refusal::ResaleLimit => code::RESALE_LIMIT,
            Refusal::ShowStarted => code::SHOW_STARTED,
            Refusal::TransferEnded => code::TRANSFER_ENDED,
            Refusal::BeingTransferred => code::BEING_TRANSFERRED,
            Refusal::NotEnough => code::NOT_ENOUGH,
            Refusal::SameUser => code::SAME_USER,
            Refusal::TooManyTransfers { wait } => return throttle::too_many("transfers", wait),
            Refusal::NotSeller | Refusal::OtherGate => Code::FORBIDDEN,
            Refusal::GateEnded => code::GATE_ENDED,
            // Sessions of an erased account end shortly afterwards.
            Refusal::Erased => Code::NOT_SIGNED_IN,
            Refusal::Unknown
            | Refusal::UnknownEvent
            | Refusal::UnknownGate
            | Refusal::UnknownTransfer => Code::NOT_FOUND,
        };
        Self::new(code).detail(refusal.to_string())
    }
}
