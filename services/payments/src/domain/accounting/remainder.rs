//! The remainder of each share of a captured payment, and the division of an amount between them.

use contract::{Currency, Money, UserId};

use crate::domain::accounting::account::Account;
use crate::domain::order_copy::OrderCopy;
use crate::domain::payment::{Payment, State as Paid};
use crate::domain::refund::Share;
use crate::domain::refusal::Refusal;

/// The remainder of one seller's share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Remaining {
    pub(crate) seller: UserId,
    pub(crate) minor_units: i64,
}

impl Remaining {
    /// Takes it from the seller's account up to the balance; the house bears the rest.
    pub(crate) fn borne_by(self, accounts: &[Account], currency: Currency) -> Share {
        let account = accounts.iter().find(|account| account.user == self.seller);
        let balance = account.map_or(0, |account| account.balance(currency).minor_units);
        let by_seller = self.minor_units.min(balance);
        Share {
            seller: self.seller,
            by_seller: Money::new(by_seller, currency),
            by_house: Money::new(self.minor_units - by_seller, currency),
        }
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
) -> Result<Vec<Remaining>, Refusal> {
    let refunds = payment.refunds().ok_or(Refusal::NotCaptured)?;
    let is_sale = matches!(payment.state, Paid::Captured { .. }) && payment.order_id().is_some();
    let shares = if is_sale {
        order.ok_or(Refusal::UnknownOrder)?.shares()?
    } else {
        vec![(payment.buyer, payment.captured_amount().ok_or(Refusal::NotCaptured)?)]
    };
    let left = |(seller, share): (UserId, Money)| {
        let gone = refunds.claimed_of(seller) + refunds.frozen_of(seller);
        let minor_units = share.minor_units - gone;
        Remaining { seller, minor_units }
    };
    Ok(shares.into_iter().map(left).collect())
}

/// Divides an amount in proportion to the remainders; the rest of the division is allocated one
/// minor unit at a time in order of the shares. No share exceeds its remainder; empty shares are
/// left out.
pub(crate) fn divide(amount: Money, left: &[Remaining]) -> Vec<Remaining> {
    let all: i128 = left.iter().map(|left| i128::from(left.minor_units)).sum();
    let total = i128::from(amount.minor_units);
    let part = |left: &Remaining| {
        let part = total * i128::from(left.minor_units) / all.max(1);
        Remaining { minor_units: i64::try_from(part).unwrap_or(left.minor_units), ..*left }
    };
    let mut parts: Vec<Remaining> = left.iter().map(part).collect();
    let mut rest = amount.minor_units - parts.iter().map(|part| part.minor_units).sum::<i64>();
    for (part, left) in parts.iter_mut().zip(left) {
        if rest > 0 && part.minor_units < left.minor_units {
            part.minor_units += 1;
            rest -= 1;
        }
    }
    parts.retain(|part| part.minor_units > 0);
    parts
}
