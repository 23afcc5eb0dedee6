//! The refunds of a captured payment: never more than was taken, no more of a seller than the seller's share, and no units that are
//! on sale again without their price.

use contract::order::OrderItem;
use contract::payment::{RefundSummary, ReturnedUnits};
use contract::{Money, UserId};
use serde::{Deserialize, Serialize};

use super::consent::Consent;
use super::units::{add_units, remove_units, units_of};
use super::{Payment, State};
use crate::domain::dispute::{Dispute, DisputeState};
use crate::domain::order_copy::OrderCopy;
use crate::domain::refund::{AskedAs, Origin, Refund, Share, State as Refunded};
use crate::domain::refusal::Refusal;

/// Summaries that a payment keeps: more than ten sellers and administrators can have that succeeded, a refund of all that is left
/// included. Beyond it the oldest of those that came back is forgotten.
const SUMMARIES_MAX: usize = 256;

/// What was requested of a captured payment, and what was given back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refunds {
    /// Requests so far, failed ones included. It shows whether one came while the provider was asked for its record.
    #[serde(default)]
    pub requested: u32,
    /// Requests of each seller that have not failed.
    #[serde(default)]
    pub by_sellers: Vec<Requests>,
    /// Requests of administrators that have not failed.
    #[serde(default)]
    pub by_admins: u32,
    /// Money claimed from each seller's share by refunds that have not failed.
    pub claimed: Vec<Claim>,
    /// Units claimed by refunds that have not failed.
    pub claimed_units: Vec<ReturnedUnits>,
    /// The part of the claimed units' price that an administrator or the payer waived.
    #[serde(default)]
    pub waived: Vec<Claim>,
    /// What the payer agreed to and no refund has used.
    #[serde(default)]
    pub consent: Consent,
    /// What was given back; `None` when nothing ever was.
    pub refunded: Option<Money>,
    /// Units that go back to sale. It never becomes less: what was sold again cannot be taken back.
    pub returned: Vec<ReturnedUnits>,
    /// The refunds that have succeeded, also those that came back later, oldest first.
    #[serde(default)]
    pub summaries: Vec<RefundSummary>,
    /// Money of each seller's share that is frozen, since the payer disputes it.
    #[serde(default)]
    pub frozen: Vec<Claim>,
    /// What payers' banks withdrew.
    #[serde(default)]
    pub disputed: Disputed,
}

/// What was disputed of a payment, in minor units of its currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Disputed {
    /// Of which the banks have not decided.
    pub open: i64,
    /// That the banks returned.
    pub won: i64,
    /// That the payer keeps.
    pub lost: i64,
}

/// An amount of one seller's share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// The seller; of a top-up, whose account it is.
    pub seller: UserId,
    /// How much.
    pub amount: Money,
}

/// Requests of one seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requests {
    /// The seller.
    pub seller: UserId,
    /// Those that have not failed.
    pub count: u32,
    /// All of them.
    #[serde(default)]
    pub attempts: u32,
}

impl Refunds {
    /// Money claimed from a seller's share.
    #[must_use]
    pub fn claimed_of(&self, seller: UserId) -> i64 {
        amount_of(&self.claimed, seller)
    }

    /// Money of a seller's share that is frozen by disputes.
    #[must_use]
    pub fn frozen_of(&self, seller: UserId) -> i64 {
        amount_of(&self.frozen, seller)
    }

    /// Units of an item that are not claimed.
    #[must_use]
    pub fn unclaimed_units_of(&self, item: &OrderItem) -> u32 {
        item.quantity.saturating_sub(units_of(&self.claimed_units, item.ticket_id))
    }

    /// Requests that count against a bound, of a seller or of all administrators.
    #[must_use]
    pub fn requests_of(&self, asked_as: AskedAs, user: UserId) -> u32 {
        match asked_as {
            AskedAs::Admin => self.by_admins,
            AskedAs::Seller => self.of_seller(user).map_or(0, |requests| requests.count),
        }
    }

    /// The part of the price of a seller's claimed units that neither claimed money nor a waiver covers; below zero where more money
    /// was claimed than the units cost.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] when the prices do not add up.
    pub fn uncovered(&self, seller: UserId, order: &OrderCopy) -> Result<i64, Refusal> {
        let price = order.price_of(seller, &self.claimed_units)?.minor_units;
        Ok(price - amount_of(&self.waived, seller) - self.claimed_of(seller))
    }

    /// Requests of a seller, failed ones included.
    #[must_use]
    pub fn attempts_of(&self, seller: UserId) -> u32 {
        self.of_seller(seller).map_or(0, |requests| requests.attempts)
    }

    fn of_seller(&self, seller: UserId) -> Option<&Requests> {
        self.by_sellers.iter().find(|requests| requests.seller == seller)
    }

    /// These refunds with one more.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] when the amounts do not add up.
    pub fn with(mut self, refund: &Refund) -> Result<Self, Refusal> {
        self.requested = self.requested.saturating_add(1);
        self.count(refund, 1);
        add_amounts(&mut self.claimed, &amounts(&refund.shares), 1)?;
        add_amounts(&mut self.waived, &refund.waived, 1)?;
        add_units(&mut self.claimed_units, &refund.returns);
        self.consent.use_up(refund);
        Ok(self)
    }

    /// The payer does not have a refund's money, or has only the kept part of it. Units that never went back to sale can be claimed
    /// again.
    fn undo(&mut self, refund: &Refund) -> Result<(), Refusal> {
        add_amounts(&mut self.claimed, &amounts(&refund.shares), -1)?;
        if !refund.was_paid() {
            add_amounts(&mut self.waived, &refund.waived, -1)?;
            remove_units(&mut self.claimed_units, &refund.returns);
        }
        Ok(())
    }

    fn count(&mut self, refund: &Refund, change: i32) {
        // A refund that was not requested here counts against no bound.
        if refund.origin != Origin::Requested {
            return;
        }
        match refund.asked_as {
            AskedAs::Admin => self.by_admins = self.by_admins.saturating_add_signed(change),
            AskedAs::Seller => {
                let seller = refund.requested_by;
                if self.by_sellers.iter().all(|known| known.seller != seller) {
                    self.by_sellers.push(Requests { seller, count: 0, attempts: 0 });
                }
                for known in self.by_sellers.iter_mut().filter(|known| known.seller == seller) {
                    known.count = known.count.saturating_add_signed(change);
                    known.attempts = known.attempts.saturating_add_signed(change.max(0));
                }
            }
        }
    }

    fn add_refunded(&mut self, amount: Money, sign: i64) -> Result<(), Refusal> {
        let moved = Money::new(sign * amount.minor_units, amount.currency);
        let sum = self.refunded.unwrap_or(Money::zero(amount.currency)).plus(moved);
        self.refunded = Some(sum.map_err(|_| Refusal::Contradiction)?);
        Ok(())
    }

    fn summarize(&mut self, refund: &Refund) {
        let Some(summary) = refund.summary() else { return };
        match self.summaries.iter_mut().find(|known| known.id == summary.id) {
            Some(known) => *known = summary,
            None => self.summaries.push(summary),
        }
        if self.summaries.len() > SUMMARIES_MAX {
            use contract::payment::RefundStatus::CameBack;
            let oldest = self.summaries.iter().position(|summary| summary.status == CameBack);
            self.summaries.remove(oldest.unwrap_or_default());
        }
    }
}

fn amounts(shares: &[Share]) -> Vec<Claim> {
    shares.iter().map(|share| Claim { seller: share.seller, amount: share.amount() }).collect()
}

fn amount_of(amounts: &[Claim], seller: UserId) -> i64 {
    let of_seller = amounts.iter().find(|claim| claim.seller == seller);
    of_seller.map_or(0, |claim| claim.amount.minor_units)
}

fn add_amounts(to: &mut Vec<Claim>, more: &[Claim], sign: i64) -> Result<(), Refusal> {
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

impl Payment {
    /// Its refunds, once money was taken.
    #[must_use]
    pub fn refunds(&self) -> Option<&Refunds> {
        match &self.state {
            State::Captured { refunds, .. } | State::Returned { refunds, .. } => Some(refunds),
            State::Started { .. }
            | State::Opened { .. }
            | State::RequiresAction { .. }
            | State::Authorized { .. }
            | State::Capturing { .. }
            | State::Voiding { .. }
            | State::Voided { .. }
            | State::Declined { .. } => None,
        }
    }

    /// The same, of a captured payment only: refunds of returned money are not published.
    pub(super) fn sold(&self) -> Option<&Refunds> {
        self.refunds().filter(|_| matches!(self.state, State::Captured { .. }))
    }

    /// A refund was requested: what it claims cannot be claimed by another.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn claim(&self, refund: &Refund) -> Result<Self, Refusal> {
        self.with_refunds(|refunds| {
            *refunds = std::mem::take(refunds).with(refund)?;
            Ok(())
        })
    }

    /// A refund's money was given back; others learn of it, and of the units that go back to sale.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn refund_paid(&self, refund: &Refund) -> Result<Self, Refusal> {
        let paid = self.with_refunds(|refunds| {
            add_units(&mut refunds.returned, &refund.returns);
            refunds.summarize(refund);
            refunds.add_refunded(refund.amount, 1)
        })?;
        Ok(paid.told())
    }

    /// What the payer is still owed of a refund that the provider did not give back, by share: units are on sale, or will be, whose
    /// price no other refund covers. Nothing, mostly.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`], [`Refusal::Contradiction`]
    pub fn owed_for_units(
        &self,
        refund: &Refund,
        order: Option<&OrderCopy>,
    ) -> Result<Vec<Share>, Refusal> {
        let Some(order) = order else { return Ok(Vec::new()) };
        let mut refunds = self.refunds().ok_or(Refusal::NotCaptured)?.clone();
        refunds.undo(refund)?;
        let mut owed = Vec::new();
        for share in &refund.shares {
            let minor_units = refunds.uncovered(share.seller, order)?;
            let part = minor_units.clamp(0, share.amount().minor_units);
            if part > 0 {
                owed.push(share.part(part));
            }
        }
        Ok(owed)
    }

    /// The provider did not give a refund's money back, or it came back from the payer's bank. The change is published if the payer
    /// had the money, or has a part of it as credit. Units that went back to sale stay on sale.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn refund_not_given(&self, refund: &Refund) -> Result<Self, Refusal> {
        let not_given = self.with_refunds(|refunds| {
            refunds.undo(refund)?;
            if refund.was_paid() {
                refunds.add_refunded(refund.amount, -1)?;
            }
            match &refund.state {
                Refunded::Credited { shares, .. } => {
                    add_amounts(&mut refunds.claimed, &amounts(shares), 1)?;
                    refunds.add_refunded(refund.given(), 1)?;
                }
                Refunded::Requested { .. }
                | Refunded::Succeeded { .. }
                | Refunded::Failed { .. } => refunds.count(refund, -1),
            }
            refunds.summarize(refund);
            Ok(())
        })?;
        let is_told = refund.summary().is_some();
        Ok(if is_told { not_given.told() } else { not_given })
    }

    /// A dispute was opened: what it claims cannot be refunded.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn dispute_opened(&self, dispute: &Dispute) -> Result<Self, Refusal> {
        self.with_refunds(|refunds| {
            refunds.disputed.open += dispute.amount.minor_units;
            add_amounts(&mut refunds.frozen, &amounts(&dispute.burden.shares), 1)
        })
    }

    /// A dispute was closed: what was won can be refunded again.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn dispute_closed(&self, dispute: &Dispute) -> Result<Self, Refusal> {
        let amount = dispute.amount.minor_units;
        let shares = amounts(&dispute.burden.shares);
        self.with_refunds(|refunds| {
            match dispute.state {
                DisputeState::Open => return Ok(()),
                DisputeState::Won { .. } => refunds.disputed.won += amount,
                DisputeState::Lost { .. } => {
                    refunds.disputed.lost += amount;
                    add_amounts(&mut refunds.claimed, &shares, 1)?;
                }
            }
            refunds.disputed.open -= amount;
            add_amounts(&mut refunds.frozen, &shares, -1)
        })
    }

    /// Refunds of a sale are published; refunds of returned money are not.
    fn told(self) -> Self {
        let is_told = matches!(self.state, State::Captured { .. });
        Self { version: self.version + u64::from(is_told), ..self }
    }

    pub(super) fn with_refunds(
        &self,
        change: impl FnOnce(&mut Refunds) -> Result<(), Refusal>,
    ) -> Result<Self, Refusal> {
        let mut changed = self.clone();
        let (State::Captured { refunds, .. } | State::Returned { refunds, .. }) =
            &mut changed.state
        else {
            return Err(Refusal::NotCaptured);
        };
        change(refunds)?;
        Ok(changed)
    }
}
