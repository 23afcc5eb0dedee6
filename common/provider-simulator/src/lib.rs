//! A payment provider for tests and local work: as much of Stripe's HTTP API as its client needs, with faults on demand.
//!
//! [`Provider`] is one value without a clock and without IO: a test, a simulation or the HTTP server calls it with the moment
//! that it is, and everything in it follows from its seed and these calls.
//!
//! ```
//! use contract::Timestamp;
//! use provider_simulator::{IntentStatus, Provider, Request};
//!
//! let (mut provider, now) = (Provider::seeded(7), Timestamp::from_unix_ms(0));
//! let create = Request::create_intent(2050, "usd").confirmed_with("pm_card_visa").keyed("payment-17");
//! let held = provider.handle(&create, now).answer().unwrap().json();
//! assert_eq!(held["status"], "requires_capture");
//!
//! let id = held["id"].as_str().unwrap();
//! provider.handle(&Request::capture_intent(id).keyed("payment-17-capture"), now);
//! assert_eq!(provider.intent(id).unwrap().status(), IntentStatus::Succeeded);
//! assert_eq!(provider.ledger().totals_of(id).kept, 2050);
//! ```
//!
//! **Calls**, in `operations/`, one file each: payment intents are created, confirmed, captured, cancelled, retrieved and listed;
//! refunds created, retrieved and listed; disputes and balance transactions listed. Parameters that are not simulated are refused
//! by name, never ignored.
//!
//! **Idempotency keys** keep the first answer for 24 hours, its status and body, also a declined card's, but not that of a
//! request whose parameters are wrong. A repeat gets it again; other parameters under the key are an `idempotency_error`; a
//! repeat while the first is still being done is 409.
//!
//! **Cards** are Stripe's test cards by name: `pm_card_visa`, `pm_card_chargeDeclined`,
//! `pm_card_chargeDeclinedInsufficientFunds`, `pm_card_authenticationRequired`, `pm_card_pendingRefund`, `pm_card_refundFail` and
//! more (`card.rs`), and the same as tokens, `tok_visa`. `pm_card_simulator_processing` is one whose bank thinks about it until it is told.
//!
//! **Time** does three things by itself: money held for seven days is let go, a refund that is on its way arrives or fails after ten
//! seconds, slow requests end.
//!
//! **Faults** are planned ahead: [`Fault`] for calls ("charged, but the answer is lost" is [`FaultKind::LoseAnswer`]),
//! [`WebhookFault`] and [`WebhookOrder`] for webhooks.
//!
//! **Served over HTTP** it is [`http::Simulator`], and by hand the program `provider-simulator`. Beside the API, which wants
//! `Authorization: Bearer sk_test_…`, it has knobs in JSON:
//!
//! | route | does |
//! |---|---|
//! | `GET /_simulator/ledger` | reads the ledger: entries, and totals by currency |
//! | `GET /_simulator/events`, `POST /_simulator/events/{id}/resend` | what happened; delivers one of it again |
//! | `POST /_simulator/faults` `{"kind": "lose_answer", "operation": "confirm_intent", "times": 1}` | plans a fault of a call |
//! | `POST /_simulator/webhook-faults` `{"kind": "delay", "ms": 5000, "event": "payment_intent.succeeded"}` | plans a fault of webhooks |
//! | `PUT /_simulator/webhook-order` `{"order": "reversed"}` | turns the order of webhooks |
//! | `GET /_simulator/faults`, `DELETE /_simulator/faults` | reads, ends what is planned |
//! | `PUT /_simulator/webhook` `{"url": "…", "secrets": ["whsec_…"]}`, `DELETE /_simulator/webhook` | where events go |
//! | `GET /_simulator/challenges/{intent}`, `POST` with the form `outcome=succeeded` or `failed` | the page of a challenge, its buttons |
//! | `POST /_simulator/processing/{intent}`, `POST /_simulator/refunds/{refund}` `{"outcome": "failed"}` | ends what is open |
//! | `POST /_simulator/dashboard/{intent}/capture`, `…/cancel`, `…/refund`, `…/dispute` `{"amount": 500}` | an operator captures, cancels or refunds, a payer's bank disputes; all of it without `amount` |
//! | `POST /_simulator/disputes/{dispute}` `{"outcome": "succeeded"}` | closes a dispute: won, or with `failed` lost |
//! | `POST /_simulator/reset` | forgets everything |
//!
//! **Without HTTP**, with the feature `client`, it is `InProcess`: a client of Stripe's API for the very adapter that talks to Stripe,
//! in one thread and on a clock by hand.
//!
//! **The ledger** says what happened to whose money; it is what others are compared with.

mod amount;
mod answer;
mod attempt;
mod card;
#[cfg(feature = "client")]
mod client;
mod dashboard;
mod dispute;
mod error;
mod faults;
mod fields;
mod happening;
pub mod http;
mod ids;
mod intent;
mod keys;
mod knobs;
mod ledger;
mod operation;
mod operations;
mod params;
mod provider;
mod refund;
mod release;
mod request;
mod returning;
mod signature;
mod views;
mod webhooks;
mod world;

pub use answer::{Answer, PendingId, Reply};
#[cfg(feature = "client")]
pub use client::InProcess;
pub use dispute::{Dispute, DisputeStatus};
pub use faults::{Fault, FaultKind};
pub use happening::EventType;
pub use intent::{Intent, IntentStatus};
pub use knobs::{Event, NotWaiting};
pub use ledger::{Entry, EntryKind, Ledger, Totals};
pub use operation::Operation;
pub use params::Params;
pub use provider::Provider;
pub use refund::{Refund, RefundStatus};
pub use request::{Method, Request};
pub use signature::signature;
pub use webhooks::{Delivery, DeliveryId, Receipt, WebhookFault, WebhookFaultKind, WebhookOrder};
pub use world::Outcome;
