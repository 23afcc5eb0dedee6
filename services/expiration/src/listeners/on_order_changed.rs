//! order.created, order.updated, order.completed, order.cancelled: copies the deadline of the
//! order.

use bus::{Handled, Received, Undeliverable};
use contract::order::{CANCELLED, COMPLETED, CREATED, OrderState, UPDATED};
use contract::{Decided, MessageType};
use store::{Never, Stop, Tx};

use crate::Ports;
use crate::domain::Deadline;

pub(super) const TYPES: &[MessageType<OrderState>] = &[CREATED, UPDATED, COMPLETED, CANCELLED];

pub(super) async fn on_order_changed(
    ports: Ports,
    received: Received<OrderState>,
) -> Result<Handled, Undeliverable> {
    let order = received.state;
    let handled = ports.store.transact(move |tx| follow(tx, &order)).await?;
    ports.deadlines.notify_one();
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, order: &OrderState) -> Result<Handled, Stop<Never>> {
    let now = tx.now();
    match tx.get::<Deadline>(order.id)? {
        None => tx.insert(Deadline::of(order, now)),
        Some(known) => match known.follow(order, now) {
            Decided::AlreadyApplied => return Ok(Handled::AlreadyApplied),
            Decided::Applied(deadline, ()) => tx.save(*deadline),
        },
    }
    Ok(Handled::Applied)
}
