//! The operations of the API, one per file.

mod cancel_intent;
mod capture_intent;
mod card_parameter;
mod confirm_intent;
mod create_intent;
mod create_refund;
mod list_balance_transactions;
mod list_disputes;
mod list_intents;
mod list_refunds;
mod page;
mod retrieve_intent;
mod retrieve_refund;

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::operation::Operation;
use crate::events::event::Cause;
use crate::state::account::Account;

/// Runs an operation; `id` is the one in the path.
///
/// # Errors
/// The error for the client. A failed operation may have changed the account: a declined card is
/// recorded.
pub(crate) fn run(
    operation: Operation,
    id: &str,
    fields: Fields<'_>,
    account: &mut Account,
    cause: &Cause,
) -> Result<Value, ApiError> {
    match operation {
        Operation::CreateIntent => create_intent::create_intent(fields, account, cause),
        Operation::ListIntents => list_intents::list_intents(fields, account),
        Operation::RetrieveIntent => retrieve_intent::retrieve_intent(id, fields, account),
        Operation::ConfirmIntent => confirm_intent::confirm_intent(id, fields, account, cause),
        Operation::CaptureIntent => capture_intent::capture_intent(id, fields, account, cause),
        Operation::CancelIntent => cancel_intent::cancel_intent(id, fields, account, cause),
        Operation::CreateRefund => create_refund::create_refund(fields, account, cause),
        Operation::ListRefunds => list_refunds::list_refunds(fields, account),
        Operation::ListDisputes => list_disputes::list_disputes(fields, account),
        Operation::ListBalanceTransactions => {
            list_balance_transactions::list_balance_transactions(fields, account)
        }
        Operation::RetrieveRefund => retrieve_refund::retrieve_refund(id, fields, account),
    }
}
