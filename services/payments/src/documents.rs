//! Collections and indexes of payments, refunds, order copies, sales and the ledger.

use contract::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Collection, Index, document};

use crate::domain::{
    Account, CardAttempts, Dispute, DisputeState, Entry, OrderCopy, Payment, Progress,
    ProviderEvent, Refund, Sale, ShowRefund, ShowRefunds, Task, refund,
};

/// Payments by id. Indexes: those with a task at the provider and those that have not ended, oldest
/// first; those that require action, by the time of the next inquiry before the deadline.
pub(crate) static PAYMENTS: Collection = Collection::indexed(
    "payments",
    &[
        Index { name: "with_task", fields: &["hasTask", "startedAt"] },
        Index { name: "unsettled", fields: &["isUnsettled", "startedAt"] },
        Index { name: "by_reference", fields: &["reference"] },
        Index { name: "near_deadline", fields: &["askAt"] },
        Index { name: "by_buyer", fields: &["buyer", "startedAt"] },
        Index { name: "by_buyer_and_order", fields: &["buyer", "orderId", "startedAt"] },
    ],
);

pub(crate) static ORDER_COPIES: Collection = Collection::named("order_copies");

/// Refunds by id. Indexes: those with a task and those that have not ended, oldest first; those of
/// cancelled shows without a response of the provider.
pub(crate) static REFUNDS: Collection = Collection::indexed(
    "refunds",
    &[
        Index { name: "with_task", fields: &["hasTask", "requestedAt"] },
        Index { name: "unsettled", fields: &["isUnsettled", "requestedAt"] },
        Index { name: "by_payment", fields: &["paymentId", "requestedAt"] },
        Index { name: "of_shows", fields: &["isOfShow"] },
    ],
);

/// Sales by order. Indexes: those of a show that are not marked; those with a refund to request, by
/// its time; those with an owed refund, by seller and by buyer.
pub(crate) static SALES: Collection = Collection::indexed(
    "sales",
    &[
        Index { name: "unmarked", fields: &["unmarkedOf"] },
        Index { name: "due", fields: &["dueAt"] },
        Index { name: "owed_by_seller", fields: &["owedBy"] },
        Index { name: "owed_to_buyer", fields: &["owedTo"] },
    ],
);

/// Copies of shows, with the progress of their refunds. Index: those with work.
pub(crate) static SHOW_REFUNDS: Collection =
    Collection::indexed("show_refunds", &[Index { name: "active", fields: &["isActive"] }]);

pub(crate) static DISPUTES: Collection = Collection::indexed(
    "disputes",
    &[
        Index { name: "open", fields: &["isOpen", "openedAt"] },
        Index { name: "by_age", fields: &["openedAt"] },
    ],
);

pub(crate) static RECONCILIATIONS: Collection = Collection::named("reconciliations");

pub(crate) static ATTEMPTS: Collection =
    Collection::indexed("attempts", &[Index { name: "by_age", fields: &["startedAt"] }]);

pub(crate) static CARD_ATTEMPTS: Collection =
    Collection::indexed("card_attempts", &[Index { name: "by_end", fields: &["forgetAfter"] }]);

/// Indexes: the events to be processed, in their order; by age.
pub(crate) static PROVIDER_EVENTS: Collection = Collection::indexed(
    "provider_events",
    &[
        Index { name: "waiting", fields: &["dueAt"] },
        Index { name: "by_age", fields: &["receivedAt"] },
    ],
);

pub(crate) static ACCOUNTS: Collection = Collection::named("accounts");

/// Ledger entries: inserted, never changed or deleted. Indexes: a user's statement.
pub(crate) static ENTRIES: Collection = Collection::indexed(
    "entries",
    &[
        Index { name: "by_user", fields: &["user", "number"] },
        Index { name: "by_user_and_currency", fields: &["user", "currency", "number"] },
    ],
);

/// Progress of the comparison with the provider's books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reconciliation {
    /// Constant.
    pub(crate) id: String,
    /// All movements before this time were compared.
    pub(crate) compared_until: Timestamp,
}

/// The payment or refund that an idempotency key started.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyedOperation {
    /// Requester, operation and key.
    pub(crate) id: String,
    #[serde(alias = "paymentId")]
    pub(crate) began: Id,
    /// SHA-256 of the body, in hex.
    pub(crate) fingerprint: String,
    pub(crate) started_at: Timestamp,
}

document!(Payment, PAYMENTS, |payment| payment.id,
    "hasTask" => (payment.task() != Task::Nothing).then_some(true),
    "isUnsettled" => (!payment.is_settled()).then_some(true),
    "startedAt" => payment.started_at,
    "buyer" => payment.buyer,
    "orderId" => payment.order_id(),
    "reference" => payment.reference(),
    "askAt" => payment.ask_at,
);

document!(Refund, REFUNDS, |refund| refund.id,
    "hasTask" => (refund.task() != refund::Task::Nothing).then_some(true),
    "isUnsettled" => (!refund.is_settled()).then_some(true),
    "paymentId" => refund.payment_id,
    "requestedAt" => refund.requested_at,
    "isOfShow" => (refund.origin == refund::Origin::ShowCancelled
        && refund.task() == refund::Task::Refund)
        .then_some(true),
);

document!(Sale, SALES, |sale| sale.state.order_id,
    "unmarkedOf" => (sale.refund == ShowRefund::Unmarked).then_some(sale.state.show_id),
    "dueAt" => sale.due_at(),
    "owedBy" => is_owed(sale).then_some(sale.state.seller),
    "owedTo" => is_owed(sale).then_some(sale.state.buyer),
);

document!(ShowRefunds, SHOW_REFUNDS, |show| show.state.show_id,
    "isActive" => show.is_active().then_some(true),
);

document!(Dispute, DISPUTES, |dispute| dispute.id,
    "isOpen" => (dispute.state == DisputeState::Open).then_some(true),
    "openedAt" => dispute.opened_at,
);

document!(ProviderEvent, PROVIDER_EVENTS, |event| event.id,
    "dueAt" => event.due_at(),
    "receivedAt" => event.received_at,
);

document!(Entry, ENTRIES, |entry| format!("{}.{}", entry.transaction, entry.place),
    "user" => entry.account.user(),
    "currency" => entry.amount.currency.code(),
    "number" => entry.statement.and_then(|line| i64::try_from(line.number).ok()),
);

document!(CardAttempts, CARD_ATTEMPTS, |attempts| attempts.id,
    "forgetAfter" => attempts.forget_after,
);

document!(KeyedOperation, ATTEMPTS, |operation| operation.id,
    "startedAt" => operation.started_at,
);

document!(OrderCopy, ORDER_COPIES, |copy| copy.order.id);
document!(Account, ACCOUNTS, |account| account.user);
document!(Reconciliation, RECONCILIATIONS, |reconciliation| reconciliation.id);

fn is_owed(sale: &Sale) -> bool {
    sale.refund.progress() == Some(Progress::Owed)
}
