//! Effects of payments on their order, and their copies in it.

use contract::payment::PaymentState;
use store::{Stop, Tx};

use super::Effect;
use crate::domain::{Cause, Command, Order, Recorded, Refusal};

/// Decides the command that a payment causes, and copies the payment.
///
/// # Errors
/// The refusals of [`super::command`].
pub(crate) fn command(
    tx: &mut Tx<'_>,
    payment: &PaymentState,
    command: Command,
    cause: &Cause,
) -> Result<Effect, Stop<Refusal>> {
    let effect = super::command(tx, payment.order_id, command, cause)?;
    let copied = copy(tx, payment)?;
    Ok(if effect == Effect::Unchanged { copied } else { effect })
}

/// Copies a payment into its order.
///
/// # Errors
/// [`Refusal::UnknownOrder`].
fn copy(tx: &mut Tx<'_>, payment: &PaymentState) -> Result<Effect, Stop<Refusal>> {
    let order = tx.get::<Order>(payment.order_id)?.ok_or(Refusal::UnknownOrder)?;
    let (order, noted) = order.follow_payment(payment);
    Ok(match noted {
        Recorded::New => {
            tx.save(order);
            Effect::PaymentsCopied
        }
        Recorded::Known => Effect::Unchanged,
    })
}
