//! Stripe behind the port: payment intents with a separate capture, and refunds.
//!
//! | module | contents |
//! |---|---|
//! | `settings` | the secret key, the API's URL, the timeout |
//! | `gateway` | the port: calls, idempotency keys, meaning of responses |
//! | `records` | lists of refunds, disputes and movements of any origin |
//! | `call` | one call: idempotency key, metrics, classification of failures |
//! | `objects` | Stripe's objects, with the needed fields |
//! | `conversion` | amounts and statuses |
//! | `webhook` | events: signature check and parsing |
//!
//! Logs and errors have no `Debug` output of Stripe's types: it contains client secrets and cards.

mod call;
mod conversion;
mod gateway;
mod objects;
mod records;
pub mod settings;
mod webhook;

/// The client's traits and types, for tests that provide another client.
pub mod client {
    pub use stripe::{CustomizedStripeRequest, StripeError};
    pub use stripe_client_core::{StripeClient, StripeMethod};
}

pub use conversion::{money, units};
pub use gateway::{KeyCheck, StripeGateway};
pub use settings::StripeSettings;
pub use webhook::{BadSignature, NotAnEvent, WebhookSecrets, read_event};

/// Metadata key of a payment intent that holds the payment's id.
pub const PAYMENT_ID: &str = "payment_id";

/// Metadata key of a refund that holds the refund's id.
pub const REFUND_ID: &str = "refund_id";
