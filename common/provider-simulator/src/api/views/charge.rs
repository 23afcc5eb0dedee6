//! A charge as JSON.

use serde_json::{Value, json};

use super::{billing_details, seconds};
use crate::state::intent::{Charge, Intent};

/// The charge of a payment intent.
pub(crate) fn charge(intent: &Intent, charge: &Charge, is_disputed: bool) -> Value {
    json!({
        "id": charge.id,
        "object": "charge",
        "amount": intent.amount,
        "amount_captured": charge.captured,
        "amount_refunded": charge.refunded,
        "balance_transaction": null,
        "billing_details": billing_details(),
        "captured": charge.captured > 0,
        "created": seconds(charge.created),
        "currency": intent.currency,
        "customer": null,
        "description": intent.description,
        "disputed": is_disputed,
        "failure_code": null,
        "failure_message": null,
        "fraud_details": {},
        "livemode": false,
        "metadata": intent.metadata,
        "outcome": null,
        "paid": true,
        "payment_intent": intent.id,
        "payment_method": charge.method.id,
        "payment_method_details": null,
        "receipt_email": intent.receipt_email,
        "receipt_number": null,
        "receipt_url": null,
        "refunded": charge.is_refunded(),
        "review": null,
        "shipping": null,
        "source": null,
        "statement_descriptor_suffix": intent.statement_descriptor_suffix,
        "status": "succeeded",
    })
}
