//! The amount that the payer receives, its method, and the accounts that bear it.

use contract::Money;
use contract::payment::{RefundMethod, RefundStatus, RefundSummary};

use super::{Destination, Method, Refund, Share, State};
use crate::domain::accounting::claim::Claim;

impl Share {
    /// A share, of which the seller bears the part up to a maximum, and the house the rest.
    pub(in crate::domain) fn of(claim: Claim, by_seller_max: i64) -> Self {
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

    /// A part of it; the seller bears the part up to the amount that the seller bears of the whole,
    /// the house the rest.
    #[must_use]
    pub fn part(&self, minor_units: i64) -> Self {
        let Money { minor_units: by_seller_max, currency } = self.by_seller;
        let claim = Claim { seller: self.seller, amount: Money::new(minor_units, currency) };
        Self::of(claim, by_seller_max)
    }
}

impl Refund {
    /// The method.
    #[must_use]
    pub const fn method(&self) -> Method {
        match (&self.to, &self.state) {
            (Destination::Credit, _) | (Destination::Card { .. }, State::Credited { .. }) => {
                Method::Credit
            }
            (
                Destination::Card { .. },
                State::Requested { .. } | State::Succeeded { .. } | State::Failed { .. },
            ) => Method::Card,
        }
    }

    /// The shares that bear the amount that the payer receives.
    #[must_use]
    pub fn given_shares(&self) -> &[Share] {
        match &self.state {
            State::Credited { shares, .. } => shares,
            State::Requested { .. } | State::Succeeded { .. } | State::Failed { .. } => {
                &self.shares
            }
        }
    }

    /// The amount that the payer receives.
    #[must_use]
    pub fn given(&self) -> Money {
        match &self.state {
            State::Credited { shares, .. } => {
                let minor_units = shares.iter().map(|share| share.amount().minor_units).sum();
                Money::new(minor_units, self.amount.currency)
            }
            State::Requested { .. } | State::Succeeded { .. } | State::Failed { .. } => self.amount,
        }
    }

    /// Whether it has succeeded, even if a bank returned it later: its units returned to sale.
    #[must_use]
    pub const fn was_paid(&self) -> bool {
        match &self.state {
            State::Requested { .. } => false,
            State::Succeeded { .. } => true,
            State::Failed { paid_at, .. } | State::Credited { paid_at, .. } => paid_at.is_some(),
        }
    }

    /// The published summary; `None` if the payer never received anything.
    #[must_use]
    pub fn summary(&self) -> Option<RefundSummary> {
        let (status, at) = match self.state {
            State::Requested { .. } | State::Failed { paid_at: None, .. } => return None,
            State::Succeeded { at, .. } | State::Credited { at, .. } => {
                (RefundStatus::Succeeded, at)
            }
            State::Failed { at, paid_at: Some(_), .. } => (RefundStatus::CameBack, at),
        };
        let to = match self.method() {
            Method::Card => RefundMethod::Card,
            Method::Credit => RefundMethod::Credit,
        };
        Some(RefundSummary { id: self.id, amount: self.given(), to, status, at })
    }

    /// Records that a failed refund credits these shares to the payer, for units that are on sale.
    #[must_use]
    pub fn crediting(self, owed: Vec<Share>) -> Self {
        let state = match self.state {
            State::Failed { at, reason, paid_at } if !owed.is_empty() => {
                State::Credited { at, reason, paid_at, shares: owed }
            }
            state => state,
        };
        Self { state, ..self }
    }
}
