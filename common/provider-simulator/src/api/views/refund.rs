//! A refund as JSON.

use serde_json::{Value, json};

use super::seconds;
use crate::state::refund::{Refund, RefundStatus};

/// A refund.
pub(crate) fn refund(refund: &Refund) -> Value {
    let pending = match refund.status {
        RefundStatus::Pending => Some("processing"),
        RefundStatus::Succeeded | RefundStatus::Failed => None,
    };
    let mut object = json!({
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": null,
        "charge": refund.charge,
        "created": seconds(refund.created),
        "currency": refund.currency,
        "metadata": refund.metadata,
        "payment_intent": refund.intent,
        "pending_reason": pending,
        "reason": refund.reason,
        "receipt_number": null,
        "source_transfer_reversal": null,
        "status": refund.status,
        "transfer_reversal": null,
    });
    if let (RefundStatus::Failed, Some(object)) = (refund.status, object.as_object_mut()) {
        object.insert("failure_reason".to_owned(), json!("unknown"));
    }
    object
}
