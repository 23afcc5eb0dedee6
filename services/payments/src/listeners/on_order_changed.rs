//! order.created, order.updated, order.completed, order.cancelled: the copy follows, and an authorised payment is settled.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::order::{CANCELLED, COMPLETED, CREATED, OrderState, UPDATED};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{Command, OrderCopy, Outcome, Payment, Refusal};

pub(super) const TYPES: &[MessageType<OrderState>] = &[CREATED, UPDATED, COMPLETED, CANCELLED];

pub(super) async fn on_order_changed(
    ports: Ports,
    received: Received<OrderState>,
) -> Result<Handled, Undeliverable> {
    let order = received.state;
    let handled = ports.store.transact(move |tx| follow(tx, &order)).await?;
    ports.orders.announce();
    ports.work.notify_one();
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, order: &OrderState) -> Result<Handled, Stop<Refusal>> {
    let copy = match tx.get::<OrderCopy>(order.id)? {
        None => {
            tx.insert(OrderCopy { order: order.clone(), attempt: None });
            return Ok(Handled::Applied);
        }
        Some(copy) => match copy.follow(order.clone()) {
            None => return Ok(Handled::AlreadyApplied),
            Some(copy) => copy,
        },
    };
    if let Some(id) = copy.attempt {
        let payment = tx.get::<Payment>(id)?.ok_or(Refusal::UnknownPayment)?;
        match payment.decide(Command::Settle(copy.verdict(id)), tx.now())? {
            Outcome::Unchanged => {}
            Outcome::Advanced(payment) | Outcome::Changed(payment) => tx.save(*payment),
        }
    }
    tx.save(copy);
    Ok(Handled::Applied)
}
