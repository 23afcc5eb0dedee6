//! Conversion of refusals of admissions to problems.

use web::{Code, Problem};

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
            Refusal::NotSeller => Code::FORBIDDEN,
            Refusal::Unknown | Refusal::UnknownEvent => Code::NOT_FOUND,
        };
        Self::new(code).detail(refusal.to_string())
    }
}
