//! order.completed: issues an admission for each unit, and voids those of returned units.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::order::{COMPLETED, OrderState, OrderStatus};
use store::{Never, Stop, Tx};

use crate::Ports;
use crate::domain::{Booking, Show};
use crate::issuing;

pub(super) const TYPES: &[MessageType<OrderState>] = &[COMPLETED];

pub(super) async fn on_order_completed(
    ports: Ports,
    received: Received<OrderState>,
) -> Result<Handled, Undeliverable> {
    let order = received.state;
    Ok(ports.store.transact(move |tx| follow(tx, &order)).await?)
}

fn follow(tx: &mut Tx<'_>, order: &OrderState) -> Result<Handled, Stop<Never>> {
    let OrderStatus::Complete { .. } = order.status else { return Ok(Handled::NotForUs) };
    let known = tx.get::<Booking>(order.id)?;
    if known.is_some_and(|known| known.version >= order.version) {
        return Ok(Handled::AlreadyApplied);
    }
    let is_cancelled = match order.show_id {
        None => false,
        Some(show) => match tx.get::<Show>(show)? {
            Some(known) => known.is_cancelled(),
            None => {
                tx.insert(Show::unknown(show));
                false
            }
        },
    };
    for item in &order.items {
        let kept = if is_cancelled { 0 } else { item.quantity.saturating_sub(item.returned) };
        issuing::follow(tx, order, item, kept)?;
    }
    tx.put(Booking { order_id: order.id, version: order.version });
    Ok(Handled::Applied)
}
