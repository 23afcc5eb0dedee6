//! `show_revision.requested`: decides on the revision of a show against the inventories of all its
//! tickets, and publishes the outcome.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::show_revision::{REQUESTED, ShowRevisionState};

use crate::Ports;
use crate::stock::show;

pub(super) const TYPES: &[MessageType<ShowRevisionState>] = &[REQUESTED];

pub(super) async fn on_show_revision_requested(
    ports: Ports,
    received: Received<ShowRevisionState>,
) -> Result<Handled, Undeliverable> {
    let revision = received.state;
    let is_cancelled = revision.show.status.is_cancelled();
    let handled = ports.store.transact(move |tx| show::decide(tx, &revision)).await?;
    if is_cancelled {
        ports.cancelled_shows.notify_one();
    }
    Ok(handled)
}
