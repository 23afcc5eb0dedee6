//! Stripe's word for a "no", as payers may read it.

use stripe_shared::{ApiErrors, ApiErrorsType};

/// What a payer may be told of a card that was declined: what they can do something about. Anything else is only that it was
/// declined; Stripe asks not to tell that a card is reported as lost or stolen, or that a payment looks like fraud ("decline
/// codes").
const TOLD: &[&str] = &[
    "authentication_required",
    "card_not_supported",
    "card_velocity_exceeded",
    "currency_not_supported",
    "expired_card",
    "incorrect_cvc",
    "incorrect_number",
    "incorrect_zip",
    "insufficient_funds",
    "invalid_cvc",
    "invalid_expiry_month",
    "invalid_expiry_year",
    "invalid_number",
    "issuer_not_available",
    "processing_error",
    "try_again_later",
];

/// The payer did not prove who they are.
const NOT_AUTHENTICATED: &str = "payment_intent_authentication_failure";

/// The word for why a payment failed, from the error that says so.
pub(super) fn reason(error: &ApiErrors) -> String {
    let code = error.code.as_ref().map(stripe_shared::ApiErrorsCode::as_str);
    if code == Some(NOT_AUTHENTICATED) {
        return "authentication_failed".to_owned();
    }
    if matches!(error.type_, ApiErrorsType::CardError) {
        let words = [error.decline_code.as_deref(), code].into_iter().flatten();
        let told = words.into_iter().find(|word| TOLD.contains(word));
        return told.unwrap_or("card_declined").to_owned();
    }
    code.unwrap_or("invalid_request").to_owned()
}
