//! show.created, show.updated, show.postponed, show.cancelled: copies the show.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::show::{CANCELLED, CREATED, POSTPONED, ShowState, UPDATED};
use store::{Never, Stop, Tx};

use crate::Ports;
use crate::domain::Show;
use crate::entries::list_show;

pub(super) const TYPES: &[MessageType<ShowState>] = &[CREATED, UPDATED, POSTPONED, CANCELLED];

pub(super) async fn on_show_changed(
    ports: Ports,
    received: Received<ShowState>,
) -> Result<Handled, Undeliverable> {
    let state = received.state;
    let handled = ports.store.transact(move |tx| follow(tx, &state)).await?;
    ports.pages.changed();
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, state: &ShowState) -> Result<Handled, Stop<Never>> {
    let known = tx.get::<Show>(state.id)?.unwrap_or_else(|| Show::unknown(state.id));
    let Some(show) = known.with_state(state.clone()) else {
        return Ok(Handled::AlreadyApplied);
    };
    tx.put(show);
    list_show(tx, state.id)?;
    Ok(Handled::Applied)
}
