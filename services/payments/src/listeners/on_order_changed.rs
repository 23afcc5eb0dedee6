//! order.created, order.updated, order.completed, order.cancelled: the copy follows, and an authorised payment is settled.

use bus::{Handled, Received, Undeliverable};
use contract::order::{CANCELLED, COMPLETED, CREATED, OrderState, UPDATED};
use contract::{MessageType, PaymentId};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{OrderCopy, Refusal};
use crate::settling;

pub(super) const TYPES: &[MessageType<OrderState>] = &[CREATED, UPDATED, COMPLETED, CANCELLED];

pub(super) async fn on_order_changed(
    ports: Ports,
    received: Received<OrderState>,
) -> Result<Handled, Undeliverable> {
    let order = received.state;
    let id = order.id.untyped();
    let (handled, attempt) = ports.store.transact(move |tx| follow(tx, &order)).await?;
    ports.orders.announce(id);
    if let Some(payment) = attempt {
        ports.work.tell(payment);
        ports.endings.announce(payment);
    }
    Ok(handled)
}

/// The copy follows; answers which payment was settled by it.
fn follow(
    tx: &mut Tx<'_>,
    order: &OrderState,
) -> Result<(Handled, Option<PaymentId>), Stop<Refusal>> {
    let copy = match tx.get::<OrderCopy>(order.id)? {
        None => {
            tx.insert(OrderCopy { order: order.clone(), attempt: None });
            return Ok((Handled::Applied, None));
        }
        Some(copy) => match follows(copy, order) {
            None => return Ok((Handled::AlreadyApplied, None)),
            Some(copy) => copy,
        },
    };
    let attempt = copy.attempt;
    tx.save(copy);
    if let Some(id) = attempt {
        settling::settle(tx, id)?;
    }
    Ok((Handled::Applied, attempt))
}

fn follows(copy: OrderCopy, order: &OrderState) -> Option<OrderCopy> {
    // A planted bug: what is told is followed, however old it is.
    #[cfg(feature = "faults")]
    if sources::crash::is_planted(sources::crash::Bug::VersionIgnored) {
        return Some(OrderCopy { order: order.clone(), ..copy });
    }
    copy.follow(order.clone())
}
