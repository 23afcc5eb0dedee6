//! Effects of payments on their order, and their copies in it.

use contract::payment::PaymentState;
use store::{Stop, Tx};

use super::Effect;
use crate::domain::{Cause, Command, Order, Refusal};

/// Decides the command that a payment causes, and copies the payment. Errors: the refusals of
/// [`super::command`].
pub(crate) fn command(
    tx: &mut Tx<'_>,
    payment: &PaymentState,
    command: Command,
    cause: &Cause,
) -> Result<Effect, Stop<Refusal>> {
    let effect = super::command(tx, payment.order_id, command, cause)?;
    let order = tx.get::<Order>(payment.order_id)?.ok_or(Refusal::UnknownOrder)?;
    let (order, is_copied) = order.follow_payment(payment);
    if !is_copied {
        return Ok(effect);
    }
    tx.save(order);
    Ok(if effect == Effect::Unchanged { Effect::PaymentsCopied } else { effect })
}
