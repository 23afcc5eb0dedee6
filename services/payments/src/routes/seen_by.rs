//! Access to a payment: for its payer, its sellers and administrators only.

use contract::PaymentId;
use web::session::Role;
use web::{Problem, SignedIn};

use crate::Ports;
use crate::domain::refund::Requester;
use crate::domain::{OrderCopy, Payment, Refusal};

/// Returns a payment that the user may read, and the user as a requester of refunds. Responds 404
/// if the user has no relation to the payment.
pub(crate) async fn seen_by(
    ports: &Ports,
    id: PaymentId,
    who: &SignedIn,
) -> Result<(Payment, Requester), Problem> {
    let payment = ports.store.find::<Payment>(&id.to_string()).await?;
    let payment = payment.ok_or(Problem::from(Refusal::UnknownPayment))?;
    let requester = match who.role {
        Role::Admin => Requester::Admin(who.user),
        Role::User if payment.buyer == who.user => Requester::Payer(who.user),
        Role::User => {
            let order_id = payment.order_id().ok_or(Problem::from(Refusal::UnknownPayment))?;
            let copy = ports.store.find::<OrderCopy>(&order_id.to_string()).await?;
            let sold = copy.filter(|copy| copy.sellers().contains(&who.user));
            sold.ok_or(Problem::from(Refusal::UnknownPayment))?;
            Requester::Seller(who.user)
        }
    };
    Ok((payment, requester))
}
