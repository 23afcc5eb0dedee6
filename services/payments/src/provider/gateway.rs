//! The port to a payment provider.

use async_trait::async_trait;
use contract::amount_rules::AmountRules;
use contract::{Money, PaymentId, RefundId, Timestamp};
use store::Unavailable;

use crate::domain::{ProviderRefundStatus, ProviderStatus, Record, Token};

/// Prefix of the provider's error codes about an amount, such as `amount_too_small`: no card was
/// charged or declined.
const AMOUNT: &str = "amount_";

/// Whether the provider declined the amount, independently of the card.
pub(crate) fn is_about_amount(reason: &str) -> bool {
    reason.starts_with(AMOUNT)
}

/// A payment to be created at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenRequest {
    /// The payment; also the idempotency key: a repeat returns the first result.
    pub payment_id: PaymentId,
    /// The amount.
    pub amount: Money,
}

/// A payment with the provider's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderPayment<'p> {
    /// The payment; also the idempotency key.
    pub payment_id: PaymentId,
    /// The provider's id.
    pub reference: &'p str,
    /// The amount.
    pub amount: Money,
}

/// Result of creating a payment at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenResult {
    /// Created; no money has moved.
    Opened {
        /// The provider's id.
        reference: String,
    },
    /// The provider rejected the request, for example because the amount is below its minimum.
    Rejected {
        /// The provider's reason.
        reason: String,
    },
}

/// A refund of a captured payment, to be made by the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderRefund<'r> {
    /// The refund; also the idempotency key: a repeat returns the first result.
    pub refund_id: RefundId,
    /// The provider's id of the refund, if known.
    pub reference: Option<&'r str>,
    /// The payment.
    pub payment_id: PaymentId,
    /// The provider's id of the payment.
    pub payment_reference: &'r str,
    /// The amount; at most the captured less the refunded amount.
    pub amount: Money,
}

/// A movement of money in the provider's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The provider's id of the payment.
    pub payment_reference: String,
    /// The id of the payment, if the provider returns it.
    pub payment_id: Option<PaymentId>,
    /// The provider's totals of the payment, if the movement includes them.
    pub totals: Option<Totals>,
}

/// A provider's totals of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Captured.
    pub captured: Money,
    /// Refunded.
    pub refunded: Money,
    /// Whether it was ever disputed.
    pub is_disputed: bool,
}

/// A page of movements, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movements {
    /// The movements.
    pub movements: Vec<Movement>,
    /// The cursor of the next page; `None` after the last.
    pub next: Option<String>,
}

/// A payment provider. Every operation is idempotent by payment or refund.
///
/// An [`Unavailable`] means that the effect is unknown: a timeout, a lost response, a server error.
/// The caller inquires before it repeats the operation.
#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// The amounts that the provider charges.
    fn amount_rules(&self) -> AmountRules {
        AmountRules::Unlimited
    }

    /// Creates a payment. No money moves, so that a lost response has no cost.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn open(&self, opening: OpenRequest) -> Result<OpenResult, Unavailable>;

    /// Authorises the amount on a card.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn confirm(
        &self,
        known: ProviderPayment<'_>,
        token: &Token,
    ) -> Result<ProviderStatus, Unavailable>;

    /// Reads the present status.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn inquire(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable>;

    /// Captures an authorised amount.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn capture(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable>;

    /// Releases an authorised amount, or prevents a later authorisation.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn void(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable>;

    /// Refunds captured money.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable>;

    /// Reads the present status of a refund; [`ProviderRefundStatus::Unknown`] only if it certainly
    /// was not made.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn inquire_refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable>;

    /// Reads the provider's record of a payment, with entries of any origin.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn record(&self, known: ProviderPayment<'_>) -> Result<Record, Unavailable>;

    /// Reads a page of the movements of money since a time, from the cursor `after`.
    ///
    /// # Errors
    /// [`Unavailable`]
    async fn movements(
        &self,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<Movements, Unavailable>;
}
