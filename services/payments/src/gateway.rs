//! The port to a payment provider.

use async_trait::async_trait;
use contract::{Money, PaymentId};
use store::Unavailable;

use crate::domain::Token;

/// What a provider is asked to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The payment; also the idempotency key: asked again, the provider answers as it did first.
    pub payment_id: PaymentId,
    /// How much.
    pub amount: Money,
    /// Of which card.
    pub token: Token,
}

/// Why a provider did not do what it was asked.
#[derive(Debug)]
pub enum GatewayError {
    /// It said no, and its word for why.
    Declined(String),
    /// It cannot be told whether it did: a time-out, a lost answer, an error. To be asked again under the same key.
    Unknown(Unavailable),
}

/// A payment provider. Everything is done once for a payment, however often it is asked.
#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// A few words for the start-up lines.
    fn describe(&self) -> String;

    /// Holds money; answers the provider's own name for it.
    ///
    /// # Errors
    /// [`GatewayError`]
    async fn authorize(&self, authorization: &Authorization) -> Result<String, GatewayError>;

    /// Takes money that is held.
    ///
    /// # Errors
    /// [`GatewayError`]
    async fn capture(&self, payment_id: PaymentId, reference: &str) -> Result<(), GatewayError>;

    /// Lets money go that is held.
    ///
    /// # Errors
    /// [`GatewayError`]
    async fn void(&self, payment_id: PaymentId, reference: &str) -> Result<(), GatewayError>;
}
