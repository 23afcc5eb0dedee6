//! The API's objects as JSON. Fields without a value are left out where the API has null.

use contract::Timestamp;
use serde_json::{Value, json};

use crate::events::{Cause, EventType};
use crate::ids::seconds;
use crate::state::card::{NOT_AUTHENTICATED, PaymentMethod};
use crate::state::ledger::{Entry, EntryKind};
use crate::state::objects::{
    Charge, Dispute, Failed, Intent, IntentStatus, Refund, RefundStatus, State,
};

/// The API version of these objects; the one that async-stripe 1.0.0-rc.10 is generated for.
const API_VERSION: &str = "2026-09-30.endive";

pub(crate) fn intent(intent: &Intent, base: &str) -> Value {
    let is_capturable = intent.status() == IntentStatus::RequiresCapture;
    let (canceled_at, cancellation_reason) =
        if let State::Canceled { at, reason, .. } = &intent.state {
            (Some(seconds(*at)), *reason)
        } else {
            (None, None)
        };
    let (failed, charge) = (intent.failed(), intent.charge());
    let tried = failed.and_then(|failed| failed.charge.as_ref());
    json!({
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": if is_capturable { intent.amount } else { 0 },
        "amount_received": charge.map_or(0, |charge| charge.captured),
        "automatic_payment_methods": { "enabled": true, "allow_redirects": intent.redirects },
        "canceled_at": canceled_at,
        "cancellation_reason": cancellation_reason,
        "capture_method": intent.capture_method,
        "client_secret": intent.client_secret,
        "confirmation_method": "automatic",
        "created": seconds(intent.created),
        "currency": intent.currency,
        "last_payment_error": failed.map(|failed| last_payment_error(failed, intent)),
        "latest_charge": charge.map(|charge| &charge.id).or(tried),
        "livemode": false,
        "metadata": intent.metadata,
        "next_action": next_action(intent, base),
        "payment_method": intent.method().map(|method| &method.id),
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "status": intent.status(),
    })
}

/// With a return URL the payer is redirected to the challenge; without one a script in the
/// merchant's page shows it.
fn next_action(intent: &Intent, base: &str) -> Option<Value> {
    let State::RequiresAction { return_url, .. } = &intent.state else { return None };
    let url = format!("{base}/_simulator/challenges/{}", intent.id);
    Some(match return_url {
        Some(return_url) => json!({
            "type": "redirect_to_url",
            "redirect_to_url": { "return_url": return_url, "url": url },
        }),
        None => json!({
            "type": "use_stripe_sdk",
            "use_stripe_sdk": { "type": "three_d_secure_redirect", "stripe_js": url },
        }),
    })
}

fn last_payment_error(failed: &Failed, intent: &Intent) -> Value {
    let not_authenticated = failed.why == &NOT_AUTHENTICATED;
    json!({
        "charge": failed.charge,
        "code": failed.why.code,
        "decline_code": failed.why.reason,
        "message": failed.why.message,
        "payment_method": payment_method(&failed.method, intent.created),
        "type": if not_authenticated { "invalid_request_error" } else { "card_error" },
    })
}

/// The payment method, created at its first use. Names and addresses of payers are not simulated.
pub(crate) fn payment_method(method: &PaymentMethod, created: Timestamp) -> Value {
    json!({
        "id": method.id,
        "object": "payment_method",
        "type": "card",
        "billing_details": {},
        "card": {
            "brand": method.card.brand,
            "checks": { "cvc_check": "pass" },
            "country": "US",
            "display_brand": method.card.brand,
            "exp_month": 12,
            "exp_year": 2099,
            "funding": "credit",
            "last4": method.card.last4,
            "networks": { "available": [method.card.brand] },
            "three_d_secure_usage": { "supported": true },
        },
        "created": seconds(created),
        "livemode": false,
        "metadata": {},
    })
}

pub(crate) fn charge(intent: &Intent, charge: &Charge, is_disputed: bool) -> Value {
    json!({
        "id": charge.id,
        "object": "charge",
        "amount": intent.amount,
        "amount_captured": charge.captured,
        "amount_refunded": charge.refunded,
        "billing_details": {},
        "captured": charge.captured > 0,
        "created": seconds(charge.created),
        "currency": intent.currency,
        "disputed": is_disputed,
        "fraud_details": {},
        "livemode": false,
        "metadata": intent.metadata,
        "paid": true,
        "payment_intent": intent.id,
        "payment_method": charge.method.id,
        "refunded": charge.refunded > 0 && charge.refunded >= charge.captured,
        "status": "succeeded",
    })
}

pub(crate) fn refund(refund: &Refund) -> Value {
    json!({
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "charge": refund.charge,
        "created": seconds(refund.created),
        "currency": refund.currency,
        "failure_reason": (refund.status == RefundStatus::Failed).then_some("unknown"),
        "metadata": refund.metadata,
        "payment_intent": refund.intent,
        "pending_reason": (refund.status == RefundStatus::Pending).then_some("processing"),
        "status": refund.status,
    })
}

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
        "evidence_details": { "has_evidence": false, "past_due": false, "submission_count": 0 },
        "is_charge_refundable": false,
        "livemode": false,
        "metadata": {},
        "payment_intent": dispute.intent,
        "reason": "fraudulent",
        "status": dispute.status,
    })
}

/// The id of an entry's balance transaction; `None` for entries that do not change the merchant's
/// balance.
pub(crate) fn balance_transaction_id(entry: &Entry) -> Option<String> {
    let is_hold = matches!(entry.kind, EntryKind::Authorized | EntryKind::Released);
    (!is_hold).then(|| format!("txn_{:024}", entry.number))
}

/// The balance transaction of an entry, with its source as an id or as the expanded object.
pub(crate) fn balance_transaction(id: &str, entry: &Entry, source: &Value) -> Value {
    let (amount, kind) = match entry.kind {
        EntryKind::Captured | EntryKind::Authorized | EntryKind::Released => {
            (entry.amount, "charge")
        }
        EntryKind::Refunded => (-entry.amount, "refund"),
        EntryKind::Returned => (entry.amount, "refund_failure"),
        EntryKind::Withdrawn => (-entry.amount, "adjustment"),
        EntryKind::Reinstated => (entry.amount, "adjustment"),
    };
    json!({
        "id": id,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": seconds(entry.at),
        "created": seconds(entry.at),
        "currency": entry.currency,
        "fee": 0,
        "fee_details": [],
        "net": amount,
        "reporting_category": kind,
        "source": source,
        "status": "available",
        "type": kind,
    })
}

pub(crate) fn event(id: &str, event_type: EventType, object: &Value, cause: &Cause) -> Value {
    json!({
        "id": id,
        "object": "event",
        "api_version": API_VERSION,
        "created": seconds(cause.at),
        "data": { "object": object },
        "livemode": false,
        "pending_webhooks": 1,
        "request": { "id": cause.request_id, "idempotency_key": cause.idempotency_key },
        "type": event_type,
    })
}
