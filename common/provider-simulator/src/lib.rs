//! A simulated payment provider for tests and local work: the part of Stripe's HTTP API that its
//! client needs, with faults on demand.
//!
//! [`Provider`] is a value without a clock and without IO. A test, a simulation or the HTTP server
//! passes the present time to each call; the seed and the calls determine all results.
//!
//! ```
//! use contract::Timestamp;
//! use provider_simulator::{IntentStatus, Method, Provider, Request};
//!
//! let (mut provider, now) = (Provider::seeded(7), Timestamp::from_unix_ms(0));
//! let create = Request::create_intent(2050, "usd").confirmed_with("pm_card_visa");
//! let create = create.keyed("payment-17");
//! let held = provider.handle(&create, now).response().unwrap().json();
//! assert_eq!(held["status"], "requires_capture");
//!
//! let id = held["id"].as_str().unwrap();
//! let capture = Request::new(Method::Post, format!("/v1/payment_intents/{id}/capture"));
//! provider.handle(&capture.keyed("payment-17-capture"), now);
//! assert_eq!(provider.intents[id].status(), IntentStatus::Succeeded);
//! assert_eq!(provider.ledger.totals_of(id).kept, 2050);
//! ```
//!
//! **Calls**, in `api/`: payment intents are created, confirmed, captured, cancelled, retrieved and
//! listed; refunds created, retrieved and listed; disputes and balance transactions listed.
//! Parameters that are not simulated are rejected by name, never ignored.
//!
//! **Idempotency keys** store the first response for 24 hours, with status and body, including that
//! of a declined card, but not that of a request with wrong parameters. A repeat receives it again;
//! other parameters with the same key are an `idempotency_error`; a repeat during the first request
//! receives 409.
//!
//! **Cards** are Stripe's test cards by name: `pm_card_visa`, `pm_card_chargeDeclined`,
//! `pm_card_chargeDeclinedInsufficientFunds`, `pm_card_authenticationRequired`,
//! `pm_card_pendingRefund`, `pm_card_refundFail` and more (`state/card.rs`), and the same as tokens,
//! `tok_visa`. A payment with `pm_card_simulator_processing` stays processing until the control API
//! ends it.
//!
//! **Time** has three effects: an authorisation expires after seven days, a pending refund ends
//! after ten seconds, delayed requests end.
//!
//! **Faults** are planned ahead: [`Fault`] for calls ("charged, but the response is lost" is
//! [`FaultKind::LoseResponse`]), [`WebhookFault`] and [`WebhookOrder`] for webhooks.
//!
//! **Over HTTP** the provider is [`http::Simulator`], and the program `provider-simulator`. Beside
//! the API, which requires `Authorization: Bearer sk_test_…`, it has a control API in JSON:
//!
//! | route | effect |
//! |---|---|
//! | `GET /_simulator/ledger` | reads the ledger: entries, and totals by currency |
//! | `GET /_simulator/events`, `POST /_simulator/events/{id}/resend` | lists events; delivers one again |
//! | `POST /_simulator/faults` `{"kind": "lose_response", "operation": "confirm_intent", "times": 1}` | plans a fault of a call |
//! | `POST /_simulator/webhook-faults` `{"kind": "delay", "ms": 5000, "event": "payment_intent.succeeded"}` | plans a fault of webhooks |
//! | `PUT /_simulator/webhook-order` `{"order": "reversed"}` | sets the order of webhooks |
//! | `GET /_simulator/faults`, `DELETE /_simulator/faults` | lists, clears planned faults |
//! | `PUT /_simulator/webhook` `{"url": "…", "secrets": ["whsec_…"]}`, `DELETE /_simulator/webhook` | sets, removes the destination of events |
//! | `GET /_simulator/challenges/{intent}`, `POST` with the form `outcome=succeeded` or `failed` | the page of a challenge; ends it |
//! | `POST /_simulator/processing/{intent}`, `POST /_simulator/refunds/{refund}` `{"outcome": "failed"}` | ends a processing payment or a refund |
//! | `POST /_simulator/dashboard/{intent}/capture`, `…/cancel`, `…/refund`, `…/dispute` `{"amount": 500}` | an operator captures, cancels or refunds, or a bank disputes; in full without `amount` |
//! | `POST /_simulator/disputes/{dispute}` `{"outcome": "succeeded"}` | closes a dispute as won, with `failed` as lost |
//! | `POST /_simulator/reset` | returns to the initial state |
//!
//! **Without HTTP**, with the feature `client`, it is `InProcess`: a client of Stripe's API for the
//! adapter that calls Stripe in production, in one thread and on a manual clock.
//!
//! **The ledger** records every movement of money; tests compare other records with it.

mod calls;
#[cfg(feature = "client")]
mod client;
mod control;
mod events;
mod faults;
mod ids;
mod provider;

/// Requests, parameters, operations, responses.
mod api {
    pub(crate) mod call;
    pub(crate) mod error;
    pub(crate) mod idempotency_keys;
    pub(crate) mod lists;
    pub(crate) mod operations;
    pub(crate) mod request;
    pub(crate) mod views;
}

/// Payments, refunds, disputes, the ledger.
mod state {
    pub(crate) mod card;
    pub(crate) mod ledger;
    pub(crate) mod objects;
    pub(crate) mod transitions;
}

/// The provider over HTTP: its API, a control API for tests, a page for challenges, and a sender of
/// webhooks.
pub mod http {
    mod api;
    mod app_state;
    mod challenge;
    mod control_api;
    mod simulator;

    pub use app_state::Webhook;
    pub use simulator::{Deliveries, Options, Simulator};
}

pub use api::request::{Method, Operation, PendingId, Reply, Request, Response};
#[cfg(feature = "client")]
pub use client::InProcess;
pub use control::{Action, WrongState};
pub use events::{
    Delivery, DeliveryId, Event, EventType, Receipt, WebhookFault, WebhookFaultKind, WebhookOrder,
    Webhooks, signature,
};
pub use faults::{Fault, FaultKind};
pub use provider::Provider;
pub use state::ledger::{Entry, EntryKind, Ledger, Totals};
pub use state::objects::{
    Dispute, DisputeStatus, Intent, IntentStatus, Outcome, Refund, RefundStatus,
};
