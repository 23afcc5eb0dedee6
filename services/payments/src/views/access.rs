//! Access to a payment: for its payer, its sellers and administrators. For others it does not
//! exist.

use contract::PaymentId;
use web::session::Role;
use web::{Problem, SignedIn};

use crate::Ports;
use crate::domain::{OrderCopy, Payment, Refusal};

/// A user's relation to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Party {
    /// An administrator.
    Admin,
    /// A seller of the paid order.
    Seller,
    /// The payer.
    Payer,
}

/// Returns a payment that the user may read, and the user's relation to it.
///
/// # Errors
/// 404 if the payment does not exist or the user has no relation to it.
pub(crate) async fn seen_by(
    ports: &Ports,
    id: PaymentId,
    who: &SignedIn,
) -> Result<(Payment, Party), Problem> {
    let payment = ports.store.find::<Payment>(&id.to_string()).await?;
    let payment = payment.ok_or(Problem::from(Refusal::UnknownPayment))?;
    let party = match who.role {
        Role::Admin => Some(Party::Admin),
        Role::User if payment.buyer == who.user => Some(Party::Payer),
        Role::User => sells(ports, &payment, who).await?.then_some(Party::Seller),
    };
    let party = party.ok_or(Problem::from(Refusal::UnknownPayment))?;
    Ok((payment, party))
}

async fn sells(ports: &Ports, payment: &Payment, who: &SignedIn) -> Result<bool, Problem> {
    let Some(order_id) = payment.order_id() else { return Ok(false) };
    let copy = ports.store.find::<OrderCopy>(&order_id.to_string()).await?;
    Ok(copy.is_some_and(|copy| copy.sellers().contains(&who.user)))
}
