//! A dispute as JSON.

use serde_json::{Value, json};

use super::seconds;
use crate::state::dispute::Dispute;

/// A dispute.
pub(crate) fn dispute(dispute: &Dispute) -> Value {
    json!({
        "id": dispute.id,
        "object": "dispute",
        "amount": dispute.amount,
        "balance_transactions": [],
        "charge": dispute.charge,
        "created": seconds(dispute.created),
        "currency": dispute.currency,
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": null, "has_evidence": false, "past_due": false, "submission_count": 0,
        },
        "is_charge_refundable": false,
        "livemode": false,
        "metadata": {},
        "network_reason_code": null,
        "payment_intent": dispute.intent,
        "payment_method_details": null,
        "reason": "fraudulent",
        "status": dispute.status,
    })
}
