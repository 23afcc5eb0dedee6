//! A payment intent as JSON.

use serde_json::{Value, json};

use super::{payment_method, seconds};
use crate::state::card::NOT_AUTHENTICATED;
use crate::state::intent::{Failed, Intent, IntentStatus, Redirects, State};

/// A payment intent; `base` is the base URL of the challenge page.
pub(crate) fn intent(intent: &Intent, base: &str) -> Value {
    let is_capturable = intent.status() == IntentStatus::RequiresCapture;
    let capturable = if is_capturable { intent.amount } else { 0 };
    let (canceled_at, cancellation_reason) =
        if let State::Canceled { at, reason, .. } = &intent.state {
            (Some(seconds(*at)), *reason)
        } else {
            (None, None)
        };
    let failed = intent.failed();
    let charge = intent.charge().map(|charge| &charge.id);
    let received = intent.charge().map_or(0, |charge| charge.captured);
    json!({
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": capturable,
        "amount_received": received,
        "application": null,
        "application_fee_amount": null,
        "automatic_payment_methods": automatic_payment_methods(intent.redirects),
        "canceled_at": canceled_at,
        "cancellation_reason": cancellation_reason,
        "capture_method": intent.capture_method,
        "client_secret": intent.client_secret,
        "confirmation_method": "automatic",
        "created": seconds(intent.created),
        "currency": intent.currency,
        "customer": null,
        "description": intent.description,
        "last_payment_error": failed.map(|failed| last_payment_error(failed, intent)),
        "latest_charge": charge.or_else(|| failed.and_then(|failed| failed.charge.as_ref())),
        "livemode": false,
        "metadata": intent.metadata,
        "next_action": next_action(intent, base),
        "on_behalf_of": null,
        "payment_method": intent.method().map(|method| &method.id),
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": null,
        "receipt_email": intent.receipt_email,
        "review": null,
        "setup_future_usage": null,
        "shipping": null,
        "source": null,
        "statement_descriptor": null,
        "statement_descriptor_suffix": intent.statement_descriptor_suffix,
        "status": intent.status(),
        "transfer_data": null,
        "transfer_group": null,
    })
}

/// The URL of a payment intent's challenge page.
fn challenge_url(base: &str, intent: &str) -> String {
    format!("{base}/_simulator/challenges/{intent}")
}

fn automatic_payment_methods(redirects: Redirects) -> Option<Value> {
    match redirects {
        Redirects::Listed => None,
        Redirects::Always => Some(json!({ "enabled": true, "allow_redirects": "always" })),
        Redirects::Never => Some(json!({ "enabled": true, "allow_redirects": "never" })),
    }
}

/// With a return URL the payer is redirected to the challenge; without one a script in the
/// merchant's page shows it.
fn next_action(intent: &Intent, base: &str) -> Option<Value> {
    let State::RequiresAction { return_url, .. } = &intent.state else { return None };
    let url = challenge_url(base, &intent.id);
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
