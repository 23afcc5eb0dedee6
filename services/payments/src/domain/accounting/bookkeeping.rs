//! The bookings of a payment's changes.

use crate::domain::{
    AccountId, Cause, Holder, OrderCopy, Payment, Purpose, Refusal, State, Transaction,
};

#[derive(Clone, Copy, PartialEq, Eq)]
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
    use Location::{Held, Outside, Paid, Returned};
    let before = before.map_or(Outside, |before| location(&before.state));
    let now = location(&after.state);
    if before == now {
        return Ok(None);
    }
    let (of, payer) = (after.of_payment(), AccountId::User(after.buyer));
    let transfer = |cause, from, to| Transaction::of(cause, [(from, to, after.amount)]);
    Ok(Some(match (before, now) {
        (Outside, Returned) => {
            let taken = after.captured_amount().ok_or(Refusal::Contradiction)?;
            Transaction::of(Cause::StrayCapture(of), [(AccountId::Provider, payer, taken)])
        }
        (Outside, Held) => transfer(Cause::Hold(of), payer, AccountId::Holds),
        (Held, Outside) => transfer(Cause::Release(of), AccountId::Holds, payer),
        (Outside, Paid) => paid(AccountId::Provider, after, order)?,
        (Held, Paid) => paid(AccountId::Holds, after, order)?,
        (Outside | Held | Paid | Returned, Outside | Held | Paid | Returned) => {
            return Err(Refusal::Contradiction);
        }
    }))
}

fn paid(
    source: AccountId,
    payment: &Payment,
    order: Option<&OrderCopy>,
) -> Result<Transaction, Refusal> {
    let of = payment.of_payment();
    match payment.purpose {
        Purpose::TopUp => {
            let credited = (source, AccountId::User(payment.buyer), payment.amount);
            Ok(Transaction::of(Cause::TopUp(of), [credited]))
        }
        Purpose::Order { .. } => {
            let shares = order.ok_or(Refusal::UnknownOrder)?.shares()?;
            let pay = |(seller, share)| (source, AccountId::User(seller), share);
            Ok(Transaction::of(Cause::Sale(of), shares.into_iter().map(pay)))
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
