//! What of a captured payment was asked back and given back: never more than was taken, and of no seller more than the own share.

use contract::payment::ReturnedUnits;
use contract::{Money, TicketId, UserId};
use serde::{Deserialize, Serialize};

use super::{Payment, State};
use crate::domain::refund::{Refund, Share};
use crate::domain::refusal::Refusal;

/// Refunds of one payment at the most, failed ones too: more than an order has units to return one by one in any evening, and few
/// enough to be listed at once.
pub const REFUNDS_MAX: u32 = 100;

/// What of a captured payment was asked back, and what of it was given back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refunds {
    /// How many were requested, failed ones too.
    pub requested: u32,
    /// What was asked back of each seller's share and has not failed.
    pub claimed: Vec<Claim>,
    /// Units that were asked back and whose refund has not failed.
    pub claimed_units: Vec<ReturnedUnits>,
    /// What was given back; `None` when nothing ever was.
    pub refunded: Option<Money>,
    /// Units that go back to sale. It never becomes less: what was sold again cannot be taken back.
    pub returned: Vec<ReturnedUnits>,
}

/// What was asked back of one seller's share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// The seller; of a top-up, whose account it is.
    pub seller: UserId,
    /// How much.
    pub amount: Money,
}

impl Refunds {
    /// What was asked back of a seller's share.
    #[must_use]
    pub fn claimed_of(&self, seller: UserId) -> i64 {
        let of_seller = self.claimed.iter().find(|claim| claim.seller == seller);
        of_seller.map_or(0, |claim| claim.amount.minor_units)
    }

    /// Units of a ticket that were asked back.
    #[must_use]
    pub fn claimed_units_of(&self, ticket_id: TicketId) -> u32 {
        let of_ticket = self.claimed_units.iter().find(|units| units.ticket_id == ticket_id);
        of_ticket.map_or(0, |units| units.quantity)
    }

    fn claim(&mut self, refund: &Refund) -> Result<(), Refusal> {
        self.requested += 1;
        for Share { seller, .. } in &refund.shares {
            if self.claimed.iter().all(|claim| claim.seller != *seller) {
                self.claimed.push(Claim { seller: *seller, amount: refund.nothing() });
            }
        }
        self.move_claims(refund, 1)?;
        add(&mut self.claimed_units, &refund.returns);
        Ok(())
    }

    /// Gives a claim up: it can be made again.
    fn give_up(&mut self, refund: &Refund) -> Result<(), Refusal> {
        self.move_claims(refund, -1)?;
        for units in &refund.returns {
            let of_ticket =
                self.claimed_units.iter_mut().find(|known| known.ticket_id == units.ticket_id);
            if let Some(known) = of_ticket {
                known.quantity = known.quantity.saturating_sub(units.quantity);
            }
        }
        Ok(())
    }

    fn move_claims(&mut self, refund: &Refund, sign: i64) -> Result<(), Refusal> {
        for share in &refund.shares {
            let moved = Money::new(sign * share.amount().minor_units, refund.amount.currency);
            for claim in self.claimed.iter_mut().filter(|claim| claim.seller == share.seller) {
                claim.amount = claim.amount.plus(moved).map_err(|_| Refusal::Contradiction)?;
                if claim.amount.minor_units < 0 {
                    return Err(Refusal::Contradiction);
                }
            }
        }
        Ok(())
    }

    fn pay(&mut self, refund: &Refund, sign: i64) -> Result<(), Refusal> {
        let moved = Money::new(sign * refund.amount.minor_units, refund.amount.currency);
        let sum = self.refunded.unwrap_or(refund.nothing()).plus(moved);
        self.refunded = Some(sum.map_err(|_| Refusal::Contradiction)?);
        Ok(())
    }
}

fn add(units: &mut Vec<ReturnedUnits>, more: &[ReturnedUnits]) {
    for one in more {
        match units.iter_mut().find(|known| known.ticket_id == one.ticket_id) {
            Some(known) => known.quantity += one.quantity,
            None => units.push(*one),
        }
    }
}

impl Payment {
    /// What was asked back and given back of it, once it is captured.
    #[must_use]
    pub fn refunds(&self) -> Option<&Refunds> {
        let State::Captured { refunds, .. } = &self.state else { return None };
        Some(refunds)
    }

    /// A refund was requested: what it claims cannot be claimed by another.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn claim(&self, refund: &Refund) -> Result<Self, Refusal> {
        self.with_refunds(|refunds| refunds.claim(refund))
    }

    /// A refund's money was given back; others learn of it, and of the units that go back to sale.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn refund_paid(&self, refund: &Refund) -> Result<Self, Refusal> {
        let paid = self.with_refunds(|refunds| {
            add(&mut refunds.returned, &refund.returns);
            refunds.pay(refund, 1)
        })?;
        Ok(Self { version: self.version + 1, ..paid })
    }

    /// A refund failed before anything was given back.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn refund_failed(&self, refund: &Refund) -> Result<Self, Refusal> {
        self.with_refunds(|refunds| refunds.give_up(refund))
    }

    /// A refund's money came back to us; others learn of it. Its units stay on sale.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn refund_came_back(&self, refund: &Refund) -> Result<Self, Refusal> {
        let came_back = self.with_refunds(|refunds| {
            refunds.move_claims(refund, -1)?;
            refunds.pay(refund, -1)
        })?;
        Ok(Self { version: self.version + 1, ..came_back })
    }

    fn with_refunds(
        &self,
        change: impl FnOnce(&mut Refunds) -> Result<(), Refusal>,
    ) -> Result<Self, Refusal> {
        let mut changed = self.clone();
        let State::Captured { refunds, .. } = &mut changed.state else {
            return Err(Refusal::NotCaptured);
        };
        change(refunds)?;
        Ok(changed)
    }
}
