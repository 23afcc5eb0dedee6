//! Refunds of the test provider: each is made once, and together they never exceed the captured
//! amount.

use std::time::Duration;

use contract::{Money, RefundId, Timestamp};

use super::intent::{Entry, EntryKind, Intent, IntentRefund, Misuse};
use crate::domain::ProviderRefundStatus;

/// Duration of the refunds of `tok_refund_pending`.
const PENDING: Duration = Duration::from_secs(3);

impl IntentRefund {
    /// The status.
    pub(super) fn status(&self, now: Timestamp) -> ProviderRefundStatus {
        let reference = format!("test_{}", self.refund_id);
        match &self.failed {
            Some(reason) => ProviderRefundStatus::Failed { reason: reason.clone() },
            None if now < self.arrives_at => ProviderRefundStatus::Pending { reference },
            None => ProviderRefundStatus::Succeeded { reference },
        }
    }

    /// Whether the response to the present request is lost.
    pub(super) fn loses_response(&self, intent: &Intent) -> bool {
        intent.token.as_deref() == Some("tok_error_after_refund") && self.requests == 1
    }
}

impl Intent {
    /// The refund with this id.
    #[must_use]
    pub fn refund(&self, id: RefundId) -> Option<&IntentRefund> {
        self.refunds.iter().find(|refund| refund.refund_id == id)
    }

    /// Makes a refund, or finds it.
    ///
    /// # Errors
    /// [`Misuse`] if it was made with another amount, or nothing was captured.
    pub(super) fn make_refund(
        &mut self,
        refund_id: RefundId,
        amount: Money,
        now: Timestamp,
    ) -> Result<IntentRefund, Misuse> {
        if !self.has(EntryKind::Captured) {
            return Err(Misuse::NotHeld);
        }
        if let Some(known) = self.refunds.iter_mut().find(|known| known.refund_id == refund_id) {
            if known.amount != amount {
                return Err(Misuse::OtherParameters);
            }
            known.requests += 1;
            return Ok(known.clone());
        }
        let left = self.amount.minor_units - self.refunded();
        let fits = amount.currency == self.amount.currency && amount.minor_units <= left;
        let token = self.token.as_deref();
        let failed = match token {
            Some("tok_refund_fails") => Some("lost_or_stolen_card"),
            Some(_) | None if !fits => Some("greater_than_unrefunded_amount"),
            Some(_) | None => None,
        };
        let arrives_at = if token == Some("tok_refund_pending") { now.plus(PENDING) } else { now };
        if failed.is_none() {
            self.entries.push(Entry { kind: EntryKind::Refunded { refund_id, amount }, at: now });
        }
        let failed = failed.map(str::to_owned);
        let refund = IntentRefund { refund_id, amount, failed, arrives_at, requests: 1 };
        self.refunds.push(refund.clone());
        Ok(refund)
    }
}
