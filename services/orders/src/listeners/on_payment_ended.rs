//! payment.captured, payment.voided, payment.declined, payment.refunded: recorded in the order's
//! timeline and copied, without further effect. The listener reads all types of the aggregate,
//! because a permission covers one type or all.

use bus::{Handled, Received, Undeliverable};
use contract::MessageType;
use contract::payment::{
    AUTHORIZED, CAPTURED, DECLINED, PaymentState, PaymentStatus, REFUNDED, STARTED, VOIDED,
};
use store::{Stop, Tx};

use crate::Ports;
use crate::domain::{Order, Refusal, StepKind};
use crate::stock::Effect;

pub(super) const TYPES: &[MessageType<PaymentState>] =
    &[STARTED, AUTHORIZED, CAPTURED, VOIDED, DECLINED, REFUNDED];

pub(super) async fn on_payment_ended(
    ports: Ports,
    received: Received<PaymentState>,
) -> Result<Handled, Undeliverable> {
    let kind = match received.state.status {
        // The capture was recorded before.
        _ if received.type_name == REFUNDED.name() => None,
        PaymentStatus::Captured => Some(StepKind::PaymentCaptured),
        PaymentStatus::Voided => Some(StepKind::PaymentVoided),
        PaymentStatus::Declined { .. } => Some(StepKind::PaymentDeclined),
        PaymentStatus::Started | PaymentStatus::Authorized { .. } => return Ok(Handled::NotForUs),
    };
    let (cause, payment) = (super::caused_by(&received.state), received.state);
    let id = payment.order_id.untyped();
    let noting = ports.store.transact(move |tx: &mut Tx<'_>| {
        let order = tx.get::<Order>(payment.order_id)?.ok_or(Refusal::UnknownOrder)?;
        let (order, copied) = order.follow_payment(&payment);
        let (order, noted) = match kind {
            Some(kind) => order.record(kind, cause.clone(), tx.now()),
            None => (order, false),
        };
        if !copied && !noted {
            return Ok(Effect::Unchanged);
        }
        tx.save(order);
        Ok::<_, Stop<Refusal>>(Effect::PaymentsCopied)
    });
    let effect = noting.await?;
    ports.payments.announce(id);
    Ok(super::handled(effect))
}
