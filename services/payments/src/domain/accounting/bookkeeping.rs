//! The bookings of a payment's changes.

use crate::domain::accounting::ledger::{AccountId, Cause, Transaction};
use crate::domain::order_copy::OrderCopy;
use crate::domain::payment::{Holder, Payment, Purpose, State};
use crate::domain::refusal::Refusal;

/// The location of a payment's money in the books.
enum Location {
    /// Outside the books or unchanged: on the payer's card, or still on the payer's account.
    Outside,
    /// Reserved from the payer's account.
    Held,
    /// Paid to the recipients.
    Paid,
    /// On the payer's account, to be refunded: no order accepts it.
    Returned,
}

/// The transaction for a payment's change of state (`None`: a new payment), if money moves. The
/// order's copy determines the recipients.
///
/// # Errors
/// [`Refusal::UnknownOrder`] if a required copy is missing; [`Refusal::Contradiction`] if its items
/// do not sum to its total, or if a paid amount would be reversed without a refund.
pub fn booking(
    before: Option<&Payment>,
    after: &Payment,
    order: Option<&OrderCopy>,
) -> Result<Option<Transaction>, Refusal> {
    let before = before.map_or(Location::Outside, |before| location(&before.state));
    let (of, payer) = (after.of_payment(), AccountId::User(after.buyer));
    let transfer =
        |cause, from, to| Transaction::because_of(cause).transfer(from, to, after.amount);
    let moved = match (before, location(&after.state)) {
        (Location::Outside, Location::Outside)
        | (Location::Held, Location::Held)
        | (Location::Paid, Location::Paid)
        | (Location::Returned, Location::Returned) => return Ok(None),
        (Location::Outside, Location::Returned) => {
            let taken = after.captured_amount().ok_or(Refusal::Contradiction)?;
            let stray = Transaction::because_of(Cause::StrayCapture(of));
            stray.transfer(AccountId::Provider, payer, taken)
        }
        (Location::Outside, Location::Held) => transfer(Cause::Hold(of), payer, AccountId::Holds),
        (Location::Held, Location::Outside) => {
            transfer(Cause::Release(of), AccountId::Holds, payer)
        }
        (Location::Outside, Location::Paid) => paid(AccountId::Provider, after, order)?,
        (Location::Held, Location::Paid) => paid(AccountId::Holds, after, order)?,
        (Location::Paid, Location::Outside | Location::Held | Location::Returned)
        | (Location::Returned, Location::Outside | Location::Held | Location::Paid)
        | (Location::Held, Location::Returned) => return Err(Refusal::Contradiction),
    };
    Ok(Some(moved))
}

/// Pays the collected amount to the order's sellers, or to the account that is topped up.
fn paid(
    source: AccountId,
    payment: &Payment,
    order: Option<&OrderCopy>,
) -> Result<Transaction, Refusal> {
    let of = payment.of_payment();
    match payment.purpose {
        Purpose::TopUp => {
            let top_up = Transaction::because_of(Cause::TopUp(of));
            Ok(top_up.transfer(source, AccountId::User(payment.buyer), payment.amount))
        }
        Purpose::Order { .. } => {
            let shares = order.ok_or(Refusal::UnknownOrder)?.shares()?;
            let sale = Transaction::because_of(Cause::Sale(of));
            let pay = |sale: Transaction, (seller, share)| {
                sale.transfer(source, AccountId::User(seller), share)
            };
            Ok(shares.into_iter().fold(sale, pay))
        }
    }
}

const fn location(state: &State) -> Location {
    match state {
        State::Authorized { holder: Holder::Ledger, .. } => Location::Held,
        State::Captured { .. } => Location::Paid,
        State::Returned { .. } => Location::Returned,
        State::Started { .. }
        | State::Opened { .. }
        | State::RequiresAction { .. }
        | State::Authorized { holder: Holder::Provider { .. }, .. }
        | State::Capturing { .. }
        | State::Voiding { .. }
        | State::Voided { .. }
        | State::Declined { .. } => Location::Outside,
    }
}
