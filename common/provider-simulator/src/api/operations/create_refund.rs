//! `POST /v1/refunds`

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::fields::{Fields, missing};
use crate::events::event::Cause;
use crate::state::account::Account;
use crate::state::amount;
use crate::state::dispute::Dispute;
use crate::state::intent::{Charge, Intent, State};
use crate::state::refund::{Refund, RefundStatus};
use crate::state::refund_processing;

const REASONS: &[(&str, &str)] = &[
    ("duplicate", "duplicate"),
    ("fraudulent", "fraudulent"),
    ("requested_by_customer", "requested_by_customer"),
];

/// Refunds the remaining amount of a payment, or a part of it; never more than was captured.
pub(super) fn create_refund(
    mut fields: Fields<'_>,
    account: &mut Account,
    cause: &Cause,
) -> Result<Value, ApiError> {
    let intent = intent_parameter(&mut fields, account)?;
    let requested = fields.integer("amount")?;
    if let Some(requested) = requested {
        amount::positive("amount", requested)?;
    }
    let reason = fields.choice("reason", REASONS)?;
    let metadata = fields.metadata()?;
    fields.finish()?;
    let charge = captured(&intent)?;
    if account.disputes_of(&intent.id).any(Dispute::has_money) {
        let message = format!("Charge {} has been charged back; cannot issue a refund.", charge.id);
        return Err(ApiError::refused(Some("charge_disputed"), "payment_intent", message));
    }
    let left = charge.captured - charge.refunded;
    if left == 0 {
        let message = format!("Charge {} has already been refunded.", charge.id);
        return Err(ApiError::refused(Some("charge_already_refunded"), "payment_intent", message));
    }
    let amount = requested.unwrap_or(left);
    if amount > left {
        let message = format!(
            "Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        );
        return Err(ApiError::refused(None, "amount", message));
    }
    let refund = Refund {
        id: account.ids.next("re"),
        intent: intent.id.clone(),
        charge: charge.id.clone(),
        amount,
        currency: intent.currency,
        reason,
        metadata,
        created: cause.at,
        status: RefundStatus::Pending,
    };
    Ok(refund_processing::create(refund, intent, charge, account, cause))
}

/// Finds a payment intent by its id or by its charge's.
fn intent_parameter(fields: &mut Fields<'_>, account: &Account) -> Result<Intent, ApiError> {
    let (intent, charge) = (fields.text("payment_intent")?, fields.text("charge")?);
    match (intent, charge) {
        (Some(intent), _) => account.find_intent(intent, "payment_intent"),
        (None, Some(id)) => {
            let has = |intent: &&Intent| intent.charge().is_some_and(|charge| charge.id == id);
            let found = account.intents.values().find(has).cloned();
            found.ok_or_else(|| ApiError::missing("charge", id, "charge"))
        }
        (None, None) => Err(missing("payment_intent")),
    }
}

fn captured(intent: &Intent) -> Result<Charge, ApiError> {
    match &intent.state {
        State::Succeeded { charge } => Ok(charge.clone()),
        State::RequiresPaymentMethod { .. }
        | State::RequiresConfirmation { .. }
        | State::RequiresAction { .. }
        | State::Processing { .. }
        | State::RequiresCapture { .. }
        | State::Canceled { .. } => {
            let id = &intent.id;
            let message =
                format!("This PaymentIntent ({id}) does not have a successful charge to refund.");
            Err(ApiError::refused(None, "payment_intent", message))
        }
    }
}
