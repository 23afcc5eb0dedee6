//! show.*: copies the show. A cancellation voids its admissions.

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
    ports.cancelled.notify_one();
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, show: &ShowState) -> Result<Handled, Stop<Never>> {
    let known = tx.get::<Show>(show.id)?.unwrap_or_else(|| Show::unknown(show.id));
    match known.follow(show.clone()) {
        Decided::AlreadyApplied => Ok(Handled::AlreadyApplied),
        Decided::Applied(followed, ()) => {
            tx.put(*followed);
            Ok(Handled::Applied)
        }
    }
}
