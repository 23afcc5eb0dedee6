//! Refund totals of a captured payment. They never exceed the captured amount, nor each seller's
//! share; units return to sale only if their price is refunded or waived.

use contract::order::OrderItem;
use contract::payment::{RefundSummary, ReturnedUnits};
use contract::{Money, UserId};
use serde::{Deserialize, Serialize};

use super::consent::Consent;
use super::{Payment, State};
use crate::domain::accounting::shares::{
    add_amounts, add_units, amount_of, remove_units, units_of,
};
use crate::domain::refund::{Origin, RequesterRole, Share, State as Refunded};
use crate::domain::{Claim, Dispute, DisputeState, OrderCopy, Refund, Refusal};

/// Maximum number of stored summaries: more than ten sellers and the administrators can cause,
/// including refunds of the full remainder. Beyond it the oldest returned refund is dropped.
const SUMMARIES_MAX: usize = 256;

/// Requested and completed refunds of a captured payment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refunds {
    /// Number of requests, including failed ones. A change shows that a request was made during a
    /// read of the provider's record.
    #[serde(default)]
    pub requested: u32,
    /// Each seller's requests that have not failed, and the payer's.
    #[serde(default)]
    pub by_sellers: Vec<Requests>,
    /// Administrators' requests that have not failed.
    #[serde(default)]
    pub by_admins: u32,
    /// Amounts claimed from each seller's share by refunds that have not failed.
    pub claimed: Vec<Claim>,
    /// Units claimed by refunds that have not failed.
    pub claimed_units: Vec<ReturnedUnits>,
    /// The part of the claimed units' price that an administrator or the payer waived.
    #[serde(default)]
    pub waived: Vec<Claim>,
    /// The unused part of the payer's consent.
    #[serde(default)]
    pub consent: Consent,
    /// The refunded amount; `None` before the first refund.
    pub refunded: Option<Money>,
    /// Units returned to sale. The number never decreases, since they may be sold again.
    pub returned: Vec<ReturnedUnits>,
    /// The refunds that have succeeded, including those that a bank returned later, oldest first.
    #[serde(default)]
    pub summaries: Vec<RefundSummary>,
    /// Amounts of each seller's share that are frozen by disputes.
    #[serde(default)]
    pub frozen: Vec<Claim>,
    /// Amounts that payers' banks withdrew.
    #[serde(default)]
    pub disputed: Disputed,
}

/// Disputed amounts of a payment, in minor units of its currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Disputed {
    pub(crate) open: i64,
    /// Returned by the banks.
    pub won: i64,
    /// Kept by the payer.
    pub(crate) lost: i64,
}

/// The number of requests of one seller, or of the payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requests {
    seller: UserId,
    /// Those that have not failed.
    count: u32,
    /// All of them.
    #[serde(default)]
    pub(crate) attempts: u32,
}

impl Refunds {
    /// The amount claimed from a seller's share.
    #[must_use]
    pub fn claimed_of(&self, seller: UserId) -> i64 {
        amount_of(&self.claimed, seller)
    }

    pub(crate) fn unclaimed_units_of(&self, item: &OrderItem) -> u32 {
        item.quantity.saturating_sub(units_of(&self.claimed_units, item.ticket_id))
    }

    /// The requests that count against a limit, of a seller or of all administrators.
    pub(crate) fn requests_of(&self, requested_as: RequesterRole, user: UserId) -> u32 {
        match requested_as {
            RequesterRole::Admin => self.by_admins,
            RequesterRole::Seller | RequesterRole::Payer => {
                self.of_seller(user).map_or(0, |requests| requests.count)
            }
        }
    }

    /// The part of the price of a seller's claimed units that neither claims nor waivers cover;
    /// negative if the claims exceed the price.
    pub(crate) fn uncovered(&self, seller: UserId, order: &OrderCopy) -> Result<i64, Refusal> {
        let price = order.price_of(seller, &self.claimed_units)?.minor_units;
        Ok(price - amount_of(&self.waived, seller) - self.claimed_of(seller))
    }

    pub(crate) fn of_seller(&self, seller: UserId) -> Option<&Requests> {
        self.by_sellers.iter().find(|requests| requests.seller == seller)
    }

    /// Whether a refund that the user requested as a seller or payer has failed.
    pub(crate) fn has_failed_requests_of(&self, user: UserId) -> bool {
        self.of_seller(user).is_some_and(|requests| requests.attempts > requests.count)
    }

    pub(crate) fn add(&mut self, refund: &Refund) -> Result<(), Refusal> {
        self.requested = self.requested.saturating_add(1);
        self.count(refund, 1);
        add_amounts(&mut self.claimed, &amounts(&refund.shares), 1)?;
        add_amounts(&mut self.waived, &refund.waived, 1)?;
        add_units(&mut self.claimed_units, &refund.returns);
        self.consent.use_up(refund);
        Ok(())
    }

    /// Removes the claims of a failed refund, except the part credited to the payer. Units that did
    /// not return to sale can be claimed again.
    fn undo(&mut self, refund: &Refund) -> Result<(), Refusal> {
        add_amounts(&mut self.claimed, &amounts(&refund.shares), -1)?;
        if !refund.was_paid() {
            add_amounts(&mut self.waived, &refund.waived, -1)?;
            remove_units(&mut self.claimed_units, &refund.returns);
        }
        Ok(())
    }

    fn count(&mut self, refund: &Refund, change: i32) {
        // Refunds that were not requested here do not count against a limit.
        if refund.origin != Origin::Requested {
            return;
        }
        match refund.requested_as {
            RequesterRole::Admin => self.by_admins = self.by_admins.saturating_add_signed(change),
            RequesterRole::Seller | RequesterRole::Payer => {
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

impl Payment {
    /// The refunds; `None` before a capture.
    #[must_use]
    pub fn refunds(&self) -> Option<&Refunds> {
        let (State::Captured { refunds, .. } | State::Returned { refunds, .. }) = &self.state
        else {
            return None;
        };
        Some(refunds)
    }

    /// Adds the claims of a requested refund.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn claim(&self, refund: &Refund) -> Result<Self, Refusal> {
        self.with_refunds(|refunds| refunds.add(refund))
    }

    /// Records a paid refund; the change and the units that return to sale are published.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn refund_paid(&self, refund: &Refund) -> Result<Self, Refusal> {
        let paid = self.with_refunds(|refunds| {
            add_units(&mut refunds.returned, &refund.returns);
            refunds.summarize(refund);
            refunds.add_refunded(refund.amount, 1)
        })?;
        Ok(paid.with_next_version())
    }

    /// The shares of a failed refund that the payer is owed: the price of units that are on sale or
    /// will be, as far as no other refund covers it. Usually empty.
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

    /// Records a failed or returned refund. The change is published if the payer had received the
    /// money, or receives a part of it as credit. Units on sale remain on sale.
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
        let is_published = refund.summary().is_some();
        Ok(if is_published { not_given.with_next_version() } else { not_given })
    }

    /// Freezes the amounts of an opened dispute.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn dispute_opened(&self, dispute: &Dispute) -> Result<Self, Refusal> {
        self.with_refunds(|refunds| {
            refunds.disputed.open += dispute.amount.minor_units;
            add_amounts(&mut refunds.frozen, &amounts(&dispute.allocation.shares), 1)
        })
    }

    /// Releases the amounts of a closed dispute; a won amount can be refunded again.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`], [`Refusal::Contradiction`]
    pub fn dispute_closed(&self, dispute: &Dispute) -> Result<Self, Refusal> {
        let amount = dispute.amount.minor_units;
        let shares = amounts(&dispute.allocation.shares);
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

    /// Increments the version if the payment is published: refunds of returned money are not.
    fn with_next_version(self) -> Self {
        let is_published = matches!(self.state, State::Captured { .. });
        Self { version: self.version + u64::from(is_published), ..self }
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
