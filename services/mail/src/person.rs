//! Exports and erasures. An erasure deletes the address, its counts, the preferences, the letters,
//! also owed ones, and the copies of the person's orders and sales.

use contract::UserId;
use service::person::{self, Part, PersonalData};
use store::{Query, Unavailable};

use crate::Ports;
use crate::domain::{Booking, Contact, Letter, Preferences, Recipient, SaleDay, Seller};
use crate::recipients;

impl PersonalData for Ports {
    async fn export(&self, user: UserId, part: &mut Part) -> Result<(), Unavailable> {
        let id = user.to_string();
        part.find::<Contact>(&self.store, &id).await?;
        part.find::<Preferences>(&self.store, &id).await?;
        let letters = Query::on("by_user").equals(user).descending();
        // The secret of an owed link belongs to the reader of the mailbox.
        part.query::<Letter>(&self.store, letters, &["/content/link"]).await?;
        let bookings = Query::on("by_buyer").equals(user);
        part.query::<Booking>(&self.store, bookings, &[]).await?;
        part.find::<Seller>(&self.store, &id).await?;
        let days = Query::on("by_seller").equals(user);
        part.query::<SaleDay>(&self.store, days, &[]).await.map(drop)
    }

    async fn erase(&self, user: UserId) -> Result<(), Unavailable> {
        let id = user.to_string();
        if let Some(contact) = self.store.find::<Contact>(&id).await? {
            let ids = recipients::ids(&contact.email).into_iter().collect();
            person::delete::<Recipient>(&self.store, ids).await?;
        }
        let bookings = Query::on("by_buyer").equals(user);
        person::delete_all::<Booking>(&self.store, bookings).await?;
        let days = Query::on("by_seller").equals(user);
        person::delete_all::<SaleDay>(&self.store, days).await?;
        let letters = Query::on("by_user").equals(user);
        person::delete_all::<Letter>(&self.store, letters).await?;
        person::delete::<Seller>(&self.store, vec![id.clone()]).await?;
        person::delete::<Preferences>(&self.store, vec![id.clone()]).await?;
        person::delete::<Contact>(&self.store, vec![id]).await
    }
}
