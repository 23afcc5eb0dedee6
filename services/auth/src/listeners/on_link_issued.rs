//! link.issued: records the hash of a link's secret, with which the link can be used.

use bus::{Handled, Received, Undeliverable};
use contract::link::{ISSUED, LinkState};
use contract::{Decided, MessageType};
use store::{Never, Stop, Tx};

use crate::Ports;
use crate::domain::Link;

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
    // The link may have been used, or have expired.
    let Some(link) = tx.get::<Link>(issued.id)? else { return Ok(Handled::NotForUs) };
    match link.issue(&issued.secret_hash) {
        Decided::AlreadyApplied => Ok(Handled::AlreadyApplied),
        Decided::Applied(link, ()) => {
            tx.save(*link);
            Ok(Handled::Applied)
        }
    }
}
