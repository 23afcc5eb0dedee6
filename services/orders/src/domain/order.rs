//! An order: created, then possibly awaiting a payment, finally complete or cancelled.

use std::time::Duration;

use contract::money::{Decimal, NoSum};
use contract::order::{CancelReason, OrderItem, OrderState, OrderStatus};
use contract::payment::PaymentState;
use contract::{Decided, Money, OrderId, PaymentId, ShowId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::hold_limits::Network;
use super::payment_copy::{self, PaymentCopy};
use super::refusal::Refusal;
use super::step::{self, Cause, Step, StepKind};

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Published state.
    #[serde(flatten)]
    pub state: OrderState,
    /// When a payment extended the deadline, which happens at most once.
    pub extended_at: Option<Timestamp>,
    /// When the buyer cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// The network whose count includes the order; removed when the order ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
    /// Copies of its payments, for its buyer; no decision depends on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<PaymentCopy>,
    /// Timeline after the creation, for its buyer; no decision depends on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// Commands of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// A payment started: await it, and once extend the deadline to at least `extension` from now.
    AwaitPayment {
        /// The payment.
        payment_id: PaymentId,
        /// Minimum time to the deadline.
        extension: Duration,
    },
    /// The provider has reserved the money of a payment.
    AcceptPayment {
        /// The payment.
        payment_id: PaymentId,
        /// The payer.
        buyer: UserId,
        /// The reserved amount.
        amount: Money,
    },
    /// The deadline may have passed.
    Expire,
    /// The buyer cancels.
    Cancel,
    /// The show of the order is cancelled.
    CancelWithShow,
}

/// Effect on the units of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stock {
    /// The units remain held.
    Keep,
    /// The units are released.
    Release,
    /// The units are sold.
    Sell,
}

/// Data of a new order, in addition to its items.
#[derive(Debug, Clone, Copy)]
pub struct PlacedOrder {
    /// Id of the order.
    pub id: OrderId,
    /// The buyer.
    pub buyer: UserId,
    /// Time to pay the order.
    pub window: Duration,
}

impl Order {
    /// Places an order for held units. A free order is complete at once: its units are sold, and no
    /// payment is expected. `show_id` is the show of all items.
    ///
    /// # Errors
    /// [`Refusal::CurrenciesDiffer`], [`Refusal::TotalTooLarge`].
    pub fn place(
        placed: PlacedOrder,
        items: Vec<OrderItem>,
        show_id: Option<ShowId>,
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
            show_id,
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

    /// Checks the total that the buyer expects.
    ///
    /// # Errors
    /// [`Refusal::NotTheTotal`] if `expected` is not an amount of the currency,
    /// [`Refusal::TotalChanged`] if it differs.
    pub(crate) fn expect_total(&self, expected: &Decimal) -> Result<(), Refusal> {
        let total = self.state.total;
        let expected = expected.in_currency(total.currency).map_err(Refusal::NotTheTotal)?;
        if expected == total { Ok(()) } else { Err(Refusal::TotalChanged(total)) }
    }

    /// Whether the order is free, so that it was complete when placed.
    #[must_use]
    pub fn is_free(&self) -> bool {
        matches!(self.state.status, OrderStatus::Complete { payment_id: None })
    }

    /// Whether the order has copied its payments at least at these versions. Payments of other
    /// orders do not count.
    #[must_use]
    pub(crate) fn has_followed(
        &self,
        payments: impl IntoIterator<Item = (PaymentId, u64)>,
    ) -> bool {
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

    /// Whether the units are held.
    #[must_use]
    pub fn is_active(&self) -> bool {
        match self.state.status {
            OrderStatus::Created | OrderStatus::AwaitingPayment { .. } => true,
            OrderStatus::Complete { .. } | OrderStatus::Cancelled { .. } => false,
        }
    }

    /// Whether the units are sold.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self.state.status, OrderStatus::Complete { .. })
    }

    /// When the order ended unpaid by expiry or cancellation; `None` if it is active or complete.
    #[must_use]
    pub fn unpaid_end(&self) -> Option<Timestamp> {
        match self.state.status {
            OrderStatus::Created
            | OrderStatus::AwaitingPayment { .. }
            | OrderStatus::Complete { .. }
            | OrderStatus::Cancelled { reason: CancelReason::ShowCancelled } => None,
            // Documents without the time of the cancellation count from their deadline.
            OrderStatus::Cancelled { reason: CancelReason::Buyer } => {
                Some(self.cancelled_at.unwrap_or(self.state.expires_at))
            }
            OrderStatus::Cancelled { reason: CancelReason::Expired } => Some(self.state.expires_at),
        }
    }

    /// Records a step; returns whether it was new.
    #[must_use]
    pub fn record(mut self, kind: StepKind, cause: Cause, now: Timestamp) -> (Self, bool) {
        let noted = step::record(&mut self.steps, Step { kind, at: now, cause });
        (self, noted)
    }

    /// Copies one of its payments; returns whether the version was new.
    #[must_use]
    pub(crate) fn follow_payment(mut self, payment: &PaymentState) -> (Self, bool) {
        let noted = payment_copy::follow(&mut self.payments, payment);
        (self, noted)
    }

    /// The step of the last change of status.
    #[must_use]
    pub(crate) fn last_step(&self) -> StepKind {
        match self.state.status {
            OrderStatus::Created => StepKind::Created,
            OrderStatus::AwaitingPayment { .. } => StepKind::PaymentStarted,
            OrderStatus::Complete { .. } => StepKind::Completed,
            OrderStatus::Cancelled { reason: CancelReason::Buyer } => StepKind::CancelledByBuyer,
            OrderStatus::Cancelled { reason: CancelReason::Expired } => StepKind::Expired,
            OrderStatus::Cancelled { reason: CancelReason::ShowCancelled } => {
                StepKind::ShowCancelled
            }
        }
    }

    /// Decides a command. At the deadline itself the order has expired: a payment must arrive
    /// before it. An order of a cancelled show ends with its show, even after its deadline: its
    /// buyer could not have paid it.
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
            (S::Created | S::AwaitingPayment { .. }, C::CancelWithShow) => {
                self.ended(CancelReason::ShowCancelled)
            }
            (
                S::Created | S::AwaitingPayment { .. },
                C::AwaitPayment { .. } | C::AcceptPayment { .. } | C::Expire | C::Cancel,
            ) => self.ended(CancelReason::Expired),
            (S::Complete { .. }, C::Cancel) => return Err(Refusal::OrderComplete),
            (
                S::Complete { .. },
                C::AwaitPayment { .. } | C::AcceptPayment { .. } | C::Expire | C::CancelWithShow,
            )
            | (
                S::Cancelled { .. },
                C::AwaitPayment { .. }
                | C::AcceptPayment { .. }
                | C::Expire
                | C::Cancel
                | C::CancelWithShow,
            ) => Decided::AlreadyApplied,
        })
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

    fn ended(&self, reason: CancelReason) -> Decided<Order, Stock> {
        let order = self.with_status(OrderStatus::Cancelled { reason });
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
