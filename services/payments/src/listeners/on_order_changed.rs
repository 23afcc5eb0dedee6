//! order.created, order.updated, order.completed, order.cancelled: the copy follows, and an authorised payment is settled.

use bus::{Handled, Received, Undeliverable};
use contract::order::{CANCELLED, COMPLETED, CREATED, OrderState, OrderStatus, UPDATED};
use contract::{MessageType, PaymentId};
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
    let order_id = order.id;
    let has_returned = order.items.iter().any(|item| item.returned > 0);
    let (handled, what) = ports.store.transact(move |tx| follow(tx, &order)).await?;
    ports.orders.announce(order_id.untyped());
    if has_returned {
        ports.refund_endings.announce_all();
    }
    match what {
        Followed::Nothing => {}
        Followed::Settled(before, after) => {
            ports.work.tell(after.id);
            ports.endings.announce(after.id);
            settling::count_end(&before, &after);
        }
        Followed::Unpaid(payment_id) => settling::count_unpaid(order_id, payment_id),
    }
    Ok(handled)
}

/// What followed from an order's change.
#[derive(Clone)]
enum Followed {
    Nothing,
    /// A payment was settled: as it was, and as it is.
    Settled(Box<Payment>, Box<Payment>),
    /// The order is complete by a payment that had been ended at the provider meanwhile.
    Unpaid(PaymentId),
}

/// Updates the copy; returns the effects on the payment.
fn follow(tx: &mut Tx<'_>, order: &OrderState) -> Result<(Handled, Followed), Stop<Refusal>> {
    let (copy, was) = match tx.get::<OrderCopy>(order.id)? {
        None => {
            tx.insert(OrderCopy { order: order.clone(), attempt: None });
            return Ok((Handled::Applied, Followed::Nothing));
        }
        Some(copy) => {
            let was = copy.order.status;
            match copy.follow(order.clone()) {
                None => return Ok((Handled::AlreadyApplied, Followed::Nothing)),
                Some(copy) => (copy, was),
            }
        }
    };
    let attempt = copy.attempt;
    tx.save(copy);
    if let OrderStatus::Complete { payment_id: Some(payment_id) } = order.status
        && attempt != Some(payment_id)
        && was != order.status
        && let Some(payment) = tx.get::<Payment>(payment_id)?
        && settling::has_ended_without_money(&payment)
    {
        if let Some(other) = attempt {
            // It began meanwhile, and is voided.
            settling::settle(tx, other)?;
        }
        return Ok((Handled::Applied, Followed::Unpaid(payment_id)));
    }
    let Some(id) = attempt else { return Ok((Handled::Applied, Followed::Nothing)) };
    let before = tx.get::<Payment>(id)?.ok_or(Refusal::UnknownPayment)?;
    let after = settling::settle(tx, id)?;
    Ok((Handled::Applied, Followed::Settled(Box::new(before), Box::new(after))))
}
