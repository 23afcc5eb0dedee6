//! The copy of an order, and the attempt to pay it.

use std::collections::{BTreeMap, BTreeSet};

use contract::order::{CancelReason, OrderItem, OrderState, OrderStatus};
use contract::payment::ReturnedUnits;
use contract::{Money, PaymentId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::payment::VoidReason;
use super::refusal::Refusal;

/// An order as payments knows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCopy {
    /// What orders told last.
    pub order: OrderState,
    /// The attempt under way; at most one at a time.
    pub attempt: Option<PaymentId>,
}

/// What an order says of a payment that is authorised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing yet.
    Wait,
    /// It was accepted: take the money.
    Capture,
    /// It was not: let the money go.
    Void(VoidReason),
}

impl OrderCopy {
    /// Follows an order; `None` when this or a newer version of it was followed before.
    #[must_use]
    pub fn follow(self, order: OrderState) -> Option<Self> {
        (order.version > self.order.version).then_some(Self { order, ..self })
    }

    /// What each seller is to have of the total: the price of the own items. In the sellers' order, without sellers of free items only.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] when that does not add up to the total.
    pub fn shares(&self) -> Result<Vec<(UserId, Money)>, Refusal> {
        let mut shares = BTreeMap::new();
        let mut sum = Money::zero(self.order.total.currency);
        let contradiction = |_| Refusal::Contradiction;
        for item in &self.order.items {
            let price = item.unit_price.times(item.quantity).map_err(contradiction)?;
            sum = sum.plus(price).map_err(contradiction)?;
            let share = shares.entry(item.seller).or_insert(Money::zero(price.currency));
            *share = share.plus(price).map_err(contradiction)?;
        }
        if sum == self.order.total {
            Ok(shares.into_iter().filter(|(_, share)| share.minor_units > 0).collect())
        } else {
            Err(Refusal::Contradiction)
        }
    }

    /// The item of a ticket, if it was ordered.
    #[must_use]
    pub fn item_of(&self, ticket_id: TicketId) -> Option<&OrderItem> {
        self.order.items.iter().find(|item| item.ticket_id == ticket_id)
    }

    /// The price of those of these units that one seller sold.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] when that does not add up.
    pub fn price_of(&self, seller: UserId, units: &[ReturnedUnits]) -> Result<Money, Refusal> {
        let contradiction = |_| Refusal::Contradiction;
        units.iter().try_fold(Money::zero(self.order.total.currency), |sum, units| {
            match self.item_of(units.ticket_id).filter(|item| item.seller == seller) {
                None => Ok(sum),
                Some(item) => {
                    let price = item.unit_price.times(units.quantity).map_err(contradiction)?;
                    sum.plus(price).map_err(contradiction)
                }
            }
        })
    }

    /// Whether orders has put these units on sale again, as far as payments knows.
    #[must_use]
    pub fn has_returned(&self, units: &[ReturnedUnits]) -> bool {
        units.iter().all(|units| {
            self.item_of(units.ticket_id).is_some_and(|item| item.returned >= units.quantity)
        })
    }

    /// Those who sell what was ordered.
    #[must_use]
    pub fn sellers(&self) -> BTreeSet<UserId> {
        self.order.items.iter().map(|item| item.seller).collect()
    }

    /// Begins an attempt to pay.
    ///
    /// # Errors
    /// [`Refusal`]: somebody else's order, one that ended, one whose deadline has passed, one that is being paid, one that does not
    /// add up.
    pub fn begin(self, payment: PaymentId, payer: UserId, now: Timestamp) -> Result<Self, Refusal> {
        if self.order.buyer != payer {
            return Err(Refusal::UnknownOrder);
        }
        match self.order.status {
            OrderStatus::Complete { .. } => return Err(Refusal::OrderComplete),
            OrderStatus::Cancelled { reason: CancelReason::Buyer } => {
                return Err(Refusal::OrderCancelled);
            }
            OrderStatus::Cancelled { reason: CancelReason::Expired } => {
                return Err(Refusal::OrderExpired);
            }
            OrderStatus::Created | OrderStatus::AwaitingPayment { .. } => {}
        }
        if now >= self.order.expires_at {
            return Err(Refusal::OrderExpired);
        }
        if self.attempt.is_some() {
            return Err(Refusal::PaymentInProgress);
        }
        // Before any money is touched: it could not be shared out.
        self.shares()?;
        Ok(Self { attempt: Some(payment), ..self })
    }

    /// The attempt ended without money: another may begin.
    #[must_use]
    pub fn give_up(self, payment: PaymentId) -> Self {
        let attempt = self.attempt.filter(|attempt| *attempt != payment);
        Self { attempt, ..self }
    }

    /// The rule that settles an authorised payment: only the one that the order accepted is captured, and what an order
    /// that has ended did not accept is voided.
    #[must_use]
    pub fn verdict(&self, payment: PaymentId) -> Verdict {
        match self.order.status {
            OrderStatus::Created | OrderStatus::AwaitingPayment { .. } => Verdict::Wait,
            OrderStatus::Complete { payment_id } if payment_id == Some(payment) => Verdict::Capture,
            OrderStatus::Complete { .. } => Verdict::Void(VoidReason::OrderComplete),
            OrderStatus::Cancelled { reason: CancelReason::Buyer } => {
                Verdict::Void(VoidReason::OrderCancelled)
            }
            OrderStatus::Cancelled { reason: CancelReason::Expired } => {
                Verdict::Void(VoidReason::OrderExpired)
            }
        }
    }
}
