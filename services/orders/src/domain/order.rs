//! An order's life: created, perhaps awaiting a payment, then complete or cancelled.

use std::time::Duration;

use contract::money::{Decimal, NoSum};
use contract::order::{CancelReason, OrderItem, OrderState, OrderStatus};
use contract::payment::{PaymentState, ReturnedUnits};
use contract::{Decided, Money, OrderId, PaymentId, TicketId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::hold_limits::Network;
use super::payment_copy::{self, PaymentCopy};
use super::refusal::Refusal;
use super::step::{self, Cause, Noted, Step, StepKind};

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// What others learn of it.
    #[serde(flatten)]
    pub state: OrderState,
    /// When starting a payment moved its deadline, which is done once.
    pub extended_at: Option<Timestamp>,
    /// When its buyer cancelled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// The network whose count of unpaid holds includes it; removed when the order ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
    /// Its payments, as shown to its buyer; no decision depends on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<PaymentCopy>,
    /// What happened to it since it was created, for its buyer; nothing is decided by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// What may happen to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// A payment was started: wait for it, and give it `extension` at least, once.
    AwaitPayment {
        /// The payment.
        payment_id: PaymentId,
        /// The time it is given at least.
        extension: Duration,
    },
    /// The provider holds the money of a payment.
    AcceptPayment {
        /// The payment.
        payment_id: PaymentId,
        /// Who paid.
        buyer: UserId,
        /// How much is held.
        amount: Money,
    },
    /// The deadline may have passed.
    Expire,
    /// The buyer gives it up.
    Cancel,
}

/// What becomes of an order's units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stock {
    /// They stay held.
    Keep,
    /// They are given back.
    Release,
    /// They are sold.
    Sell,
}

/// What an order is placed with, beside its items.
#[derive(Debug, Clone, Copy)]
pub struct PlacedOrder {
    /// Its id.
    pub id: OrderId,
    /// Who orders.
    pub buyer: UserId,
    /// Time to pay it.
    pub window: Duration,
}

impl Order {
    /// Places an order for units that are held for it. One that costs nothing is complete at once: its units are sold, and no payment is
    /// expected.
    ///
    /// # Errors
    /// [`Refusal::CurrenciesDiffer`], [`Refusal::TotalTooLarge`].
    pub fn place(
        placed: PlacedOrder,
        items: Vec<OrderItem>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let total = total(&items)?;
        let status = if total.minor_units == 0 {
            OrderStatus::Complete { payment_id: None }
        } else {
            OrderStatus::Created
        };
        let state = OrderState {
            id: placed.id,
            version: 1,
            buyer: placed.buyer,
            status,
            expires_at: now.plus(placed.window),
            items,
            total,
            created_at: now,
        };
        Ok(Self {
            state,
            extended_at: None,
            cancelled_at: None,
            network: None,
            payments: Vec::new(),
            steps: Vec::new(),
        })
    }

    /// Checks that it costs what its buyer expects.
    ///
    /// # Errors
    /// [`Refusal::NotTheTotal`] when `expected` is no amount in its currency, [`Refusal::TotalChanged`] when it is another one.
    pub fn expect_total(&self, expected: &Decimal) -> Result<(), Refusal> {
        let total = self.state.total;
        let expected = expected.in_currency(total.currency).map_err(Refusal::NotTheTotal)?;
        if expected == total { Ok(()) } else { Err(Refusal::TotalChanged(total)) }
    }

    /// Whether it was complete when it was placed, since it costs nothing.
    #[must_use]
    pub fn is_free(&self) -> bool {
        matches!(self.state.status, OrderStatus::Complete { payment_id: None })
    }

    /// Whether it has followed its payments up to these versions. Payments that are not the order's do not count.
    #[must_use]
    pub fn has_followed(&self, payments: impl IntoIterator<Item = (PaymentId, u64)>) -> bool {
        let accepted = match self.state.status {
            OrderStatus::Complete { payment_id } => payment_id,
            OrderStatus::Created
            | OrderStatus::AwaitingPayment { .. }
            | OrderStatus::Cancelled { .. } => None,
        };
        payments.into_iter().all(|(id, version)| {
            match self.payments.iter().find(|copy| copy.id == id) {
                Some(copy) => copy.version >= version,
                None => accepted != Some(id),
            }
        })
    }

    /// Whether its units are held.
    #[must_use]
    pub fn is_active(&self) -> bool {
        match self.state.status {
            OrderStatus::Created | OrderStatus::AwaitingPayment { .. } => true,
            OrderStatus::Complete { .. } | OrderStatus::Cancelled { .. } => false,
        }
    }

    /// Whether its units are sold.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self.state.status, OrderStatus::Complete { .. })
    }

    /// When it ended unpaid because it expired or its buyer cancelled it; `None` if it is active, complete, or was cancelled
    /// otherwise.
    #[must_use]
    pub fn unpaid_end(&self) -> Option<Timestamp> {
        match self.state.status {
            OrderStatus::Created
            | OrderStatus::AwaitingPayment { .. }
            | OrderStatus::Complete { .. } => None,
            // Orders that were cancelled before the time was stored count from their deadline.
            OrderStatus::Cancelled { reason: CancelReason::Buyer } => {
                Some(self.cancelled_at.unwrap_or(self.state.expires_at))
            }
            OrderStatus::Cancelled { reason: CancelReason::Expired } => Some(self.state.expires_at),
        }
    }

    /// Notes what happened to it; answers whether that was new.
    #[must_use]
    pub fn note(mut self, kind: StepKind, cause: Cause, now: Timestamp) -> (Self, Noted) {
        let noted = step::note(&mut self.steps, Step { kind, at: now, cause });
        (self, noted)
    }

    /// Follows one of its payments; returns whether that was new.
    #[must_use]
    pub fn follow_payment(mut self, payment: &PaymentState) -> (Self, Noted) {
        let noted = payment_copy::follow(&mut self.payments, payment);
        (self, noted)
    }

    /// What has just become of it, in the words of its timeline.
    #[must_use]
    pub fn last_step(&self) -> StepKind {
        match self.state.status {
            OrderStatus::Created => StepKind::Created,
            OrderStatus::AwaitingPayment { .. } => StepKind::PaymentStarted,
            OrderStatus::Complete { .. } => StepKind::Completed,
            OrderStatus::Cancelled { reason: CancelReason::Buyer } => StepKind::CancelledByBuyer,
            OrderStatus::Cancelled { reason: CancelReason::Expired } => StepKind::Expired,
        }
    }

    /// Decides a command. At the deadline itself the order has expired: a payment must come before it.
    ///
    /// # Errors
    /// [`Refusal::OrderComplete`] to a cancellation; [`Refusal::PaymentDoesNotMatch`] to a payment.
    pub fn decide(
        &self,
        command: Command,
        now: Timestamp,
    ) -> Result<Decided<Order, Stock>, Refusal> {
        use Command as C;
        use OrderStatus as S;
        let in_time = now < self.state.expires_at;
        Ok(match (self.state.status, command) {
            (S::AwaitingPayment { payment_id: known }, C::AwaitPayment { payment_id, .. })
                if known == payment_id =>
            {
                Decided::AlreadyApplied
            }
            (S::Created | S::AwaitingPayment { .. }, C::AwaitPayment { payment_id, extension })
                if in_time =>
            {
                self.awaiting(payment_id, extension, now)
            }
            (
                S::Created | S::AwaitingPayment { .. },
                C::AcceptPayment { payment_id, buyer, amount },
            ) if in_time => self.paid(payment_id, buyer, amount)?,
            (S::Created | S::AwaitingPayment { .. }, C::Expire) if in_time => {
                Decided::AlreadyApplied
            }
            (S::Created | S::AwaitingPayment { .. }, C::Cancel) if in_time => {
                self.cancelled_by_buyer(now)
            }
            (
                S::Created | S::AwaitingPayment { .. },
                C::AwaitPayment { .. } | C::AcceptPayment { .. } | C::Expire | C::Cancel,
            ) => self.expired(),
            (S::Complete { .. }, C::Cancel) => return Err(Refusal::OrderComplete),
            (S::Complete { .. }, C::AwaitPayment { .. } | C::AcceptPayment { .. } | C::Expire) => {
                Decided::AlreadyApplied
            }
            (
                S::Cancelled { .. },
                C::AwaitPayment { .. } | C::AcceptPayment { .. } | C::Expire | C::Cancel,
            ) => Decided::AlreadyApplied,
        })
    }

    /// Takes back units that were refunded; answers the order and what went back to sale just now, if anything did. What
    /// is told is told in all, so that what was told before changes nothing.
    ///
    /// # Errors
    /// [`Refusal::PaymentDoesNotMatch`] when the order was not completed by this payment, or has not so many units.
    pub fn take_back(
        &self,
        payment_id: PaymentId,
        returned: &[ReturnedUnits],
    ) -> Result<Decided<Self, Vec<ReturnedUnits>>, Refusal> {
        if returned.is_empty() {
            return Ok(Decided::AlreadyApplied);
        }
        match self.state.status {
            OrderStatus::Complete { payment_id: accepted } if accepted == Some(payment_id) => {}
            OrderStatus::Complete { .. }
            | OrderStatus::Created
            | OrderStatus::AwaitingPayment { .. }
            | OrderStatus::Cancelled { .. } => return Err(Refusal::PaymentDoesNotMatch),
        }
        let mut order = self.clone();
        let mut just_now = Vec::new();
        for told in returned {
            let item = order.item_of(told.ticket_id).ok_or(Refusal::PaymentDoesNotMatch)?;
            if told.quantity > item.quantity {
                return Err(Refusal::PaymentDoesNotMatch);
            }
            let quantity = told.quantity.saturating_sub(item.returned);
            if quantity > 0 {
                item.returned = told.quantity;
                just_now.push(ReturnedUnits { quantity, ..*told });
            }
        }
        if just_now.is_empty() {
            return Ok(Decided::AlreadyApplied);
        }
        order.state.version += 1;
        Ok(Decided::Applied(Box::new(order), just_now))
    }

    /// Notes the version of an inventory in which units of the order went back to sale.
    pub fn note_return(&mut self, ticket_id: TicketId, inventory_version: u64) {
        if let Some(item) = self.item_of(ticket_id) {
            item.returned_in_version = Some(inventory_version);
        }
    }

    fn item_of(&mut self, ticket_id: TicketId) -> Option<&mut OrderItem> {
        self.state.items.iter_mut().find(|item| item.ticket_id == ticket_id)
    }

    fn awaiting(
        &self,
        payment_id: PaymentId,
        extension: Duration,
        now: Timestamp,
    ) -> Decided<Order, Stock> {
        let status = OrderStatus::AwaitingPayment { payment_id };
        let mut order = self.with_status(status);
        if order.extended_at.is_none() {
            order.extended_at = Some(now);
            order.state.expires_at = order.state.expires_at.max(now.plus(extension));
        }
        Decided::Applied(Box::new(order), Stock::Keep)
    }

    fn paid(
        &self,
        payment_id: PaymentId,
        buyer: UserId,
        amount: Money,
    ) -> Result<Decided<Order, Stock>, Refusal> {
        if buyer != self.state.buyer || amount != self.state.total {
            return Err(Refusal::PaymentDoesNotMatch);
        }
        let order = self.with_status(OrderStatus::Complete { payment_id: Some(payment_id) });
        Ok(Decided::Applied(Box::new(order), Stock::Sell))
    }

    fn cancelled_by_buyer(&self, now: Timestamp) -> Decided<Order, Stock> {
        let mut order = self.with_status(OrderStatus::Cancelled { reason: CancelReason::Buyer });
        order.cancelled_at = Some(now);
        Decided::Applied(Box::new(order), Stock::Release)
    }

    fn expired(&self) -> Decided<Order, Stock> {
        let order = self.with_status(OrderStatus::Cancelled { reason: CancelReason::Expired });
        Decided::Applied(Box::new(order), Stock::Release)
    }

    fn with_status(&self, status: OrderStatus) -> Self {
        let mut order = self.clone();
        order.state.status = status;
        order.state.version += 1;
        order
    }
}

fn total(items: &[OrderItem]) -> Result<Money, Refusal> {
    let refusal = |no_sum| match no_sum {
        NoSum::CurrenciesDiffer => Refusal::CurrenciesDiffer,
        NoSum::TooLarge => Refusal::TotalTooLarge,
    };
    let currency = items.first().map(|item| item.unit_price.currency).unwrap_or_default();
    items.iter().try_fold(Money::zero(currency), |sum, item| {
        let price = item.unit_price.times(item.quantity).map_err(refusal)?;
        sum.plus(price).map_err(refusal)
    })
}
