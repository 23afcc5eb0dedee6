//! payment.refunded: the payer is owed a notice of each refund, and of each that came back.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::payment::{PaymentState, REFUNDED, RefundStatus};
use store::{Never, Stop, Tx};

use crate::Ports;
use crate::domain::{Content, Letter, Refund};
use crate::letters::{Owed, owe};

pub(super) const TYPES: &[MessageType<PaymentState>] = &[REFUNDED];

pub(super) async fn on_payment_refunded(
    ports: Ports,
    received: Received<PaymentState>,
) -> Result<Handled, Undeliverable> {
    let payment = received.state;
    let owed = ports.store.transact(move |tx| follow(tx, &payment)).await?;
    ports.notify_sender(owed);
    Ok(match owed {
        Owed::Nothing => Handled::AlreadyApplied,
        Owed::Waiting | Owed::Due => Handled::Applied,
    })
}

fn follow(tx: &mut Tx<'_>, payment: &PaymentState) -> Result<Owed, Stop<Never>> {
    let now = tx.now();
    let letters = payment.refunds.iter().filter_map(|refund| {
        let id = match refund.status {
            RefundStatus::Succeeded => format!("refund.{}", refund.id),
            RefundStatus::CameBack => format!("refund.{}.came_back", refund.id),
        };
        let content = Content::Refund(Refund { order_id: payment.order_id, refund: *refund });
        Letter::to_account(id, payment.buyer, content, (refund.at, now))
    });
    Ok(owe(tx, letters.collect())?)
}
