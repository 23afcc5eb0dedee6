//! The port to a payment provider.

use async_trait::async_trait;
use contract::{Money, PaymentId, RefundId};
use store::Unavailable;

use crate::domain::{RefundStanding, Standing, Token};

/// A payment that a provider is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// The payment; also the idempotency key: told again, the provider answers as it did first.
    pub payment_id: PaymentId,
    /// How much.
    pub amount: Money,
}

/// A payment that the provider knows, and its name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known<'p> {
    /// The payment; also the idempotency key.
    pub payment_id: PaymentId,
    /// The provider's name for it.
    pub reference: &'p str,
    /// How much.
    pub amount: Money,
}

/// Whether a provider takes a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// It knows it by this name now; no money was touched.
    Known {
        /// Its name for it.
        reference: String,
    },
    /// It would not hear of it, such as an amount below its least.
    Refused {
        /// Its word for why.
        reason: String,
    },
}

/// Money of a captured payment that is to be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refunding<'r> {
    /// The refund; also the idempotency key: told again, the provider answers as it did first.
    pub refund_id: RefundId,
    /// The provider's name for the refund, once it gave it one.
    pub reference: Option<&'r str>,
    /// The payment.
    pub payment_id: PaymentId,
    /// The provider's name for the payment.
    pub payment_reference: &'r str,
    /// How much of it; never more than was captured less what was given back.
    pub amount: Money,
}

/// A payment provider. Everything is done once for a payment or a refund, however often it is asked.
///
/// An [`Unavailable`] means that it is not known whether it was done: a time-out, a lost answer, an error on its side. Where a
/// payment stands is then asked before anything else.
#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// A few words for the start-up lines.
    fn describe(&self) -> String;

    /// Makes a payment known. It moves no money, so an answer that is lost costs nothing.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn open(&self, opening: Opening) -> Result<Opened, Unavailable>;

    /// Asks a card for the money, to be held.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn confirm(&self, known: Known<'_>, token: &Token) -> Result<Standing, Unavailable>;

    /// Where the payment stands at this moment.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn inquire(&self, known: Known<'_>) -> Result<Standing, Unavailable>;

    /// Takes money that is held.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn capture(&self, known: Known<'_>) -> Result<Standing, Unavailable>;

    /// Lets money go that is held, or sees to it that none will be.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn void(&self, known: Known<'_>) -> Result<Standing, Unavailable>;

    /// Gives money back that was taken.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn refund(&self, refunding: Refunding<'_>) -> Result<RefundStanding, Unavailable>;

    /// Where a refund stands at this moment; [`RefundStanding::Unknown`] only where it was surely never made.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn inquire_refund(&self, refunding: Refunding<'_>)
    -> Result<RefundStanding, Unavailable>;
}
