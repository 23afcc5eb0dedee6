//! Collections and indexes of payments, refunds, order copies and the ledger.

use contract::{Id, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Collection, Document, Index, Key};

use crate::domain::{
    Account, CardAttempts, Dispute, DisputeState, Entry, OrderCopy, Payment, ProviderEvent, Refund,
    Task, refund,
};

/// Payments by id. Indexes: those with a task at the provider and those that have not ended, oldest
/// first; by the provider's id; those that require action, by the time of the next inquiry before
/// the deadline; by payer, and by payer and order.
pub static PAYMENTS: Collection = Collection {
    name: "payments",
    indexes: &[
        Index { name: "with_task", fields: &["hasTask", "startedAt"] },
        Index { name: "unsettled", fields: &["isUnsettled", "startedAt"] },
        Index { name: "by_reference", fields: &["reference"] },
        Index { name: "near_deadline", fields: &["askAt"] },
        Index { name: "by_buyer", fields: &["buyer", "startedAt"] },
        Index { name: "by_buyer_and_order", fields: &["buyer", "orderId", "startedAt"] },
    ],
    searched: &[],
};

/// Copies of orders, by order.
pub static ORDER_COPIES: Collection =
    Collection { name: "order_copies", indexes: &[], searched: &[] };

/// Refunds by id. Indexes: those with a task at the provider and those that have not ended, oldest
/// first; by payment.
pub static REFUNDS: Collection = Collection {
    name: "refunds",
    indexes: &[
        Index { name: "with_task", fields: &["hasTask", "requestedAt"] },
        Index { name: "unsettled", fields: &["isUnsettled", "requestedAt"] },
        Index { name: "by_payment", fields: &["paymentId", "requestedAt"] },
    ],
    searched: &[],
};

/// Disputes by id. Indexes: the open ones and all, by time of opening.
pub static DISPUTES: Collection = Collection {
    name: "disputes",
    indexes: &[
        Index { name: "open", fields: &["isOpen", "openedAt"] },
        Index { name: "by_age", fields: &["openedAt"] },
    ],
    searched: &[],
};

/// Progress of the comparison with the provider's books: one document.
pub static RECONCILIATIONS: Collection =
    Collection { name: "reconciliations", indexes: &[], searched: &[] };

/// The payment or refund that an idempotency key started, for repeats.
pub static ATTEMPTS: Collection = Collection {
    name: "attempts",
    indexes: &[Index { name: "by_age", fields: &["startedAt"] }],
    searched: &[],
};

/// Failed and open attempts to charge a card, by a hash of the account or network.
pub static CARD_ATTEMPTS: Collection = Collection {
    name: "card_attempts",
    indexes: &[Index { name: "by_end", fields: &["forgetAfter"] }],
    searched: &[],
};

/// Events of the provider, by its id. Indexes: those to be processed, in their order; by age.
pub static PROVIDER_EVENTS: Collection = Collection {
    name: "provider_events",
    indexes: &[
        Index { name: "waiting", fields: &["dueAt"] },
        Index { name: "by_age", fields: &["receivedAt"] },
    ],
    searched: &[],
};

/// Users' accounts, by user.
pub static ACCOUNTS: Collection = Collection { name: "accounts", indexes: &[], searched: &[] };

/// Ledger entries, by transaction and position. Indexes: a user's statement, also by currency.
/// Entries are inserted, never changed or deleted.
pub static ENTRIES: Collection = Collection {
    name: "entries",
    indexes: &[
        Index { name: "by_user", fields: &["user", "number"] },
        Index { name: "by_user_and_currency", fields: &["user", "currency", "number"] },
    ],
    searched: &[],
};

/// Progress of the comparison with the provider's books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reconciliation {
    /// Constant.
    pub id: String,
    /// All movements before this time were compared.
    pub compared_until: Timestamp,
}

/// The payment or refund that an idempotency key started.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyedOperation {
    /// Requester, operation and key.
    pub id: String,
    /// The payment or refund.
    #[serde(alias = "paymentId")]
    pub began: Id,
    /// SHA-256 of the body, in hex.
    pub fingerprint: String,
    /// Time of the start.
    pub started_at: Timestamp,
}

impl Document for Payment {
    const COLLECTION: &'static Collection = &PAYMENTS;

    fn document_id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "hasTask" => (self.task() != Task::Nothing).then_some(true).into(),
            "isUnsettled" => (!self.is_settled()).then_some(true).into(),
            "startedAt" => self.started_at.into(),
            "buyer" => self.buyer.into(),
            "orderId" => self.order_id().into(),
            "reference" => self.reference().into(),
            "askAt" => self.ask_at.into(),
            _ => Key::Null,
        }
    }
}

impl Document for CardAttempts {
    const COLLECTION: &'static Collection = &CARD_ATTEMPTS;

    fn document_id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "forgetAfter" => self.forget_after.into(),
            _ => Key::Null,
        }
    }
}

impl Document for Dispute {
    const COLLECTION: &'static Collection = &DISPUTES;

    fn document_id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "isOpen" => (self.state == DisputeState::Open).then_some(true).into(),
            "openedAt" => self.opened_at.into(),
            _ => Key::Null,
        }
    }
}

impl Document for Reconciliation {
    const COLLECTION: &'static Collection = &RECONCILIATIONS;

    fn document_id(&self) -> String {
        self.id.clone()
    }
}

impl Document for Refund {
    const COLLECTION: &'static Collection = &REFUNDS;

    fn document_id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "hasTask" => (self.task() != refund::Task::Nothing).then_some(true).into(),
            "isUnsettled" => (!self.is_settled()).then_some(true).into(),
            "paymentId" => self.payment_id.into(),
            "requestedAt" => self.requested_at.into(),
            _ => Key::Null,
        }
    }
}

impl Document for OrderCopy {
    const COLLECTION: &'static Collection = &ORDER_COPIES;

    fn document_id(&self) -> String {
        self.order.id.to_string()
    }
}

impl Document for ProviderEvent {
    const COLLECTION: &'static Collection = &PROVIDER_EVENTS;

    fn document_id(&self) -> String {
        self.id.clone()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "dueAt" => self.due_at().into(),
            "receivedAt" => self.received_at.into(),
            _ => Key::Null,
        }
    }
}

impl Document for Account {
    const COLLECTION: &'static Collection = &ACCOUNTS;

    fn document_id(&self) -> String {
        self.user.to_string()
    }
}

impl Document for Entry {
    const COLLECTION: &'static Collection = &ENTRIES;

    fn document_id(&self) -> String {
        format!("{}.{}", self.transaction, self.place)
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "user" => self.account.user().into(),
            "currency" => self.amount.currency.code().into(),
            "number" => self.statement.and_then(|line| i64::try_from(line.number).ok()).into(),
            _ => Key::Null,
        }
    }
}

impl Document for KeyedOperation {
    const COLLECTION: &'static Collection = &ATTEMPTS;

    fn document_id(&self) -> String {
        self.id.clone()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "startedAt" => self.started_at.into(),
            _ => Key::Null,
        }
    }
}
