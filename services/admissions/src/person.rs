//! Exports and erasures. As the orders that they belong to, admissions and transfers remain, under
//! an id that no longer identifies a person: a door still knows them. Open transfers end. Gates,
//! whose names are words of the seller, are deleted.

use contract::UserId;
use service::person::{self, Part, PersonalData};
use store::{Query, Tx, Unavailable};

use crate::Ports;
use crate::domain::{Admission, Gate, Sender, Transfer};
use crate::transferring;

/// Not in the export of a sender: the secret belongs to the reader of the mailbox, and the recipient
/// is another person.
const SENT_HIDDEN: &[&str] = &["/secretHash", "/state/userId", "/state/email"];

/// Not in the export of a recipient.
const RECEIVED_HIDDEN: &[&str] = &["/secretHash"];

impl PersonalData for Ports {
    async fn export(&self, user: UserId, part: &mut Part) -> Result<(), Unavailable> {
        let held = Query::on("by_holder").equals(user).descending();
        part.query::<Admission>(&self.store, held, &[]).await?;
        let gates = Query::on("by_seller").equals(user).descending();
        part.query::<Gate>(&self.store, gates, &["secretHash"]).await?;
        let sent = Query::on("by_sender").equals(user).descending();
        part.query::<Transfer>(&self.store, sent, SENT_HIDDEN).await?;
        let received = Query::on("by_recipient").equals(user).descending();
        part.query::<Transfer>(&self.store, received, RECEIVED_HIDDEN).await?;
        part.find::<Sender>(&self.store, &user.to_string()).await.map(drop)
    }

    async fn erase(&self, user: UserId) -> Result<(), Unavailable> {
        let gates = Query::on("by_seller").equals(user);
        person::delete_all::<Gate>(&self.store, gates).await?;
        let sent = Query::on("open_by_sender").equals(user);
        person::end_all::<Transfer>(&self.store, sent, end).await?;
        let received = Query::on("open_by_recipient").equals(user);
        person::end_all::<Transfer>(&self.store, received, end).await?;
        person::delete::<Sender>(&self.store, vec![user.to_string()]).await
    }
}

fn end(tx: &mut Tx<'_>, transfer: &Transfer) {
    let ended = transfer.end(tx.now());
    transferring::save(tx, ended);
}
