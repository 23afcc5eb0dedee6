//! Exports and erasures. As the orders that they belong to, admissions remain, under an id that no
//! longer identifies a person: a door still knows them. Gates, whose names are words of the seller,
//! are deleted.

use contract::UserId;
use service::person::{self, Part, PersonalData};
use store::{Query, Unavailable};

use crate::Ports;
use crate::domain::{Admission, Gate};

impl PersonalData for Ports {
    async fn export(&self, user: UserId, part: &mut Part) -> Result<(), Unavailable> {
        let held = Query::on("by_holder").equals(user).descending();
        part.query::<Admission>(&self.store, held, &[]).await?;
        let gates = Query::on("by_seller").equals(user).descending();
        part.query::<Gate>(&self.store, gates, &["secretHash"]).await.map(drop)
    }

    async fn erase(&self, user: UserId) -> Result<(), Unavailable> {
        let gates = Query::on("by_seller").equals(user);
        person::delete_all::<Gate>(&self.store, gates).await
    }
}
