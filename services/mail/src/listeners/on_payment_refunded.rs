//! payment.refunded: the payer is owed a notice of each refund, and of each that came back.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::payment::{PaymentState, REFUNDED, RefundStatus};
use service::person;
use store::{Never, Stop, Tx};

use crate::Ports;
use crate::domain::{Content, Letter, Refund};
use crate::letters::owe;

pub(super) const TYPES: &[MessageType<PaymentState>] = &[REFUNDED];

pub(super) async fn on_payment_refunded(
    ports: Ports,
    received: Received<PaymentState>,
) -> Result<Handled, Undeliverable> {
    let payment = received.state;
    let handled = ports.store.transact(move |tx| follow(tx, &payment)).await?;
    ports.owed.notify_one();
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, payment: &PaymentState) -> Result<Handled, Stop<Never>> {
    if person::is_erased(tx, payment.buyer)? {
        return Ok(Handled::NotForUs);
    }
    let now = tx.now();
    let mut handled = Handled::AlreadyApplied;
    for refund in &payment.refunds {
        let id = match refund.status {
            RefundStatus::Succeeded => format!("refund.{}", refund.id),
            RefundStatus::CameBack => format!("refund.{}.came_back", refund.id),
        };
        let content = Content::Refund(Refund { order_id: payment.order_id, refund: *refund });
        if owe(tx, Letter::to_account(id, payment.buyer, content, (refund.at, now)))? {
            handled = Handled::Applied;
        }
    }
    Ok(handled)
}
