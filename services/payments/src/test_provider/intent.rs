//! What the provider keeps of one payment: an intent, and the entries of its ledger.

use contract::{Money, PaymentId, RefundId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Collection, Document, Index, Key};

use super::refunds::IntentRefund;
use crate::domain::{Record, RecordedRefund, Standing};
use crate::gateway::{Movement, Totals};

/// Every intent, by payment.
pub(super) static INTENTS: Collection = Collection {
    name: "intents",
    indexes: &[Index { name: "by_age", fields: &["createdAt"] }],
    searched: &[],
};

/// One payment, as the provider knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Intent {
    /// The payment; the key under which everything is done once.
    pub payment_id: PaymentId,
    /// The provider's own name for it.
    pub reference: String,
    /// How much.
    pub amount: Money,
    /// The card that was asked, if one was. A hash would do for comparing; a test provider's tokens are no secrets.
    pub token: Option<String>,
    /// Why it was declined, if it was.
    pub declined: Option<String>,
    /// Whether it was given up; no card can be asked any more.
    pub is_canceled: bool,
    /// Whether an answer got through; the first one of `tok_error_after_charge` does not.
    pub answers: u32,
    /// What happened to the money, oldest first.
    pub entries: Vec<Entry>,
    /// The refunds that were asked for, oldest first.
    #[serde(default)]
    pub refunds: Vec<IntentRefund>,
    /// When it was first asked for.
    pub created_at: Timestamp,
}

/// One entry of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What happened.
    pub kind: EntryKind,
    /// When.
    pub at: Timestamp,
}

/// What happened to money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// It is held.
    Authorized,
    /// It was taken.
    Captured,
    /// It was let go.
    Voided,
    /// Some of it was given back.
    #[serde(rename_all = "camelCase")]
    Refunded {
        /// By which refund.
        refund_id: RefundId,
        /// How much.
        amount: Money,
    },
}

impl Intent {
    /// Where it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        if self.has(EntryKind::Captured) {
            Standing::Captured
        } else if self.is_canceled {
            Standing::Released
        } else if let Some(reason) = self.declined.clone() {
            Standing::Declined { reason }
        } else if self.has(EntryKind::Authorized) {
            Standing::Held
        } else {
            Standing::Unconfirmed
        }
    }

    /// What is on record of it.
    pub(super) fn record(&self, now: Timestamp) -> Record {
        let refunds = self.refunds.iter().map(|refund| RecordedRefund {
            reference: format!("test_{}", refund.refund_id),
            refund_id: Some(refund.refund_id),
            amount: refund.amount,
            made_at: refund.arrives_at,
            standing: refund.standing(now),
        });
        Record { refunds: refunds.collect(), ..Record::of(self.standing()) }
    }

    /// What moved of its money, if anything did.
    pub(super) fn movement(&self) -> Option<Movement> {
        let refunded = Money::new(self.refunded(), self.amount.currency);
        let totals = Totals { captured: self.amount, refunded, is_disputed: false };
        self.has(EntryKind::Captured).then(|| Movement {
            payment_reference: self.reference.clone(),
            payment_id: Some(self.payment_id),
            totals: Some(totals),
        })
    }

    /// Minor units that were given back.
    #[must_use]
    pub fn refunded(&self) -> i64 {
        let given_back = self.entries.iter().map(|entry| match entry.kind {
            EntryKind::Authorized | EntryKind::Captured | EntryKind::Voided => 0,
            EntryKind::Refunded { amount, .. } => amount.minor_units,
        });
        given_back.sum()
    }

    /// Whether this happened to its money.
    #[must_use]
    pub fn has(&self, kind: EntryKind) -> bool {
        self.entries.iter().any(|entry| entry.kind == kind)
    }
}

impl Document for Intent {
    const COLLECTION: &'static Collection = &INTENTS;

    fn document_id(&self) -> String {
        self.payment_id.to_string()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "createdAt" => self.created_at.into(),
            _ => Key::Null,
        }
    }
}
