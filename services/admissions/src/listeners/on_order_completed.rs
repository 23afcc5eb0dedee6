//! order.completed: issues an admission for each unit, and voids those of returned
//! units; or passes a resold admission on.

use bus::{Handled, Received, Undeliverable};
use contract::order::{COMPLETED, OrderState, OrderStatus};
use contract::{MessageType, ShowId};
use store::{Loaded, Stop, Tx};

use crate::Ports;
use crate::domain::{Booking, Refusal, Show};
use crate::{issuing, resale};

pub(super) const TYPES: &[MessageType<OrderState>] = &[COMPLETED];

pub(super) async fn on_order_completed(
    ports: Ports,
    received: Received<OrderState>,
) -> Result<Handled, Undeliverable> {
    let order = received.state;
    let counter = ports.counter;
    Ok(ports.store.transact(move |tx| follow(tx, &order, counter)).await?)
}

fn follow(tx: &mut Tx<'_>, order: &OrderState, counter: u32) -> Result<Handled, Stop<Refusal>> {
    let OrderStatus::Complete { .. } = order.status else { return Ok(Handled::NotForUs) };
    let known = tx.get::<Booking>(order.id)?;
    if known.is_some_and(|known| known.version >= order.version) {
        return Ok(Handled::AlreadyApplied);
    }
    let is_cancelled = match order.show_id {
        None => false,
        Some(show) => is_cancelled(tx, show)?,
    };
    for item in &order.items {
        if let Some(admission) = item.resale {
            resale::sell(tx, order, item, admission)?;
            continue;
        }
        let kept = if is_cancelled { 0 } else { item.quantity.saturating_sub(item.returned) };
        issuing::follow(tx, order, (item, kept), counter)?;
    }
    tx.put(Booking { order_id: order.id, version: order.version });
    Ok(Handled::Applied)
}

/// Whether a show is cancelled. A show without a message is stored as such, so that the message and
/// this decision change the same document.
fn is_cancelled(tx: &mut Tx<'_>, id: ShowId) -> Loaded<bool> {
    let known = tx.get::<Show>(id)?;
    if known.is_none() {
        tx.insert(Show::unknown(id));
    }
    Ok(known.is_some_and(|show| show.is_cancelled()))
}
