//! The remainder of each share of a captured payment, and the division of an amount between them.

use contract::{Money, UserId};

use crate::domain::accounting::account::Account;
use crate::domain::accounting::claim::{Claim, sum};
use crate::domain::order_copy::OrderCopy;
use crate::domain::payment::{Payment, State as Paid};
use crate::domain::refund::Share;
use crate::domain::refusal::Refusal;

impl Claim {
    /// Takes it from the seller's account up to the balance; the house bears the rest.
    pub(crate) fn borne_by(self, accounts: &[Account]) -> Share {
        let account = accounts.iter().find(|account| account.user == self.seller);
        let balance =
            account.map_or(0, |account| account.balance(self.amount.currency).minor_units);
        Share::of(self, balance)
    }
}

/// The remainder of each share of a captured payment, in order of sellers; for a top-up it is the
/// payer's.
///
/// # Errors
/// [`Refusal::NotCaptured`], [`Refusal::UnknownOrder`], [`Refusal::Contradiction`] if the order's
/// prices do not add up.
pub(crate) fn remainders(
    payment: &Payment,
    order: Option<&OrderCopy>,
) -> Result<Vec<Claim>, Refusal> {
    let refunds = payment.refunds().ok_or(Refusal::NotCaptured)?;
    let is_sale = matches!(payment.state, Paid::Captured { .. }) && payment.order_id().is_some();
    let shares = if is_sale {
        order.ok_or(Refusal::UnknownOrder)?.shares()?
    } else {
        vec![(payment.buyer, payment.captured_amount().ok_or(Refusal::NotCaptured)?)]
    };
    let left = |(seller, share): (UserId, Money)| {
        let gone = refunds.claimed_of(seller) + refunds.frozen_of(seller);
        Claim { seller, amount: Money::new(share.minor_units - gone, share.currency) }
    };
    Ok(shares.into_iter().map(left).collect())
}

/// Divides an amount in proportion to the remainders; the rest of the division is allocated one
/// minor unit at a time in order of the shares. No share exceeds its remainder; empty shares are
/// left out.
pub(crate) fn divide(amount: Money, left: &[Claim]) -> Vec<Claim> {
    let all: i128 = left.iter().map(|left| i128::from(left.amount.minor_units)).sum();
    let total = i128::from(amount.minor_units);
    let part = |left: &Claim| {
        let whole = left.amount.minor_units;
        let part = total * i128::from(whole) / all.max(1);
        let part = i64::try_from(part).unwrap_or(whole);
        Claim { amount: Money::new(part, amount.currency), ..*left }
    };
    let mut parts: Vec<Claim> = left.iter().map(part).collect();
    let mut rest = amount.minor_units - sum(&parts);
    for (part, left) in parts.iter_mut().zip(left) {
        if rest > 0 && part.amount.minor_units < left.amount.minor_units {
            part.amount.minor_units += 1;
            rest -= 1;
        }
    }
    parts.retain(|part| part.amount.minor_units > 0);
    parts
}
