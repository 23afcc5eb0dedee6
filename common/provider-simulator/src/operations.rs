//! The calls of the API, one file a call.

mod cancel_intent;
mod capture_intent;
mod confirm_intent;
mod create_intent;
mod create_refund;
mod list_balance_transactions;
mod list_disputes;
mod list_intents;
mod list_refunds;
mod listing;
mod paying_with;
mod retrieve_intent;
mod retrieve_refund;

use serde_json::Value;

use crate::error::ApiError;
use crate::fields::Fields;
use crate::happening::Cause;
use crate::operation::Operation;
use crate::world::World;

/// Does what is asked; `id` is the one in the path.
///
/// # Errors
/// What the client is to be told. An error may have changed the world: a card that declines leaves its mark.
pub(crate) fn run(
    operation: Operation,
    id: &str,
    fields: Fields<'_>,
    world: &mut World,
    cause: &Cause,
) -> Result<Value, ApiError> {
    match operation {
        Operation::CreateIntent => create_intent::create_intent(fields, world, cause),
        Operation::ListIntents => list_intents::list_intents(fields, world),
        Operation::RetrieveIntent => retrieve_intent::retrieve_intent(id, fields, world),
        Operation::ConfirmIntent => confirm_intent::confirm_intent(id, fields, world, cause),
        Operation::CaptureIntent => capture_intent::capture_intent(id, fields, world, cause),
        Operation::CancelIntent => cancel_intent::cancel_intent(id, fields, world, cause),
        Operation::CreateRefund => create_refund::create_refund(fields, world, cause),
        Operation::ListRefunds => list_refunds::list_refunds(fields, world),
        Operation::ListDisputes => list_disputes::list_disputes(fields, world),
        Operation::ListBalanceTransactions => {
            list_balance_transactions::list_balance_transactions(fields, world)
        }
        Operation::RetrieveRefund => retrieve_refund::retrieve_refund(id, fields, world),
    }
}
