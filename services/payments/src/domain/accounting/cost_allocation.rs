//! The accounts that bear money which left the provider without a request to this service: the
//! sellers in proportion to the remainders of their shares, each up to the balance, and the house
//! for the rest.

use contract::Money;
use serde::{Deserialize, Serialize};

use crate::domain::accounting::account::Account;
use crate::domain::accounting::ledger::AccountId;
use crate::domain::accounting::remainder::{divide, remainders};
use crate::domain::order_copy::OrderCopy;
use crate::domain::payment::Payment;
use crate::domain::refund::Share;
use crate::domain::refusal::Refusal;

/// Shares and an excess, which sum to one amount.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CostAllocation {
    /// The part borne by sellers' shares; of a top-up, by the payer's account.
    pub shares: Vec<Share>,
    /// The part beyond the payment's remainder, for example after a refund as credit; the house
    /// bears it.
    #[serde(default)]
    pub excess: Option<Money>,
}

impl CostAllocation {
    /// Divides an amount. `order` is the copy of the paid order, `accounts` are those of its
    /// sellers.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`], [`Refusal::UnknownOrder`], [`Refusal::Contradiction`] if the
    /// order's prices do not add up.
    pub fn of(
        amount: Money,
        payment: &Payment,
        order: Option<&OrderCopy>,
        accounts: &[Account],
    ) -> Result<Self, Refusal> {
        let currency = amount.currency;
        let left = remainders(payment, order)?;
        let all: i64 = left.iter().map(|left| left.amount.minor_units.max(0)).sum();
        let within = Money::new(amount.minor_units.min(all), currency);
        let shares = divide(within, &left).into_iter().map(|part| part.borne_by(accounts));
        let excess = Money::new(amount.minor_units - within.minor_units, currency);
        let excess = (excess.minor_units > 0).then_some(excess);
        Ok(Self { shares: shares.collect(), excess })
    }

    /// The accounts that bear it, each with its amount.
    pub fn borne(&self) -> impl Iterator<Item = (AccountId, Money)> {
        borne(&self.shares, self.excess)
    }
}

/// The accounts that bear these shares and this excess, each with its amount.
pub(crate) fn borne(
    shares: &[Share],
    excess: Option<Money>,
) -> impl Iterator<Item = (AccountId, Money)> {
    let of_share = |share: &Share| {
        [(AccountId::User(share.seller), share.by_seller), (AccountId::House, share.by_house)]
    };
    let excess = excess.map(|excess| (AccountId::House, excess));
    let borne = shares.iter().flat_map(of_share).chain(excess);
    borne.filter(|(_, amount)| amount.minor_units > 0)
}
