//! Stripe behind the port: payment intents with a separate capture, and refunds.
//!
//! | module | contents |
//! |---|---|
//! | `settings` | the secret key, the API's URL, the timeout |
//! | `gateway` | the port: calls, idempotency keys, meaning of responses |
//! | `refunds` | refunds |
//! | `records` | records of refunds, disputes and movements of any origin |
//! | `calls` | one call: idempotency key, metrics, failure |
//! | `failure` | failures: rejected, or effect unknown |
//! | `objects` | Stripe's objects, with the needed fields |
//! | `reason` | decline reasons for payers |
//! | `status` | status of a payment intent or refund |
//! | `amount` | Stripe's currency units |
//! | `signature`, `event` | webhook events: signature check and parsing |
//!
//! `Debug` output of Stripe's types is not written to logs or errors: it contains client secrets
//! and cards.

mod amount;
mod calls;
mod event;
mod failure;
mod gateway;
mod objects;
mod reason;
mod records;
mod refunds;
pub mod settings;
mod signature;
mod status;

/// The client's traits and types, for tests that provide another client.
pub mod client {
    pub use stripe::{CustomizedStripeRequest, StripeError};
    pub use stripe_client_core::{StripeClient, StripeMethod};
}

pub use amount::{money, units};
pub use event::{NotAnEvent, read_event};
pub use gateway::{KeyCheck, StripeGateway};
pub use settings::StripeSettings;
pub use signature::{BadSignature, WebhookSecrets};

/// Metadata key of a payment intent that holds the payment's id.
pub const PAYMENT_ID: &str = "payment_id";

/// Metadata key of a refund that holds the refund's id.
pub const REFUND_ID: &str = "refund_id";
