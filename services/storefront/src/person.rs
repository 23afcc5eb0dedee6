//! Exports and erasures: the copies contain no personal data of their own; tickets publishes those
//! of an erased seller without their texts.

use contract::UserId;
use service::person::{Part, PersonalData};
use store::Unavailable;

use crate::Ports;

impl PersonalData for Ports {
    async fn export(&self, _: UserId, _: &mut Part) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn erase(&self, _: UserId) -> Result<(), Unavailable> {
        Ok(())
    }
}
