//! order.created, order.updated, order.completed, order.cancelled: the copy follows, and an authorised payment is settled.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::order::{CANCELLED, COMPLETED, CREATED, OrderState, UPDATED};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{OrderCopy, Payment, Refusal};
use crate::settling;

pub(super) const TYPES: &[MessageType<OrderState>] = &[CREATED, UPDATED, COMPLETED, CANCELLED];

pub(super) async fn on_order_changed(
    ports: Ports,
    received: Received<OrderState>,
) -> Result<Handled, Undeliverable> {
    let order = received.state;
    let id = order.id.untyped();
    let has_returned = order.items.iter().any(|item| item.returned > 0);
    let (handled, attempt) = ports.store.transact(move |tx| follow(tx, &order)).await?;
    ports.orders.announce(id);
    if has_returned {
        ports.refund_endings.announce_all();
    }
    if let Some((before, after)) = attempt {
        ports.work.tell(after.id);
        ports.endings.announce(after.id);
        settling::count_end(&before, &after);
    }
    Ok(handled)
}

/// A payment that was settled: as it was, and as it is.
type Settled = (Payment, Payment);

/// The copy follows; answers which payment was settled by it.
fn follow(
    tx: &mut Tx<'_>,
    order: &OrderState,
) -> Result<(Handled, Option<Settled>), Stop<Refusal>> {
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
    let Some(id) = attempt else { return Ok((Handled::Applied, None)) };
    let before = tx.get::<Payment>(id)?.ok_or(Refusal::UnknownPayment)?;
    let after = settling::settle(tx, id)?;
    Ok((Handled::Applied, Some((before, after))))
}

fn follows(copy: OrderCopy, order: &OrderState) -> Option<OrderCopy> {
    // A planted bug: what is told is followed, however old it is.
    #[cfg(feature = "faults")]
    if sources::crash::is_planted(sources::crash::Bug::VersionIgnored) {
        return Some(OrderCopy { order: order.clone(), ..copy });
    }
    copy.follow(order.clone())
}
