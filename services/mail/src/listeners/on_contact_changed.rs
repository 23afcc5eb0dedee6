//! contact.changed: copies the address of an account. Letters that wait for a verified address are
//! due at once.

use bus::{Handled, Received, Undeliverable};
use contract::contact::{CHANGED, ContactState};
use contract::{Decided, MessageType, UserId};
use service::person;
use store::{Never, Query, Stop, Store, Tx};

use crate::Ports;
use crate::domain::{Contact, Letter};

/// Letters per commit.
const PAGE: u32 = 100;

pub(super) const TYPES: &[MessageType<ContactState>] = &[CHANGED];

pub(super) async fn on_contact_changed(
    ports: Ports,
    received: Received<ContactState>,
) -> Result<Handled, Undeliverable> {
    let contact = received.state;
    let (user, is_verified) = (contact.user_id, contact.is_verified);
    let handled = ports.store.transact(move |tx| follow(tx, &contact)).await?;
    // After the commit, also of an earlier delivery: a letter that is not found here becomes owed
    // later, by a decision that reads the new address.
    if is_verified {
        wake(&ports.store, user).await?;
        ports.owed.notify_one();
    }
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, contact: &ContactState) -> Result<Handled, Stop<Never>> {
    if person::is_erased(tx, contact.user_id)? {
        return Ok(Handled::NotForUs);
    }
    match tx.get::<Contact>(contact.user_id)? {
        None => tx.insert(Contact::of(contact.clone())),
        Some(known) => match known.follow(contact.clone()) {
            Decided::AlreadyApplied => return Ok(Handled::AlreadyApplied),
            Decided::Applied(followed, ()) => tx.save(*followed),
        },
    }
    Ok(Handled::Applied)
}

/// Makes the letters of an account due that wait for its address.
async fn wake(store: &Store, user: UserId) -> Result<(), Undeliverable> {
    let mut pages = store.pages_of::<Letter>(Query::on("by_user").equals(user).limit(PAGE));
    while let Some(page) = pages.next().await? {
        let waiting = page.iter().filter(|letter| letter.waits_for_address());
        let ids: Vec<String> = waiting.map(|letter| letter.id.clone()).collect();
        if ids.is_empty() {
            continue;
        }
        let waking = store.transact(move |tx: &mut Tx<'_>| {
            let now = tx.now();
            for letter in tx.get_all::<Letter>(&ids)?.into_iter().flatten() {
                if letter.waits_for_address() {
                    tx.save(letter.due(now));
                }
            }
            Ok::<_, Stop<Never>>(())
        });
        waking.await?;
    }
    Ok(())
}
