//! Conversion of Stripe's statuses.

use contract::Money;
use store::Unavailable;

use super::amount::{money, units};
use super::objects::{Intent, Refund};
use super::reason::reason;
use crate::domain::{Challenge, ProviderRefundStatus, ProviderStatus};

/// The status of a payment intent over this amount.
///
/// # Errors
/// [`Unavailable`] while a bank decides, which has no status here, and for impossible values, such
/// as another authorised amount: the caller must not act on them.
pub(super) fn provider_status(
    intent: &Intent,
    requested: Money,
) -> Result<ProviderStatus, Unavailable> {
    let id = &intent.id;
    let amount = units(requested).map_err(Unavailable::new)?;
    let as_requested = |found: i64, what: &str| {
        let odd = format!("Stripe reports {found} of {amount} {what} for {id}");
        if found == amount { Ok(()) } else { Err(Unavailable::new(odd)) }
    };
    match intent.status.as_str() {
        "requires_payment_method" => match &intent.last_payment_error {
            Some(error) => Ok(ProviderStatus::Declined { reason: reason(error) }),
            None => Ok(ProviderStatus::Unconfirmed),
        },
        "requires_confirmation" => Ok(ProviderStatus::Unconfirmed),
        "requires_action" => challenge(intent).map(ProviderStatus::Challenged),
        "requires_capture" => {
            as_requested(intent.amount_capturable, "held").map(|()| ProviderStatus::Held)
        }
        "succeeded" if (1..amount).contains(&intent.amount_received) => {
            let taken =
                money(intent.amount_received, requested.currency).map_err(Unavailable::new)?;
            Ok(ProviderStatus::CapturedPart { taken })
        }
        "succeeded" => {
            as_requested(intent.amount_received, "captured").map(|()| ProviderStatus::Captured)
        }
        "canceled" => Ok(ProviderStatus::Released),
        "processing" => Err(Unavailable::new(format!("the bank has not decided on {id}"))),
        status => Err(Unavailable::new(format!("Stripe reports status {status} of {id}"))),
    }
}

fn challenge(intent: &Intent) -> Result<Challenge, Unavailable> {
    let odd = || Unavailable::new(format!("Stripe returned no next action for {}", intent.id));
    let client_secret = intent.client_secret.clone().ok_or_else(odd)?;
    let redirect = intent.next_action.as_ref().and_then(|next| next.redirect_to_url.as_ref());
    let url = redirect.and_then(|redirect| redirect.url.clone());
    Ok(Challenge { client_secret, url })
}

/// The status of a refund.
///
/// # Errors
/// [`Unavailable`] for an unknown status.
pub(super) fn provider_refund_status(refund: &Refund) -> Result<ProviderRefundStatus, Unavailable> {
    let reference = refund.id.clone();
    let because = |word: &str| refund.failure_reason.clone().unwrap_or_else(|| word.to_owned());
    match refund.status.as_deref() {
        Some("pending" | "requires_action") => Ok(ProviderRefundStatus::Pending { reference }),
        Some("succeeded") => Ok(ProviderRefundStatus::Succeeded { reference }),
        Some("failed") => Ok(ProviderRefundStatus::Failed { reason: because("failed") }),
        Some("canceled") => Ok(ProviderRefundStatus::Failed { reason: because("canceled") }),
        Some(_) | None => {
            let status = &refund.status;
            Err(Unavailable::new(format!("Stripe reports status {status:?} of {reference}")))
        }
    }
}
