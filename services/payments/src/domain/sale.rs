//! A sale: a complete order of a show, with the money of its payment, and the refund that its payer
//! is owed once the show is cancelled. An order of a resold admission is a sale too, whose refund
//! is owed once the admission is void.

use contract::order::{OrderItem, OrderState, OrderStatus};
use contract::sale::{SaleItem, SaleState};
use contract::{AdmissionId, Money, PaymentId, RefundId, Timestamp};
use serde::{Deserialize, Serialize};

use super::payment::State as Paid;
use super::refund::{Destination, Origin, State as Refunded};
use super::refund_group::refund_group;
use super::{Payment, Refund, Refusal};

/// A sale.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sale {
    /// The published state; that of a resale is not published, and has its own group as the show.
    pub state: SaleState,
    /// The resold admission; `None` for a first sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resale: Option<AdmissionId>,
    /// The accepted payment; `None` where the order costs nothing.
    pub payment_id: Option<PaymentId>,
    /// Of the disputed amount, the part that no bank has decided.
    pub frozen: Money,
    /// The refund of a cancelled show.
    pub refund: ShowRefund,
}

/// The refund of a sale whose show is cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum ShowRefund {
    /// The show is not cancelled, or the sale is not marked yet.
    Unmarked,
    /// Nothing was owed when the show was cancelled: the order was free or refunded already.
    NothingOwed,
    /// The refund is to be requested.
    Owed {
        /// Time of the request; a later attempt if the payment is not captured, or disputed.
        due_at: Timestamp,
        /// The amount that the provider or the payer's bank rejected last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rejected: Option<Money>,
    },
    /// The provider has not decided the refund.
    Requested {
        /// The refund.
        refund_id: RefundId,
    },
    /// Nothing is owed any more: refunded by the origin of the payment, kept by a lost dispute, or
    /// never captured.
    Done,
    /// The provider or the payer's bank rejected it: the payer has the amount as credit.
    Failed,
}

/// The group of sales of a cancelled show in which a sale is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Its refund has not ended.
    Owed,
    /// Nothing is owed any more.
    Done,
    /// Its payer has the amount as credit.
    Failed,
}

/// The next step of an owed refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Nothing is owed.
    Settle,
    /// The payment is not captured, or a bank has not decided a dispute.
    Wait,
    /// Refund the amount by the origin of the payment.
    Refund(Money),
    /// Credit the amount to the payer's account: the card cannot be refunded.
    Credit(Money),
}

impl ShowRefund {
    /// The group in which it is counted.
    #[must_use]
    pub const fn progress(&self) -> Option<Progress> {
        match self {
            Self::Unmarked | Self::NothingOwed => None,
            Self::Owed { .. } | Self::Requested { .. } => Some(Progress::Owed),
            Self::Done => Some(Progress::Done),
            Self::Failed => Some(Progress::Failed),
        }
    }
}

impl Sale {
    /// The sale of a complete order; `None` for other orders, and first sales without a show.
    #[must_use]
    pub fn of(order: &OrderState) -> Option<Self> {
        let (Some(show_id), OrderStatus::Complete { payment_id }) =
            (refund_group(order), order.status)
        else {
            return None;
        };
        let nothing = Money::zero(order.total.currency);
        let state = SaleState {
            order_id: order.id,
            version: 1,
            show_id,
            // The tickets of a show have one seller.
            seller: order.items.first()?.seller,
            buyer: order.buyer,
            ordered_at: order.created_at,
            items: order.items.iter().map(item).collect(),
            paid: nothing,
            refunded: nothing,
            disputed: nothing,
        };
        let resale = order.items.iter().find_map(|item| item.resale);
        Some(Self { state, resale, payment_id, frozen: nothing, refund: ShowRefund::Unmarked })
    }

    /// Copies the units of a later version of the order.
    #[must_use]
    pub fn with_items(&self, order: &OrderState) -> Self {
        let items = order.items.iter().map(item).collect();
        self.published(SaleState { items, ..self.state.clone() })
    }

    /// Marks the sale of a cancelled show; its refund is due now, unless nothing can be owed.
    #[must_use]
    pub fn marked(&self, now: Timestamp) -> Self {
        let refund = match self.refund {
            ShowRefund::Unmarked if self.may_owe() => {
                ShowRefund::Owed { due_at: now, rejected: None }
            }
            ShowRefund::Unmarked => ShowRefund::NothingOwed,
            ShowRefund::NothingOwed
            | ShowRefund::Owed { .. }
            | ShowRefund::Requested { .. }
            | ShowRefund::Done
            | ShowRefund::Failed => self.refund,
        };
        Self { refund, ..self.clone() }
    }

    /// Applies a change of the payment's captured money or disputes, and of the refunded amount.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] if the refunded amount overflows.
    pub fn with_money(
        &self,
        payment: &Payment,
        refunded_by: i64,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let Some(refunds) = payment.refunds() else { return Ok(self.clone()) };
        let of = |minor_units| Money::new(minor_units, payment.amount.currency);
        let refunded = self.state.refunded.plus(of(refunded_by));
        let state = SaleState {
            paid: payment.amount,
            refunded: refunded.map_err(|_| Refusal::Contradiction)?,
            disputed: of(refunds.disputed.open + refunds.disputed.lost),
            ..self.state.clone()
        };
        let changed = Self { frozen: of(refunds.disputed.open), ..self.published(state) };
        let refund = match self.refund {
            ShowRefund::Owed { rejected, .. } if changed.may_owe() => {
                ShowRefund::Owed { due_at: now, rejected }
            }
            ShowRefund::Owed { .. } => ShowRefund::Done,
            // An earlier refund failed, or a dispute was won.
            ShowRefund::NothingOwed | ShowRefund::Done | ShowRefund::Failed
                if changed.may_owe() =>
            {
                ShowRefund::Owed { due_at: now, rejected: None }
            }
            ShowRefund::NothingOwed
            | ShowRefund::Done
            | ShowRefund::Failed
            | ShowRefund::Unmarked
            | ShowRefund::Requested { .. } => self.refund,
        };
        Ok(Self { refund, ..changed })
    }

    /// Applies the end of a refund, after its money; changes nothing unless the refund follows from
    /// the cancellation of the show.
    #[must_use]
    pub fn after(&self, refund: &Refund, payment: &Payment, now: Timestamp) -> Self {
        if refund.origin != Origin::ShowCancelled {
            return self.clone();
        }
        let is_own = self.refund == ShowRefund::Requested { refund_id: refund.id };
        let after = match (&refund.state, self.refund) {
            (Refunded::Requested { .. }, _) => self.refund,
            (Refunded::Succeeded { .. }, _) if !is_own => self.refund,
            // Another refund failed meanwhile.
            (Refunded::Succeeded { .. }, _) if self.may_owe() => {
                ShowRefund::Owed { due_at: now, rejected: None }
            }
            (Refunded::Succeeded { .. }, _) => match refund.to {
                Destination::Credit if !payment.is_by_ledger() => ShowRefund::Failed,
                Destination::Credit | Destination::Card { .. } => ShowRefund::Done,
            },
            (Refunded::Failed { .. } | Refunded::Credited { .. }, ShowRefund::Owed { .. }) => {
                ShowRefund::Owed { due_at: now, rejected: Some(refund.amount) }
            }
            (Refunded::Failed { .. } | Refunded::Credited { .. }, _) if !is_own => self.refund,
            (Refunded::Failed { .. } | Refunded::Credited { .. }, _) if self.may_owe() => {
                ShowRefund::Owed { due_at: now, rejected: Some(refund.amount) }
            }
            (Refunded::Failed { .. } | Refunded::Credited { .. }, _) => ShowRefund::Done,
        };
        Self { refund: after, ..self.clone() }
    }

    /// The next step of an owed refund.
    #[must_use]
    pub fn next_step(&self, payment: &Payment) -> NextStep {
        if payment.has_ended_without_money() {
            return NextStep::Settle;
        }
        let Some(refunds) = payment.refunds() else { return NextStep::Wait };
        let owed = self.owed();
        if !self.may_owe() {
            NextStep::Settle
        } else if self.frozen.minor_units > 0 {
            NextStep::Wait
        } else if refunds.disputed.lost > 0 || self.rejected() == Some(owed) {
            // The provider refunds no part of a charge of which a dispute is lost.
            NextStep::Credit(owed)
        } else {
            NextStep::Refund(owed)
        }
    }

    /// The last rejected amount of an owed refund.
    #[must_use]
    pub const fn rejected(&self) -> Option<Money> {
        match self.refund {
            ShowRefund::Owed { rejected, .. } => rejected,
            ShowRefund::Unmarked
            | ShowRefund::NothingOwed
            | ShowRefund::Requested { .. }
            | ShowRefund::Done
            | ShowRefund::Failed => None,
        }
    }

    /// The time at which an owed refund is to be requested.
    #[must_use]
    pub const fn due_at(&self) -> Option<Timestamp> {
        match self.refund {
            ShowRefund::Owed { due_at, .. } => Some(due_at),
            ShowRefund::Unmarked
            | ShowRefund::NothingOwed
            | ShowRefund::Requested { .. }
            | ShowRefund::Done
            | ShowRefund::Failed => None,
        }
    }

    /// Sets the time at which an owed refund is to be requested.
    #[must_use]
    pub fn deferred(&self, due_at: Timestamp) -> Self {
        let rejected = self.rejected();
        let refund = self.due_at().map_or(self.refund, |_| ShowRefund::Owed { due_at, rejected });
        Self { refund, ..self.clone() }
    }

    /// The captured amount that was neither refunded nor withdrawn.
    fn owed(&self) -> Money {
        let SaleState { paid, refunded, disputed, .. } = &self.state;
        let owed = paid.minor_units - refunded.minor_units - disputed.minor_units;
        Money::new(owed, paid.currency)
    }

    /// Whether money is owed, or will be if the payment is captured and open disputes are won.
    fn may_owe(&self) -> bool {
        let is_open = self.state.paid.minor_units == 0;
        self.payment_id.is_some()
            && (is_open || self.owed().minor_units + self.frozen.minor_units > 0)
    }

    /// With another published state, and its version.
    fn published(&self, state: SaleState) -> Self {
        let version = self.state.version + u64::from(state != self.state);
        Self { state: SaleState { version, ..state }, ..self.clone() }
    }
}

impl Payment {
    /// Whether its money is that of a sale: captured for an order.
    pub(crate) const fn is_sold(&self) -> bool {
        matches!(self.state, Paid::Captured { .. })
    }
}

const fn item(item: &OrderItem) -> SaleItem {
    let OrderItem { ticket_id, unit_price, quantity, returned, .. } = *item;
    SaleItem { ticket_id, unit_price, quantity, returned }
}
