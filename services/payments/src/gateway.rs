//! The port to a payment provider.

use async_trait::async_trait;
use contract::amount_rules::AmountRules;
use contract::{Money, PaymentId, RefundId, Timestamp};
use store::Unavailable;

use crate::domain::{Record, RefundStanding, Standing, Token};

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

/// A movement of money that the provider has on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The provider's name for the payment.
    pub payment_reference: String,
    /// Our own id of the payment, if the provider names it.
    pub payment_id: Option<PaymentId>,
    /// The provider's totals of the payment, if the movement includes them.
    pub totals: Option<Totals>,
}

/// What a provider has taken of a payment, and what of that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Taken.
    pub captured: Money,
    /// Given back.
    pub refunded: Money,
    /// Whether it was ever disputed.
    pub is_disputed: bool,
}

/// A page of movements, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Movements {
    /// The movements.
    pub movements: Vec<Movement>,
    /// Where the next page begins; `None` behind the last.
    pub next: Option<String>,
}

/// A payment provider. Everything is done once for a payment or a refund, however often it is asked.
///
/// An [`Unavailable`] means that it is not known whether it was done: a time-out, a lost answer, an error on its side. Where a
/// payment stands is then asked before anything else.
#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// A few words for the start-up lines.
    fn describe(&self) -> String;

    /// The amounts that it charges.
    fn amount_rules(&self) -> AmountRules {
        AmountRules::Unlimited
    }

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

    /// The provider's record of a payment, whatever caused its entries. The record of a provider that is used by this service only
    /// is the payment's state.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn record(&self, known: Known<'_>) -> Result<Record, Unavailable> {
        Ok(Record::of(self.inquire(known).await?))
    }

    /// A page of the movements of money since a moment, from the page's beginning `after` on.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn movements(
        &self,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<Movements, Unavailable> {
        let _ = (since, after);
        Ok(Movements::default())
    }
}
