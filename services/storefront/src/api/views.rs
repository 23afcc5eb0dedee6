//! Representations of other services, as far as pages show them.

use contract::money::Decimal;
use contract::order;
use contract::{Currency, Money, OrderId, PaymentId, ShowId, TicketId, Timestamp};
use serde::Deserialize;

use super::amounts::money;
use crate::language::Language;
use crate::pages::price;

/// An order.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderView {
    pub(crate) id: OrderId,
    pub(crate) version: u64,
    pub(crate) status: OrderStatus,
    #[serde(default)]
    pub(crate) reason: Option<String>,
    pub(crate) currency: Currency,
    pub(crate) total: Decimal,
    pub(crate) items: Vec<OrderItem>,
    #[serde(default)]
    pub(crate) show_id: Option<ShowId>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) payments: Vec<OrderPayment>,
    pub(crate) refunds: Vec<OrderRefund>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum OrderStatus {
    #[serde(rename = "created")]
    Created,
    #[serde(rename = "awaiting:payment")]
    AwaitingPayment,
    #[serde(rename = "complete")]
    Complete,
    #[serde(rename = "cancelled")]
    Cancelled,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderItem {
    pub(crate) ticket_id: TicketId,
    pub(crate) title: String,
    pub(crate) price: Decimal,
    pub(crate) quantity: u32,
    pub(crate) returned: u32,
    #[serde(default)]
    pub(crate) venue: Option<String>,
    #[serde(default)]
    pub(crate) starts_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) changed: Option<ChangedItem>,
}

/// Changes of a ticket since its units were ordered.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangedItem {
    /// The present venue, if it differs.
    #[serde(default)]
    pub(crate) venue: Option<String>,
    /// The present start, if it differs.
    #[serde(default)]
    pub(crate) starts_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) show: Option<ChangedShow>,
}

/// Change of a show since units of it were ordered.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(crate) enum ChangedShow {
    Postponed { refunds_until: Timestamp },
    Cancelled,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OrderPayment {
    pub(crate) id: PaymentId,
    pub(crate) status: String,
    pub(crate) amount: Decimal,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OrderRefund {
    pub(crate) amount: Decimal,
    pub(crate) at: Timestamp,
    pub(crate) status: String,
    pub(crate) to: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
impl OrderView {
    pub(crate) fn is_over(&self) -> bool {
        self.status == OrderStatus::Cancelled || self.is_refunded()
    }

    /// The type of the message that published its status.
    pub(crate) const fn message_name(&self) -> &'static str {
        match self.status {
            OrderStatus::Created => order::CREATED.name(),
            OrderStatus::AwaitingPayment => order::UPDATED.name(),
            OrderStatus::Complete => order::COMPLETED.name(),
            OrderStatus::Cancelled => order::CANCELLED.name(),
        }
    }

    /// The status as the API names it.
    pub(crate) const fn status_name(&self) -> &'static str {
        match self.status {
            OrderStatus::Created => "created",
            OrderStatus::AwaitingPayment => "awaiting:payment",
            OrderStatus::Complete => "complete",
            OrderStatus::Cancelled => "cancelled",
        }
    }

    /// Whether the order is complete and its whole amount was returned.
    pub(crate) fn is_refunded(&self) -> bool {
        let total = self.money(&self.total).minor_units;
        let refunds = self.refunds.iter().filter(|refund| refund.status != "came_back");
        let refunded: i64 = refunds.map(|refund| self.money(&refund.amount).minor_units).sum();
        self.status == OrderStatus::Complete && total > 0 && refunded >= total
    }

    /// Whether a payment is under way: none has failed or ended since.
    fn is_paying(&self) -> bool {
        self.payments.iter().any(|payment| payment.status == "started")
    }

    /// The class of the tag of its status.
    pub(crate) fn status_class(&self) -> &'static str {
        match self.status {
            OrderStatus::Complete if self.is_refunded() => "over",
            OrderStatus::Created | OrderStatus::AwaitingPayment => "",
            OrderStatus::Complete => "good",
            OrderStatus::Cancelled => "over",
        }
    }

    pub(crate) fn status_text(&self, t: &Language) -> &'static str {
        match self.status {
            OrderStatus::AwaitingPayment if self.is_paying() => t.status_paying(),
            OrderStatus::Created | OrderStatus::AwaitingPayment => t.status_held(),
            OrderStatus::Complete if self.is_refunded() => t.status_refunded(),
            OrderStatus::Complete => t.status_complete(),
            OrderStatus::Cancelled => t.cancelled(),
        }
    }

    /// The change of a show that takes place at another time or venue than ordered.
    pub(crate) fn moved(&self) -> Option<&ChangedItem> {
        let mut changed = self.items.iter().filter_map(|item| item.changed.as_ref());
        changed.find(|changed| matches!(changed.show, Some(ChangedShow::Postponed { .. })))
    }

    pub(crate) fn is_of_cancelled_show(&self) -> bool {
        let mut changed = self.items.iter().filter_map(|item| item.changed.as_ref());
        changed.any(|changed| matches!(changed.show, Some(ChangedShow::Cancelled)))
    }

    pub(crate) fn total_text(&self, t: &Language) -> String {
        price(*t, self.money(&self.total))
    }

    /// The price of all units of an item.
    pub(crate) fn price_text(&self, t: &Language, item: &OrderItem) -> String {
        let of_one = self.money(&item.price);
        price(*t, of_one.times(item.quantity).unwrap_or(of_one))
    }

    pub(crate) fn refund_text(&self, t: &Language, refund: &OrderRefund) -> String {
        let amount = t.money(&self.money(&refund.amount));
        match (refund.status.as_str(), refund.to.as_str()) {
            ("came_back", _) => t.refund_came_back(&amount),
            (_, "credit") => t.refunded_to_credit(&amount),
            _ => t.refunded_to_card(&amount),
        }
    }

    /// An amount of its currency; zero for another number of digits.
    pub(crate) fn money(&self, amount: &Decimal) -> Money {
        money(amount, self.currency)
    }
}

/// A payment.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentView {
    pub(crate) id: PaymentId,
    #[serde(default)]
    pub(crate) order_id: Option<OrderId>,
    #[serde(default)]
    pub(crate) action: Option<ActionView>,
}

/// The action of the payer that the provider requires.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActionView {
    /// The page of the bank; without one the provider's script shows it.
    #[serde(default)]
    pub(crate) url: Option<String>,
    pub(crate) client_secret: String,
}

/// The balances of an account.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct AccountView {
    pub(crate) balances: Vec<BalanceView>,
    #[serde(default)]
    pub(crate) entries: Vec<EntryView>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct BalanceView {
    pub(crate) currency: Currency,
    pub(crate) balance: Decimal,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EntryView {
    pub(crate) at: Timestamp,
    pub(crate) cause: String,
    pub(crate) side: String,
    pub(crate) currency: Currency,
    pub(crate) amount: Decimal,
    pub(crate) balance: Decimal,
    #[serde(default)]
    pub(crate) order_id: Option<OrderId>,
}
