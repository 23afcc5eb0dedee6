//! show.*: copies the show. A postponement and a cancellation are announced to its buyers.

use bus::{Handled, Received, Undeliverable};
use contract::show::{CANCELLED, CREATED, POSTPONED, ShowState, UPDATED};
use contract::{Decided, MessageType};
use store::{Never, Stop, Tx};

use crate::Ports;
use crate::domain::Show;

pub(super) const TYPES: &[MessageType<ShowState>] = &[CREATED, UPDATED, POSTPONED, CANCELLED];

pub(super) async fn on_show_changed(
    ports: Ports,
    received: Received<ShowState>,
) -> Result<Handled, Undeliverable> {
    let show = received.state;
    let handled = ports.store.transact(move |tx| follow(tx, &show)).await?;
    ports.announced.notify_one();
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, show: &ShowState) -> Result<Handled, Stop<Never>> {
    let now = tx.now();
    match tx.get::<Show>(show.id)? {
        None => tx.insert(Show::of(show.clone(), now)),
        Some(known) => match known.follow(show.clone(), now) {
            Decided::AlreadyApplied => return Ok(Handled::AlreadyApplied),
            Decided::Applied(followed, ()) => tx.save(*followed),
        },
    }
    Ok(Handled::Applied)
}
