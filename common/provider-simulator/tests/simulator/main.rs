//! The simulated provider: called in one thread with explicit times (`provider`), and called over
//! HTTP (`http`).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

/// The names that the tests share.
mod prelude {
    pub(crate) use std::time::Duration;

    pub(crate) use contract::Timestamp;
    pub(crate) use provider_simulator::{
        Action, Delivery, DisputeStatus, EntryKind, EventType, Fault, FaultKind, IntentStatus,
        Method, Operation, Outcome, Provider, Receipt, RefundStatus, Reply, Request, WebhookFault,
        WebhookFaultKind, WebhookOrder, signature,
    };
    pub(crate) use serde_json::{Value, json};

    pub(crate) use crate::merchant::{
        AMOUNT, Merchant, STATUSES, cancel, capture, confirm, create_refund, has, list, post,
        retrieve_refund, text,
    };
}

mod merchant;
mod server;

mod provider {
    mod cards;
    mod dashboard;
    mod faults;
    mod idempotency;
    mod ledger;
    mod lists;
    mod parameters;
    mod refunds;
    mod state_table;
    mod webhooks;
}

mod http {
    mod challenges;
    mod client;
    mod control;
    mod lost_responses;
    mod program;
    mod webhooks;
    mod wire;
}
