//! A payment in the test provider: an intent, and the entries of its ledger.

use contract::{Money, PaymentId, RefundId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Collection, Index};

use crate::domain::{ProviderStatus, Record, RecordedRefund};
use crate::provider::gateway::{Movement, ProviderPayment, Totals};

/// Every intent, by payment.
pub(super) static INTENTS: Collection =
    Collection::indexed("intents", &[Index { name: "by_age", fields: &["createdAt"] }]);

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Intent {
    /// The payment; also the idempotency key.
    pub payment_id: PaymentId,
    /// The provider's id.
    pub reference: String,
    /// The amount.
    pub amount: Money,
    /// The card's token, if a card was used. It is stored in clear text, since a test provider's
    /// tokens are not secret.
    pub token: Option<String>,
    /// The reason, if it was declined.
    pub declined: Option<String>,
    /// Whether it is cancelled; no card can be charged any more.
    pub is_canceled: bool,
    /// Number of responses; the first one of `tok_error_after_charge` is lost.
    #[serde(rename = "answers")]
    pub responses: u32,
    /// The movements of money, oldest first.
    pub entries: Vec<Entry>,
    /// The requested refunds, oldest first.
    #[serde(default)]
    pub refunds: Vec<IntentRefund>,
    /// Time of the first request.
    pub created_at: Timestamp,
}

/// A requested refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntentRefund {
    /// The refund; also the idempotency key.
    pub refund_id: RefundId,
    /// The requested amount.
    pub amount: Money,
    /// The reason, if it failed.
    pub failed: Option<String>,
    /// Time of arrival, if it is pending.
    pub arrives_at: Timestamp,
    /// Number of requests; the first response of `tok_error_after_refund` is lost.
    #[serde(rename = "answers")]
    pub requests: u32,
}

/// One entry of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The kind.
    pub kind: EntryKind,
    /// The time.
    pub at: Timestamp,
}

/// A refusal of the ledger; the caller has a bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Misuse {
    #[error("the key was used with other parameters")]
    OtherParameters,
    #[error("no amount is authorised")]
    NotHeld,
    #[error("the amount is captured")]
    Captured,
    #[error("the amount is released")]
    Voided,
}

impl store::Refusal for Misuse {}

/// Kinds of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Authorised.
    Authorized,
    /// Captured.
    Captured,
    /// Released.
    Voided,
    /// Refunded, in full or in part.
    #[serde(rename_all = "camelCase")]
    Refunded {
        /// The refund.
        refund_id: RefundId,
        /// The amount.
        amount: Money,
    },
}

impl Intent {
    /// The intent of a payment that is not stored.
    pub(super) fn new(known: ProviderPayment<'_>, now: Timestamp) -> Self {
        Self {
            payment_id: known.payment_id,
            reference: known.reference.to_owned(),
            amount: known.amount,
            token: None,
            declined: None,
            is_canceled: false,
            responses: 0,
            entries: Vec::new(),
            refunds: Vec::new(),
            created_at: now,
        }
    }

    /// Authorises the amount on a card, once. A cancelled payment stays cancelled.
    ///
    /// # Errors
    /// [`Misuse::OtherParameters`] if it was confirmed with another card or amount.
    pub(super) fn confirm(
        &mut self,
        token: &str,
        amount: Money,
        now: Timestamp,
    ) -> Result<(), Misuse> {
        if self.amount != amount || self.token.as_ref().is_some_and(|known| known != token) {
            return Err(Misuse::OtherParameters);
        }
        self.responses += 1;
        if self.token.is_none() && !self.is_canceled {
            self.token = Some(token.to_owned());
            self.declined = decline(token).map(str::to_owned);
            if self.declined.is_none() {
                self.entries.push(Entry { kind: EntryKind::Authorized, at: now });
            }
        }
        Ok(())
    }

    /// Captures the authorised amount, once.
    ///
    /// # Errors
    /// [`Misuse`] if it is not authorised, or released.
    pub(super) fn capture(&mut self, now: Timestamp) -> Result<(), Misuse> {
        if self.has(EntryKind::Captured) {
            return Ok(());
        }
        if self.status() != ProviderStatus::Held {
            return Err(if self.is_canceled { Misuse::Voided } else { Misuse::NotHeld });
        }
        self.entries.push(Entry { kind: EntryKind::Captured, at: now });
        Ok(())
    }

    /// Releases the amount. A payment that was never confirmed is cancelled too, so that a late
    /// confirmation fails.
    ///
    /// # Errors
    /// [`Misuse::Captured`]
    pub(super) fn void(&mut self, now: Timestamp) -> Result<(), Misuse> {
        if self.has(EntryKind::Captured) {
            return Err(Misuse::Captured);
        }
        if self.status() == ProviderStatus::Held {
            self.entries.push(Entry { kind: EntryKind::Voided, at: now });
        }
        self.is_canceled = true;
        Ok(())
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> ProviderStatus {
        if self.has(EntryKind::Captured) {
            ProviderStatus::Captured
        } else if self.is_canceled {
            ProviderStatus::Released
        } else if let Some(reason) = self.declined.clone() {
            ProviderStatus::Declined { reason }
        } else if self.has(EntryKind::Authorized) {
            ProviderStatus::Held
        } else {
            ProviderStatus::Unconfirmed
        }
    }

    /// The record.
    pub(super) fn record(&self, now: Timestamp) -> Record {
        let refunds = self.refunds.iter().map(|refund| RecordedRefund {
            reference: format!("test_{}", refund.refund_id),
            refund_id: Some(refund.refund_id),
            amount: refund.amount,
            made_at: refund.arrives_at,
            status: refund.status(now),
        });
        Record { refunds: refunds.collect(), ..Record::of(self.status()) }
    }

    /// The movement of its money, if there is one.
    pub(super) fn movement(&self) -> Option<Movement> {
        let refunded = Money::new(self.refunded(), self.amount.currency);
        let totals = Totals { captured: self.amount, refunded, is_disputed: false };
        self.has(EntryKind::Captured).then(|| Movement {
            payment_reference: self.reference.clone(),
            payment_id: Some(self.payment_id),
            totals: Some(totals),
        })
    }

    /// The refunded minor units.
    #[must_use]
    pub fn refunded(&self) -> i64 {
        let given_back = self.entries.iter().map(|entry| match entry.kind {
            EntryKind::Authorized | EntryKind::Captured | EntryKind::Voided => 0,
            EntryKind::Refunded { amount, .. } => amount.minor_units,
        });
        given_back.sum()
    }

    /// Whether it has an entry of this kind.
    #[must_use]
    pub fn has(&self, kind: EntryKind) -> bool {
        self.entries.iter().any(|entry| entry.kind == kind)
    }
}

store::document!(Intent, INTENTS, |intent| intent.payment_id,
    "createdAt" => intent.created_at,
);

/// The reason why a card is declined; `None` if it is not.
fn decline(token: &str) -> Option<&'static str> {
    match token {
        "tok_visa"
        | "tok_slow"
        | "tok_error_after_charge"
        | "tok_error_after_refund"
        | "tok_refund_fails"
        | "tok_refund_pending" => None,
        "tok_declined" => Some("card_declined"),
        "tok_insufficient_funds" => Some("insufficient_funds"),
        _ => Some("unknown_token"),
    }
}
