//! show.created, show.updated, show.postponed, show.cancelled: updates the copy of the show's
//! status, venue and start. The sales of a cancelled show are marked and refunded by a loop.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::show::{CANCELLED, CREATED, POSTPONED, ShowState, UPDATED};
use store::Tx;

use crate::Ports;
use crate::commands;
use crate::refusal::Decision;

pub(super) const TYPES: &[MessageType<ShowState>] = &[CREATED, UPDATED, POSTPONED, CANCELLED];

pub(super) async fn on_show_changed(
    ports: Ports,
    received: Received<ShowState>,
) -> Result<Handled, Undeliverable> {
    let show = received.state;
    let handled = ports.store.transact(move |tx| update_copy(tx, &show)).await?;
    ports.shows.notify_one();
    Ok(handled)
}

fn update_copy(tx: &mut Tx<'_>, show: &ShowState) -> Decision<Handled> {
    let known = commands::sale::show_of(tx, show.id)?;
    let Some(copy) = known.update(show) else { return Ok(Handled::AlreadyApplied) };
    tx.save(copy);
    Ok(Handled::Applied)
}
