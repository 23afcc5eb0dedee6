//! A payment method as JSON.

use contract::Timestamp;
use serde_json::{Value, json};

use super::seconds;
use crate::state::card::PaymentMethod;

/// Names and addresses of payers are not simulated.
pub(crate) fn billing_details() -> Value {
    json!({ "address": null, "email": null, "name": null, "phone": null, "tax_id": null })
}

/// The payment method, created at its first use.
pub(crate) fn payment_method(method: &PaymentMethod, created: Timestamp) -> Value {
    json!({
        "id": method.id,
        "object": "payment_method",
        "type": "card",
        "billing_details": billing_details(),
        "card": {
            "brand": method.card.brand,
            "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" },
            "country": "US",
            "display_brand": method.card.brand,
            "exp_month": 12,
            "exp_year": 2099,
            "fingerprint": null,
            "funding": "credit",
            "generated_from": null,
            "last4": method.card.last4,
            "networks": { "available": [method.card.brand], "preferred": null },
            "three_d_secure_usage": { "supported": true },
            "wallet": null,
        },
        "created": seconds(created),
        "customer": null,
        "livemode": false,
        "metadata": {},
    })
}
