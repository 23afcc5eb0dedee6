//! Conversion of Stripe's statuses.

use contract::Money;
use store::Unavailable;
use stripe_shared::{PaymentIntent, PaymentIntentStatus as Status, Refund};

use super::amount::{money, units};
use super::reason::reason;
use crate::domain::{Challenge, RefundStanding, Standing};

/// The status of a payment intent over this amount.
///
/// [`Unavailable`] while a bank decides, which has no status here, and for impossible values, such
/// as another authorised amount: the caller must not act on them.
/// than asked for: nobody is to act on that.
pub(super) fn standing(intent: &PaymentIntent, asked: Money) -> Result<Standing, Unavailable> {
    let id = &intent.id;
    let amount = units(asked).map_err(Unavailable::new)?;
    let as_asked = |found: i64, what: &str| {
        let odd = format!("Stripe says that {found} of {amount} are {what} for {id}");
        if found == amount { Ok(()) } else { Err(Unavailable::new(odd)) }
    };
    match &intent.status {
        Status::RequiresPaymentMethod => match &intent.last_payment_error {
            Some(error) => Ok(Standing::Declined { reason: reason(error) }),
            None => Ok(Standing::Unconfirmed),
        },
        Status::RequiresConfirmation => Ok(Standing::Unconfirmed),
        Status::RequiresAction => challenge(intent).map(Standing::Challenged),
        Status::RequiresCapture => {
            as_asked(intent.amount_capturable, "held").map(|()| Standing::Held)
        }
        Status::Succeeded if (1..amount).contains(&intent.amount_received) => {
            let taken = money(intent.amount_received, asked.currency).map_err(Unavailable::new)?;
            Ok(Standing::CapturedPart { taken })
        }
        Status::Succeeded => as_asked(intent.amount_received, "taken").map(|()| Standing::Captured),
        Status::Canceled => Ok(Standing::Released),
        Status::Processing => Err(Unavailable::new(format!("a bank still thinks about {id}"))),
        status => Err(Unavailable::new(format!("Stripe says that {id} is {}", status.as_str()))),
    }
}

fn challenge(intent: &PaymentIntent) -> Result<Challenge, Unavailable> {
    let odd = || Unavailable::new(format!("Stripe does not say how to go on with {}", intent.id));
    let client_secret = intent.client_secret.clone().ok_or_else(odd)?;
    let redirect = intent.next_action.as_ref().and_then(|next| next.redirect_to_url.as_ref());
    let url = redirect.and_then(|redirect| redirect.url.clone());
    Ok(Challenge { client_secret, url })
}

/// The status of a refund.
///
/// # Errors
/// [`Unavailable`] for an unknown status.
pub(super) fn refund_standing(refund: &Refund) -> Result<RefundStanding, Unavailable> {
    let reference = refund.id.to_string();
    let because = |word: &str| refund.failure_reason.clone().unwrap_or_else(|| word.to_owned());
    match refund.status.as_deref() {
        Some("pending" | "requires_action") => Ok(RefundStanding::Pending { reference }),
        Some("succeeded") => Ok(RefundStanding::Succeeded { reference }),
        Some("failed") => Ok(RefundStanding::Failed { reason: because("failed") }),
        Some("canceled") => Ok(RefundStanding::Failed { reason: because("canceled") }),
        Some(_) | None => {
            let status = &refund.status;
            Err(Unavailable::new(format!("Stripe says that {reference} is {status:?}")))
        }
    }
}
