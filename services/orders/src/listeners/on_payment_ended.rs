//! payment.captured, payment.voided, payment.declined: noted in the order's timeline; nothing is decided by it. All types of the
//! aggregate are read, since a right to read names one of them or all.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::payment::{
    AUTHORIZED, CAPTURED, DECLINED, PaymentState, PaymentStatus, REFUNDED, STARTED, VOIDED,
};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{Noted, Order, Refusal, StepKind};

pub(super) const TYPES: &[MessageType<PaymentState>] =
    &[STARTED, AUTHORIZED, CAPTURED, VOIDED, DECLINED, REFUNDED];

pub(super) async fn on_payment_ended(
    ports: Ports,
    received: Received<PaymentState>,
) -> Result<Handled, Undeliverable> {
    // It tells of a payment that was captured before.
    if received.type_name == REFUNDED.name() {
        return Ok(Handled::NotForUs);
    }
    let kind = match received.state.status {
        PaymentStatus::Captured => StepKind::PaymentCaptured,
        PaymentStatus::Voided => StepKind::PaymentVoided,
        PaymentStatus::Declined { .. } => StepKind::PaymentDeclined,
        PaymentStatus::Started | PaymentStatus::Authorized { .. } => return Ok(Handled::NotForUs),
    };
    let (cause, order_id) = (super::caused_by(&received.state), received.state.order_id);
    let noting = ports.store.transact(move |tx: &mut Tx<'_>| {
        let order = tx.get::<Order>(order_id)?.ok_or(Refusal::UnknownOrder)?;
        let (order, noted) = order.note(kind, cause.clone(), tx.now());
        if noted == Noted::Now {
            tx.save(order);
        }
        Ok::<_, Stop<Refusal>>(noted)
    });
    Ok(match noting.await? {
        Noted::Now => Handled::Applied,
        Noted::Before => Handled::AlreadyApplied,
    })
}
