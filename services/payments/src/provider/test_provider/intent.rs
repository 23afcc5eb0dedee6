//! A payment in the test provider: an intent, its refunds, and the entries of its ledger.

use std::time::Duration;

use contract::{Money, PaymentId, RefundId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Collection, Index};

use crate::domain::{ProviderRefundStatus, ProviderStatus, Record, RecordedRefund};
use crate::provider::gateway::{Movement, ProviderPayment, Totals};

/// Duration of the refunds of `tok_refund_pending`.
const PENDING: Duration = Duration::from_secs(3);

/// Every intent, by payment.
pub(super) static INTENTS: Collection =
    Collection::indexed("intents", &[Index { name: "by_age", fields: &["createdAt"] }]);

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Intent {
    /// The payment; also the idempotency key.
    pub payment_id: PaymentId,
    reference: String,
    /// The amount.
    pub amount: Money,
    /// The card's token, if a card was used. It is stored in clear text, since a test provider's
    /// tokens are not secret.
    token: Option<String>,
    /// The reason, if it was declined.
    declined: Option<String>,
    /// Whether it is cancelled; no card can be charged any more.
    is_canceled: bool,
    /// Number of confirmations; the first response of `tok_error_after_charge` is lost.
    #[serde(rename = "answers")]
    responses: u32,
    /// The movements of money, oldest first.
    pub entries: Vec<Entry>,
    /// The requested refunds, oldest first.
    #[serde(default)]
    refunds: Vec<IntentRefund>,
    pub(super) created_at: Timestamp,
}

/// A requested refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct IntentRefund {
    /// The refund; also the idempotency key.
    refund_id: RefundId,
    amount: Money,
    /// The reason, if it failed.
    failed: Option<String>,
    /// Time of arrival, if it is pending.
    arrives_at: Timestamp,
    /// Number of requests; the first response of `tok_error_after_refund` is lost.
    #[serde(rename = "answers")]
    requests: u32,
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
#[error("{0}")]
pub(super) struct Misuse(&'static str);

const OTHER_PARAMETERS: Misuse = Misuse("the key was used with other parameters");
const NOT_HELD: Misuse = Misuse("no amount is authorised");

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

/// The response to a call; `None` is lost.
pub(super) type Reply<S> = Result<Option<S>, Misuse>;

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
    /// [`Misuse`] if it was confirmed with another card or amount.
    pub(super) fn confirm(
        &mut self,
        token: &str,
        amount: Money,
        now: Timestamp,
    ) -> Reply<ProviderStatus> {
        if self.amount != amount || self.token.as_ref().is_some_and(|known| known != token) {
            return Err(OTHER_PARAMETERS);
        }
        self.responses += 1;
        if self.token.is_none() && !self.is_canceled {
            self.token = Some(token.to_owned());
            self.declined = decline(token).map(str::to_owned);
            if self.declined.is_none() {
                self.entries.push(Entry { kind: EntryKind::Authorized, at: now });
            }
        }
        let is_lost = token == "tok_error_after_charge" && self.responses == 1;
        Ok((!is_lost).then(|| self.status()))
    }

    /// Captures the authorised amount, once.
    ///
    /// # Errors
    /// [`Misuse`] if it is not authorised, or released.
    pub(super) fn capture(&mut self, now: Timestamp) -> Reply<ProviderStatus> {
        match self.status() {
            ProviderStatus::Captured => {}
            ProviderStatus::Held => {
                self.entries.push(Entry { kind: EntryKind::Captured, at: now });
            }
            ProviderStatus::Released => return Err(Misuse("the amount is released")),
            _ => return Err(NOT_HELD),
        }
        Ok(Some(self.status()))
    }

    /// Releases the amount. A payment that was never confirmed is cancelled too, so that a late
    /// confirmation fails.
    ///
    /// # Errors
    /// [`Misuse`] if it is captured.
    pub(super) fn void(&mut self, now: Timestamp) -> Reply<ProviderStatus> {
        match self.status() {
            ProviderStatus::Captured => return Err(Misuse("the amount is captured")),
            ProviderStatus::Held => {
                self.entries.push(Entry { kind: EntryKind::Voided, at: now });
            }
            _ => {}
        }
        self.is_canceled = true;
        Ok(Some(self.status()))
    }

    /// Makes a refund, or finds it. Each is made once, and together they never exceed the captured
    /// amount.
    ///
    /// # Errors
    /// [`Misuse`] if it was made with another amount, or nothing was captured.
    pub(super) fn refund(
        &mut self,
        refund_id: RefundId,
        amount: Money,
        now: Timestamp,
    ) -> Reply<ProviderRefundStatus> {
        if !self.has(EntryKind::Captured) {
            return Err(NOT_HELD);
        }
        let token = self.token.as_deref();
        let left = self.amount.minor_units - self.refunded();
        let known = self.refunds.iter_mut().find(|known| known.refund_id == refund_id);
        let refund = if let Some(known) = known {
            if known.amount != amount {
                return Err(OTHER_PARAMETERS);
            }
            known.requests += 1;
            known
        } else {
            let fits = amount.currency == self.amount.currency && amount.minor_units <= left;
            let failed = match token {
                Some("tok_refund_fails") => Some("lost_or_stolen_card".to_owned()),
                Some(_) | None if !fits => Some("greater_than_unrefunded_amount".to_owned()),
                Some(_) | None => None,
            };
            let is_pending = token == Some("tok_refund_pending");
            let arrives_at = if is_pending { now.plus(PENDING) } else { now };
            if failed.is_none() {
                let kind = EntryKind::Refunded { refund_id, amount };
                self.entries.push(Entry { kind, at: now });
            }
            let refund = IntentRefund { refund_id, amount, failed, arrives_at, requests: 1 };
            self.refunds.push_mut(refund)
        };
        let is_lost = token == Some("tok_error_after_refund") && refund.requests == 1;
        Ok((!is_lost).then(|| refund.status(now)))
    }

    fn status(&self) -> ProviderStatus {
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
        Record { status: self.status(), refunds: refunds.collect(), disputes: Vec::new() }
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
        let refunded = self.entries.iter().map(|entry| match entry.kind {
            EntryKind::Authorized | EntryKind::Captured | EntryKind::Voided => 0,
            EntryKind::Refunded { amount, .. } => amount.minor_units,
        });
        refunded.sum()
    }

    /// Whether it has an entry of this kind.
    #[must_use]
    pub fn has(&self, kind: EntryKind) -> bool {
        self.entries.iter().any(|entry| entry.kind == kind)
    }
}

impl IntentRefund {
    fn status(&self, now: Timestamp) -> ProviderRefundStatus {
        let reference = format!("test_{}", self.refund_id);
        match &self.failed {
            Some(reason) => ProviderRefundStatus::Failed { reason: reason.clone() },
            None if now < self.arrives_at => ProviderRefundStatus::Pending { reference },
            None => ProviderRefundStatus::Succeeded { reference },
        }
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
