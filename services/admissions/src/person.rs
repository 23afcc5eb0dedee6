//! Exports and erasures. As the orders that they belong to, admissions remain, under an id that no
//! longer identifies a person: a door still knows them.

use contract::UserId;
use service::person::{Part, PersonalData};
use store::{Query, Unavailable};

use crate::Ports;
use crate::domain::Admission;

impl PersonalData for Ports {
    async fn export(&self, user: UserId, part: &mut Part) -> Result<(), Unavailable> {
        let held = Query::on("by_holder").equals(user).descending();
        part.query::<Admission>(&self.store, held, &[]).await.map(drop)
    }

    async fn erase(&self, _: UserId) -> Result<(), Unavailable> {
        Ok(())
    }
}
