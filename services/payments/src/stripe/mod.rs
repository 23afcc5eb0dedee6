//! Stripe behind the port: payment intents that are captured by a call of their own, and refunds.
//!
//! | module | holds |
//! |---|---|
//! | `settings` | what can be set: the secret key, where Stripe is, how long it may take |
//! | `gateway` | the port: what is asked of Stripe, under which key, and what an answer means |
//! | `refunding` | the part of it that gives money back |
//! | `recording` | the part that reads what others did: refunds, disputes, movements of money |
//! | `calls` | one call: its key, its measure, its failure |
//! | `failure` | a failure as a "no" or as something unknown |
//! | `reason` | Stripe's word for a "no", as payers may read it |
//! | `standing` | where a payment intent or a refund stands |
//! | `amount` | money in the units that Stripe counts in |
//! | `signature`, `event` | the events that Stripe tells of: whether they are Stripe's, and what they are about |
//!
//! Nothing of what Stripe's own types say of themselves reaches a log or an error: they hold client secrets and cards.

mod amount;
mod calls;
mod event;
mod failure;
mod gateway;
mod reason;
mod recording;
mod refunding;
pub mod settings;
mod signature;
mod standing;

/// What a client of Stripe is, so that tests can put one of their own in the place of the real one.
pub mod client {
    pub use stripe::{CustomizedStripeRequest, StripeError};
    pub use stripe_client_core::{StripeClient, StripeMethod};
}

pub use amount::{money, units};
pub use event::{NotAnEvent, read_event};
pub use gateway::{KeyCheck, StripeGateway};
pub use settings::StripeSettings;
pub use signature::{BadSignature, WebhookSecrets};

/// The name under which an intent's metadata keep the payment.
pub const PAYMENT_ID: &str = "payment_id";

/// The name under which a refund's metadata keep the refund.
pub const REFUND_ID: &str = "refund_id";
