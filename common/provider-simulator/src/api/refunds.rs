//! Operations on refunds.

use serde_json::Value;

use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::views;
use crate::state::objects::{Dispute, Refund, RefundStatus, State};
use crate::state::returns;

/// Refunds the remaining amount of a payment, or a part of it; never more than was captured.
pub(crate) fn create_refund(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let missing = || ApiError::missing_parameter("payment_intent");
    let intent = call.text("payment_intent")?.ok_or_else(missing)?;
    let intent = call.account.find_intent(intent, "payment_intent")?;
    let (requested, metadata) = (call.amount("amount")?, call.metadata()?);
    call.finish()?;
    let refused = |code, param, message| Err(ApiError::refused(code, param, message));
    let State::Succeeded { charge } = &intent.state else {
        let id = &intent.id;
        let message =
            format!("This PaymentIntent ({id}) does not have a successful charge to refund.");
        return refused(None, "payment_intent", message);
    };
    let (charge, account) = (charge.clone(), &mut *call.account);
    if account.disputes_of(&intent.id).any(Dispute::has_money) {
        let message = format!("Charge {} has been charged back; cannot issue a refund.", charge.id);
        return refused(Some("charge_disputed"), "payment_intent", message);
    }
    let left = charge.captured - charge.refunded;
    if left == 0 {
        let message = format!("Charge {} has already been refunded.", charge.id);
        return refused(Some("charge_already_refunded"), "payment_intent", message);
    }
    let amount = requested.unwrap_or(left);
    if amount > left {
        let message = format!(
            "Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        );
        return refused(None, "amount", message);
    }
    let refund = Refund {
        id: account.ids.next("re"),
        intent: intent.id.clone(),
        charge: charge.id.clone(),
        amount,
        currency: intent.currency,
        metadata,
        created: account.cause.at,
        status: RefundStatus::Pending,
    };
    Ok(returns::refund(account, refund, intent, charge))
}

/// Reads a refund.
pub(crate) fn retrieve_refund(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.finish()?;
    let refund = call.account.refunds.get(call.id).map(views::refund);
    refund.ok_or_else(|| ApiError::missing("refund", call.id, "id"))
}
