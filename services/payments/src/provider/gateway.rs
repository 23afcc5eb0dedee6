//! The port to a payment provider.

use async_trait::async_trait;
use contract::amount_rules::AmountRules;
use contract::{Money, PaymentId, RefundId, Timestamp};
use store::Unavailable;

use crate::domain::refund::{Destination, Refund};
use crate::domain::{Payment, ProviderRefundStatus, ProviderStatus, Record, Token};

/// Prefix of error codes about an amount, whatever the card: `amount_too_small`.
const AMOUNT: &str = "amount_";

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

/// A payment with the provider's id, the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderPayment<'p> {
    /// The payment; also the idempotency key.
    pub payment_id: PaymentId,
    /// The provider's id of the payment.
    pub reference: &'p str,
    /// The amount.
    pub amount: Money,
}

impl<'p> ProviderPayment<'p> {
    /// A payment; `None` without a provider's id.
    #[must_use]
    pub fn of(payment: &'p Payment) -> Option<Self> {
        let (payment_id, amount) = (payment.id, payment.amount);
        payment.reference().map(|reference| Self { payment_id, reference, amount })
    }
}

/// Result of creating a payment at the provider; the reference is the provider's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenResult {
    /// Created; no money has moved.
    Opened {
        /// The provider's id of the payment.
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

impl<'r> ProviderRefund<'r> {
    /// A refund; `None` unless it is to a card.
    #[must_use]
    pub fn of(refund: &'r Refund) -> Option<Self> {
        let Destination::Card { payment_reference } = &refund.to else { return None };
        Some(Self {
            refund_id: refund.id,
            reference: refund.reference(),
            payment_id: refund.payment_id,
            payment_reference,
            amount: refund.amount,
        })
    }

    /// The refunded payment, with the amount of the refund.
    pub(crate) const fn payment(&self) -> ProviderPayment<'r> {
        ProviderPayment {
            payment_id: self.payment_id,
            reference: self.payment_reference,
            amount: self.amount,
        }
    }
}

/// A movement of money in the provider's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The provider's id of the payment.
    pub(crate) payment_reference: String,
    /// The id of the payment, if the provider returns it.
    pub(crate) payment_id: Option<PaymentId>,
    /// The provider's totals of the payment, if the movement includes them.
    pub(crate) totals: Option<Totals>,
}

/// A provider's totals of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub(crate) captured: Money,
    pub(crate) refunded: Money,
    /// Whether it was ever disputed.
    pub(crate) is_disputed: bool,
}

/// A page of movements, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movements {
    pub(crate) movements: Vec<Movement>,
    /// The cursor of the next page; `None` after the last.
    pub(crate) next: Option<String>,
}

/// A payment provider. Every operation is idempotent by payment or refund.
///
/// # Errors
/// [`Unavailable`] of each operation means that the effect is unknown: a timeout, a lost response,
/// a server error. The caller inquires before it repeats the operation.
#[async_trait]
pub trait PaymentGateway: Send + Sync {
    /// The amounts that the provider charges.
    fn amount_rules(&self) -> AmountRules {
        AmountRules::Unlimited
    }

    /// Creates a payment. No money moves, so that a lost response has no cost.
    async fn open(&self, opening: OpenRequest) -> Result<OpenResult, Unavailable>;

    /// Authorises the amount on a card.
    async fn confirm(
        &self,
        known: ProviderPayment<'_>,
        token: &Token,
    ) -> Result<ProviderStatus, Unavailable>;

    /// Reads the present status.
    async fn inquire(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable>;

    /// Captures an authorised amount.
    async fn capture(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable>;

    /// Releases an authorised amount, or prevents a later authorisation.
    async fn void(&self, known: ProviderPayment<'_>) -> Result<ProviderStatus, Unavailable>;

    /// Refunds captured money.
    async fn refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable>;

    /// Reads its status; [`ProviderRefundStatus::Unknown`] only if it certainly was not made.
    async fn inquire_refund(
        &self,
        refunding: ProviderRefund<'_>,
    ) -> Result<ProviderRefundStatus, Unavailable>;

    /// Reads the provider's record of a payment, with entries of any origin.
    async fn record(&self, known: ProviderPayment<'_>) -> Result<Record, Unavailable>;

    /// Reads a page of the movements of money since a time, from the cursor `after`.
    async fn movements(
        &self,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<Movements, Unavailable>;
}
