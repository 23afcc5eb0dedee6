//! The card of a request.

use crate::api::error::ApiError;
use crate::api::fields::{Fields, missing};
use crate::state::account::Account;
use crate::state::card::{PaymentMethod, TestCard};

const TYPE: &str = "payment_method_data[type]";
const TOKEN: &str = "payment_method_data[card][token]";

/// A test card, by name or by token, if the request has one.
///
/// # Errors
/// The card does not exist; the error names the parameter.
pub(crate) fn card(fields: &mut Fields<'_>) -> Result<Option<&'static TestCard>, ApiError> {
    let named = fields.text("payment_method")?;
    let data_type = fields.choice(TYPE, &[("card", ())])?;
    let token = fields.text(TOKEN)?;
    let unknown = |what, id| ApiError::missing(what, id, "payment_method");
    match (named, data_type, token) {
        (None, None, None) => Ok(None),
        (Some(id), None, None) => {
            TestCard::of_payment_method(id).map(Some).ok_or_else(|| unknown("PaymentMethod", id))
        }
        (None, Some(()), Some(token)) => {
            let unknown = || ApiError::missing("token", token, TOKEN);
            TestCard::of_token(token).map(Some).ok_or_else(unknown)
        }
        (None, None, Some(_)) => Err(missing(TYPE)),
        (None, Some(()), None) => Err(missing(TOKEN)),
        (Some(_), Some(()), _) | (Some(_), None, Some(_)) => {
            let message = "NewRefund either payment_method or payment_method_data.";
            Err(ApiError::parameter("parameters_exclusive", "payment_method", message))
        }
    }
}

/// Creates a payment method from a card, for one payment.
pub(crate) fn payment_method(card: &'static TestCard, account: &mut Account) -> PaymentMethod {
    PaymentMethod { id: account.ids.next("pm"), card }
}
