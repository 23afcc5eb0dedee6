//! `GET /v1/balance_transactions`

use serde_json::{Value, json};

use super::page::Listing;
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::views;
use crate::state::account::Account;
use crate::state::ledger::Entry;

/// Lists the movements of the merchant's money, newest first; `expand[]=data.source` includes the
/// source object.
pub(super) fn list_balance_transactions(
    mut fields: Fields<'_>,
    account: &Account,
) -> Result<Value, ApiError> {
    let listing = Listing::read(&mut fields)?;
    let expanded = fields.list("expand");
    fields.finish()?;
    if expanded.iter().any(|name| *name != "data.source") {
        return Err(ApiError::invalid("expand", "Only data.source is expanded here."));
    }
    let named = |entry| Some((views::balance_transaction_id(entry)?, entry));
    let movements: Vec<(String, &Entry)> =
        account.ledger.entries.iter().filter_map(named).collect();
    let view = |(id, entry): &(String, &Entry)| {
        let source = source(entry, account);
        let source = if expanded.is_empty() { json!(source.get("id")) } else { source };
        views::balance_transaction(id, entry, &source)
    };
    let url = "/v1/balance_transactions";
    listing.page(url, movements.iter(), |(id, entry)| (id, entry.at), view)
}

/// The refund, dispute or charge that moved the money.
fn source(entry: &Entry, account: &Account) -> Value {
    let refund = entry.refund.as_ref().and_then(|id| account.refunds.get(id)).map(views::refund);
    let dispute =
        entry.dispute.as_ref().and_then(|id| account.disputes.get(id)).map(views::dispute);
    refund.or(dispute).unwrap_or_else(|| {
        let intent = account.intents.get(&entry.intent);
        let charge = intent.and_then(|intent| Some((intent, intent.charge()?)));
        let is_disputed = account.disputes_of(&entry.intent).next().is_some();
        charge.map_or(Value::Null, |(intent, charge)| views::charge(intent, charge, is_disputed))
    })
}
