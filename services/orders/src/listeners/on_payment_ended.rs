//! payment.captured, payment.voided, payment.declined: noted in the order's timeline; nothing is decided by it.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::payment::{CAPTURED, DECLINED, PaymentState, PaymentStatus, VOIDED};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{Noted, Order, Refusal, StepKind};

pub(super) const TYPES: &[MessageType<PaymentState>] = &[CAPTURED, VOIDED, DECLINED];

pub(super) async fn on_payment_ended(
    ports: Ports,
    received: Received<PaymentState>,
) -> Result<Handled, Undeliverable> {
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
