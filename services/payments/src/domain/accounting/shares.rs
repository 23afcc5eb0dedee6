//! Amounts of sellers' shares, and units of tickets, that refunds or disputes claim from a captured
//! payment; the remainders of the shares; and the accounts that bear an amount.

use contract::payment::ReturnedUnits;
use contract::{Money, TicketId, UserId};
use serde::{Deserialize, Serialize};

use crate::domain::payment::State as Paid;
use crate::domain::{Account, AccountId, OrderCopy, Payment, Refusal};

/// An amount of one seller's share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// The seller; for a top-up, the owner of the account.
    pub seller: UserId,
    /// The amount.
    pub amount: Money,
}

/// One seller's part of a refund, paid from the seller's share; of a top-up, the payer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// The seller.
    pub seller: UserId,
    /// The amount paid from the seller's account.
    pub by_seller: Money,
    /// The amount paid by the house, if an administrator requested more than the seller has.
    pub by_house: Money,
}

impl Share {
    /// A share, of which the seller bears the part up to a maximum, and the house the rest.
    fn of(claim: Claim, by_seller_max: i64) -> Self {
        let Claim { seller, amount: Money { minor_units, currency } } = claim;
        let by_seller = minor_units.min(by_seller_max);
        Self {
            seller,
            by_seller: Money::new(by_seller, currency),
            by_house: Money::new(minor_units - by_seller, currency),
        }
    }

    /// The amount.
    #[must_use]
    pub fn amount(&self) -> Money {
        let minor_units = self.by_seller.minor_units + self.by_house.minor_units;
        Money::new(minor_units, self.by_seller.currency)
    }

    /// A part of it, which the seller bears up to the seller's amount of the whole.
    #[must_use]
    pub fn part(&self, minor_units: i64) -> Self {
        let Money { minor_units: by_seller_max, currency } = self.by_seller;
        let claim = Claim { seller: self.seller, amount: Money::new(minor_units, currency) };
        Self::of(claim, by_seller_max)
    }

    /// The remainder of this share, less the same seller's share among `kept`.
    pub(crate) fn without(&self, kept: &[Self]) -> Self {
        let kept = kept.iter().find(|kept| kept.seller == self.seller);
        let minus = |amount: Money, kept: Option<Money>| {
            let kept = kept.map_or(0, |kept| kept.minor_units);
            Money::new(amount.minor_units - kept, amount.currency)
        };
        Self {
            seller: self.seller,
            by_seller: minus(self.by_seller, kept.map(|kept| kept.by_seller)),
            by_house: minus(self.by_house, kept.map(|kept| kept.by_house)),
        }
    }
}

pub(crate) fn amount_of(amounts: &[Claim], seller: UserId) -> i64 {
    let of_seller = amounts.iter().find(|claim| claim.seller == seller);
    of_seller.map_or(0, |claim| claim.amount.minor_units)
}

pub(crate) fn sum(amounts: &[Claim]) -> i64 {
    amounts.iter().map(|claim| claim.amount.minor_units).sum()
}

/// Adds amounts, also of new sellers, or subtracts them (`sign` -1). The refusal is
/// [`Refusal::Contradiction`] if one would become negative: nothing is clamped.
pub(crate) fn add_amounts(to: &mut Vec<Claim>, more: &[Claim], sign: i64) -> Result<(), Refusal> {
    for Claim { seller, amount } in more {
        if to.iter().all(|known| known.seller != *seller) {
            to.push(Claim { seller: *seller, amount: Money::zero(amount.currency) });
        }
        let moved = Money::new(sign * amount.minor_units, amount.currency);
        for known in to.iter_mut().filter(|known| known.seller == *seller) {
            known.amount = known.amount.plus(moved).map_err(|_| Refusal::Contradiction)?;
            if known.amount.minor_units < 0 {
                return Err(Refusal::Contradiction);
            }
        }
    }
    Ok(())
}

pub(crate) fn units_of(units: &[ReturnedUnits], ticket_id: TicketId) -> u32 {
    let of_ticket = units.iter().find(|units| units.ticket_id == ticket_id);
    of_ticket.map_or(0, |units| units.quantity)
}

pub(crate) fn add_units(units: &mut Vec<ReturnedUnits>, more: &[ReturnedUnits]) {
    for one in more {
        match units.iter_mut().find(|known| known.ticket_id == one.ticket_id) {
            Some(known) => known.quantity += one.quantity,
            None => units.push(*one),
        }
    }
}

/// Subtracts units of known tickets, down to zero.
pub(crate) fn remove_units(units: &mut [ReturnedUnits], fewer: &[ReturnedUnits]) {
    for one in fewer {
        if let Some(known) = units.iter_mut().find(|known| known.ticket_id == one.ticket_id) {
            known.quantity = known.quantity.saturating_sub(one.quantity);
        }
    }
}

impl Claim {
    /// Takes it from the seller's account up to the balance; the house bears the rest.
    pub(crate) fn borne_by(self, accounts: &[Account]) -> Share {
        let account = accounts.iter().find(|account| account.user == self.seller);
        let balance =
            account.map_or(0, |account| account.balance(self.amount.currency).minor_units);
        Share::of(self, balance)
    }
}

/// The remainder of each share of a captured payment, in order of sellers; the payer's of a top-up.
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
        let gone = refunds.claimed_of(seller) + amount_of(&refunds.frozen, seller);
        Claim { seller, amount: Money::new(share.minor_units - gone, share.currency) }
    };
    Ok(shares.into_iter().map(left).collect())
}

/// Divides an amount in proportion to the remainders, and the rest of the division one minor unit
/// at a time in order. No share exceeds its remainder; empty shares are left out.
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

/// The accounts that bear money which left the provider without a request here: the sellers in
/// proportion to their remainders, each up to the balance, and the house for the rest.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CostAllocation {
    /// The part borne by sellers' shares; of a top-up, by the payer's account.
    pub shares: Vec<Share>,
    /// The part beyond the payment's remainder, such as after a credit; the house bears it.
    #[serde(default)]
    pub excess: Option<Money>,
}

impl CostAllocation {
    /// Divides an amount; `accounts` are those of the order's sellers.
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

    pub(crate) fn borne(&self) -> impl Iterator<Item = (AccountId, Money)> {
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
