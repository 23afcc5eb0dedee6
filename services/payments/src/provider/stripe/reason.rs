//! Decline reasons for payers.

use super::objects::Failure;

/// The reasons that a payer may read, about which the payer can do something. Any other is reported
/// as a decline only: Stripe requires not to reveal that a card is reported as lost or stolen, or
/// that a payment is suspected of fraud ("decline codes").
const SHOWN: &[&str] = &[
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

/// The payer failed the authentication.
const NOT_AUTHENTICATED: &str = "payment_intent_authentication_failure";

/// The reason for a failed payment, from its error.
pub(super) fn reason(error: &Failure) -> String {
    let code = error.code.as_deref();
    if code == Some(NOT_AUTHENTICATED) {
        return "authentication_failed".to_owned();
    }
    if error.kind == "card_error" {
        let words = [error.decline_code.as_deref(), code].into_iter().flatten();
        let shown = words.into_iter().find(|word| SHOWN.contains(word));
        return shown.unwrap_or("card_declined").to_owned();
    }
    code.unwrap_or("invalid_request").to_owned()
}
