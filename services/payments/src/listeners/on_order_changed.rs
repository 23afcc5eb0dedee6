//! order.created, order.updated, order.completed, order.cancelled: updates the copy, adds the sale
//! of a complete order of a show, and applies the order's verdict to its authorised payment.

use bus::{Handled, Received, Undeliverable};
use contract::order::{CANCELLED, COMPLETED, CREATED, OrderState, OrderStatus, UPDATED};
use contract::{MessageType, PaymentId};
use store::Tx;

use crate::Ports;
use crate::commands;
use crate::domain::{OrderCopy, Payment, Refusal};
use crate::refusal::Decision;

pub(super) const TYPES: &[MessageType<OrderState>] = &[CREATED, UPDATED, COMPLETED, CANCELLED];

pub(super) async fn on_order_changed(
    ports: Ports,
    received: Received<OrderState>,
) -> Result<Handled, Undeliverable> {
    let order = received.state;
    let order_id = order.id;
    let has_returned = order.items.iter().any(|item| item.returned > 0);
    let (handled, what) = ports.store.transact(move |tx| update_copy(tx, &order)).await?;
    ports.orders.announce(order_id.untyped());
    if has_returned {
        ports.refunds.completions.notify_all();
    }
    match what {
        Effect::Nothing => {}
        Effect::Settled(before, after) => {
            ports.payments.push(after.id);
            ports.payments.completions.notify(after.id);
            commands::pay::count_end(&before, &after);
        }
        Effect::Unpaid(payment_id) => commands::pay::count_unpaid(order_id, payment_id),
    }
    Ok(handled)
}

#[derive(Clone)]
enum Effect {
    Nothing,
    /// The verdict was applied: the payment before and after.
    Settled(Box<Payment>, Box<Payment>),
    /// The order is complete with a payment that was cancelled at the provider meanwhile.
    Unpaid(PaymentId),
}

fn update_copy(tx: &mut Tx<'_>, order: &OrderState) -> Decision<(Handled, Effect)> {
    let Some(copy) = tx.get::<OrderCopy>(order.id)? else {
        commands::sale::copy(tx, order)?;
        tx.insert(OrderCopy { order: order.clone(), attempt: None });
        return Ok((Handled::Applied, Effect::Nothing));
    };
    let (was, attempt) = (copy.order.status, copy.attempt);
    let Some(copy) = copy.update(order.clone()) else {
        return Ok((Handled::AlreadyApplied, Effect::Nothing));
    };
    tx.save(copy);
    commands::sale::copy(tx, order)?;
    if let OrderStatus::Complete { payment_id: Some(payment_id) } = order.status
        && attempt != Some(payment_id)
        && was != order.status
        && let Some(payment) = tx.get::<Payment>(payment_id)?
        && payment.has_ended_without_money()
    {
        if let Some(other) = attempt {
            // It started meanwhile, and is voided.
            commands::pay::resolve(tx, other)?;
        }
        return Ok((Handled::Applied, Effect::Unpaid(payment_id)));
    }
    let Some(id) = attempt else { return Ok((Handled::Applied, Effect::Nothing)) };
    let before = tx.get::<Payment>(id)?.ok_or(Refusal::UnknownPayment)?;
    let after = commands::pay::resolve(tx, id)?;
    Ok((Handled::Applied, Effect::Settled(Box::new(before), Box::new(after))))
}
