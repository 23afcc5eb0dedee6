//! The copy of an order, and its payment in progress.

use std::collections::{BTreeMap, BTreeSet};

use contract::order::{CancelReason, OrderItem, OrderState, OrderStatus};
use contract::payment::ReturnedUnits;
use contract::{Money, PaymentId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::{Refusal, VoidReason};

/// A copy of an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderCopy {
    /// The order's last published state.
    pub order: OrderState,
    /// The payment in progress; at most one at a time.
    pub attempt: Option<PaymentId>,
}

/// The order's decision about an authorised payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not decided.
    Wait,
    /// Accepted: capture the money.
    Capture,
    /// Not accepted: release the money.
    Void(VoidReason),
}

impl OrderCopy {
    /// Replaces the order's state; `None` if this or a newer version is stored already.
    #[must_use]
    pub fn update(self, order: OrderState) -> Option<Self> {
        (order.version > self.order.version).then_some(Self { order, ..self })
    }

    /// The price of each seller's items, in order of sellers, without those of free items only.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] if the shares do not sum to the total.
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

    pub(crate) fn item_of(&self, ticket_id: TicketId) -> Option<&OrderItem> {
        self.order.items.iter().find(|item| item.ticket_id == ticket_id)
    }

    /// The price of a seller's units among these.
    pub(crate) fn price_of(
        &self,
        seller: UserId,
        units: &[ReturnedUnits],
    ) -> Result<Money, Refusal> {
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

    /// Whether orders has put these units on sale again, according to the copy.
    pub(crate) fn has_returned(&self, units: &[ReturnedUnits]) -> bool {
        units.iter().all(|units| {
            self.item_of(units.ticket_id).is_some_and(|item| item.returned >= units.quantity)
        })
    }

    pub(crate) fn sellers(&self) -> BTreeSet<UserId> {
        self.order.items.iter().map(|item| item.seller).collect()
    }

    /// Starts a payment.
    ///
    /// # Errors
    /// The order is another user's, has ended, is past its deadline, has a payment in progress, or
    /// its prices do not add up.
    pub fn begin(self, payment: PaymentId, payer: UserId, now: Timestamp) -> Result<Self, Refusal> {
        if self.order.buyer != payer {
            return Err(Refusal::UnknownOrder);
        }
        match self.verdict(payment) {
            Verdict::Wait => {}
            Verdict::Capture => return Err(VoidReason::OrderComplete.into()),
            Verdict::Void(reason) => return Err(reason.into()),
        }
        if now >= self.order.expires_at {
            return Err(VoidReason::OrderExpired.into());
        }
        if self.attempt.is_some() {
            return Err(Refusal::PaymentInProgress);
        }
        // Checked before any money moves: the total could not be divided.
        self.shares()?;
        Ok(Self { attempt: Some(payment), ..self })
    }

    /// Ends the payment in progress without money; another can start.
    #[must_use]
    pub fn end_attempt(self, payment: PaymentId) -> Self {
        let attempt = self.attempt.filter(|attempt| *attempt != payment);
        Self { attempt, ..self }
    }

    /// Captures an authorised payment that the order accepted; voids it if the order has ended.
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
            OrderStatus::Cancelled { reason: CancelReason::ShowCancelled } => {
                Verdict::Void(VoidReason::ShowCancelled)
            }
        }
    }
}
