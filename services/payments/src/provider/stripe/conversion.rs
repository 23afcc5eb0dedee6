//! Conversion of Stripe's amounts and statuses.

use contract::amount_rules::{AmountRules, stripe_scale};
use contract::{Currency, Money};
use store::Unavailable;

use super::call::reason;
use super::objects::{Intent, Refund};
use crate::domain::{Challenge, ProviderRefundStatus, ProviderStatus};

/// The amount in Stripe's units: the currency's minor units, with two exceptions (Stripe,
/// "supported currencies", special cases). The Icelandic króna is given in hundredths, although it
/// has none. Of three decimals the last must be zero, since card networks support two.
///
/// # Errors
/// The reason why Stripe does not support the amount.
pub fn units(money: Money) -> Result<i64, &'static str> {
    let minor_units = money.minor_units;
    if AmountRules::Stripe.check_refund(money).is_err() {
        return Err("amount_not_rounded");
    }
    minor_units.checked_mul(stripe_scale(money.currency)).ok_or("amount_too_large")
}

/// Converts an amount in Stripe's units.
///
/// # Errors
/// The reason why the amount is not valid.
pub fn money(units: i64, currency: Currency) -> Result<Money, &'static str> {
    let scale = stripe_scale(currency);
    if units % scale == 0 {
        Ok(Money::new(units / scale, currency))
    } else {
        Err("amount_not_rounded")
    }
}

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

#[cfg(test)]
mod tests {
    use contract::{Currency, Money};

    use super::{money, units};

    #[test]
    fn amounts_are_converted_to_stripes_units() {
        for (code, minor_units, expected) in [
            ("usd", 2_050, Ok(2_050)),
            ("jpy", 500, Ok(500)),
            ("isk", 1_500, Ok(150_000)),
            ("isk", i64::MAX, Err("amount_too_large")),
            ("kwd", 1_230, Ok(1_230)),
            ("kwd", 1_234, Err("amount_not_rounded")),
        ] {
            let currency: Currency = code.parse().unwrap();
            let counted = Money::new(minor_units, currency);
            assert_eq!(units(counted), expected, "{minor_units} {code}");
            if let Ok(units) = expected {
                assert_eq!(money(units, currency), Ok(counted), "{minor_units} {code}");
            }
        }
    }
}
