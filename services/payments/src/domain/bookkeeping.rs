//! What a payment's change means for the accounts.

use super::ledger::{AccountId, Cause, Transaction};
use super::order_copy::OrderCopy;
use super::payment::{Holder, Payment, Purpose, State};
use super::refusal::Refusal;

/// Where the money of a payment is, as far as the ledger knows.
enum Place {
    /// Not with us: on the payer's card, or still on the payer's account.
    Outside,
    /// Put aside, from the payer's account.
    Held,
    /// With those it was paid to.
    Paid,
    /// With the payer, on its way back: it was not wanted.
    Returned,
}

/// What is to be booked when a payment goes from one state (`None`: it was not there) to another, if money moves. The copy of its
/// order says who gets what.
///
/// # Errors
/// [`Refusal::UnknownOrder`] where the copy is needed and missing, [`Refusal::Contradiction`] when its items do not add up to its
/// total, and when money that was paid out comes back by itself.
pub fn booking(
    before: Option<&Payment>,
    after: &Payment,
    order: Option<&OrderCopy>,
) -> Result<Option<Transaction>, Refusal> {
    let before = before.map_or(Place::Outside, |before| place(&before.state));
    let (payment_id, payer) = (after.id, AccountId::User(after.buyer));
    let order_id = || after.order_id().ok_or(Refusal::Contradiction);
    let moved =
        match (before, place(&after.state)) {
            (Place::Outside, Place::Outside)
            | (Place::Held, Place::Held)
            | (Place::Paid, Place::Paid)
            | (Place::Returned, Place::Returned) => return Ok(None),
            (Place::Outside, Place::Returned) => {
                let taken = after.taken().ok_or(Refusal::Contradiction)?;
                let order_id = after.order_id();
                Transaction::because_of(Cause::StrayCapture { payment_id, order_id }).transfer(
                    AccountId::Provider,
                    payer,
                    taken,
                )
            }
            (Place::Outside, Place::Held) => {
                Transaction::because_of(Cause::Hold { payment_id, order_id: order_id()? }).transfer(
                    payer,
                    AccountId::Holds,
                    after.amount,
                )
            }
            (Place::Held, Place::Outside) => {
                Transaction::because_of(Cause::Release { payment_id, order_id: order_id()? })
                    .transfer(AccountId::Holds, payer, after.amount)
            }
            (Place::Outside, Place::Paid) => paid(AccountId::Provider, after, order)?,
            (Place::Held, Place::Paid) => paid(AccountId::Holds, after, order)?,
            (Place::Paid, Place::Outside | Place::Held | Place::Returned)
            | (Place::Returned, Place::Outside | Place::Held | Place::Paid)
            | (Place::Held, Place::Returned) => return Err(Refusal::Contradiction),
        };
    Ok(Some(moved))
}

/// Pays out what a payment collected: to the order's sellers, or to the account that it tops up.
fn paid(
    source: AccountId,
    payment: &Payment,
    order: Option<&OrderCopy>,
) -> Result<Transaction, Refusal> {
    let payment_id = payment.id;
    match payment.purpose {
        Purpose::TopUp => Ok(Transaction::because_of(Cause::TopUp { payment_id }).transfer(
            source,
            AccountId::User(payment.buyer),
            payment.amount,
        )),
        Purpose::Order { order_id } => {
            let shares = order.ok_or(Refusal::UnknownOrder)?.shares()?;
            let sale = Transaction::because_of(Cause::Sale { payment_id, order_id });
            let pay = |sale: Transaction, (seller, share)| {
                sale.transfer(source, AccountId::User(seller), share)
            };
            Ok(shares.into_iter().fold(sale, pay))
        }
    }
}

const fn place(state: &State) -> Place {
    match state {
        State::Authorized { holder: Holder::Ledger, .. } => Place::Held,
        State::Captured { .. } => Place::Paid,
        State::Returned { .. } => Place::Returned,
        State::Started { .. }
        | State::Opened { .. }
        | State::RequiresAction { .. }
        | State::Authorized { holder: Holder::Provider { .. }, .. }
        | State::Capturing { .. }
        | State::Voiding { .. }
        | State::Voided { .. }
        | State::Declined { .. } => Place::Outside,
    }
}
