//! link.issued: records the hash of the secret of a transfer's link, with which it can be claimed.

use bus::{Handled, Received, Undeliverable};
use contract::link::{ISSUED, LinkState};
use contract::{Decided, MessageType};
use store::{Never, Stop, Tx};

use crate::Ports;
use crate::domain::Transfer;

pub(super) const TYPES: &[MessageType<LinkState>] = &[ISSUED];

pub(super) async fn on_link_issued(
    ports: Ports,
    received: Received<LinkState>,
) -> Result<Handled, Undeliverable> {
    let issued = received.state;
    let id = issued.id;
    let handled = ports.store.transact(move |tx| follow(tx, &issued)).await?;
    ports.links.announce(id);
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, issued: &LinkState) -> Result<Handled, Stop<Never>> {
    // Most links are those of accounts, at auth.
    let Some(transfer) = tx.get::<Transfer>(issued.id)? else { return Ok(Handled::NotForUs) };
    match transfer.issue(&issued.secret_hash) {
        Decided::AlreadyApplied => Ok(Handled::AlreadyApplied),
        Decided::Applied(transfer, ()) => {
            tx.save(*transfer);
            Ok(Handled::Applied)
        }
    }
}
