//! Lists, newest first: the earliest creation, a limit, a cursor.

use contract::Timestamp;
use serde_json::{Value, json};

use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::views;
use crate::ids::seconds;
use crate::provider::Provider;
use crate::state::ledger::Entry;
use crate::state::objects::Intent;

/// Default and maximum page size (Stripe: "between 1 and 100, and the default is 10").
const LIMIT: i64 = 10;
const LIMIT_MAX: i64 = 100;

pub(crate) fn list_intents(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let listing = Listing::read(call)?;
    call.finish()?;
    let provider = &*call.provider;
    let (intents, view) = (provider.intents.values(), |intent: &Intent| provider.view(intent));
    listing.page("/v1/payment_intents", intents, |it| (&it.id, it.created), view)
}

pub(crate) fn list_refunds(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (listing, intent) = (Listing::read(call)?, intent_filter(call)?);
    let all = call.provider.refunds.values();
    let refunds = all.filter(|it| intent.is_none_or(|intent| intent == it.intent));
    listing.page("/v1/refunds", refunds, |it| (&it.id, it.created), views::refund)
}

pub(crate) fn list_disputes(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (listing, intent) = (Listing::read(call)?, intent_filter(call)?);
    let all = call.provider.disputes.values();
    let disputes = all.filter(|it| intent.is_none_or(|intent| intent == it.intent));
    listing.page("/v1/disputes", disputes, |it| (&it.id, it.created), views::dispute)
}

/// Reads `payment_intent`, the last parameter of a list.
fn intent_filter<'a>(call: &mut Call<'a>) -> Result<Option<&'a str>, ApiError> {
    let intent = call.text("payment_intent")?;
    call.finish()?;
    if let Some(intent) = intent {
        call.provider.find_intent(intent, "payment_intent")?;
    }
    Ok(intent)
}

/// Lists the movements of the merchant's money; `expand[]=data.source` includes the source object.
pub(crate) fn list_balance_transactions(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let listing = Listing::read(call)?;
    let expanded = call.hash("expand");
    call.finish()?;
    if expanded.iter().any(|(_, name)| *name != "data.source") {
        return Err(ApiError::invalid("expand", "Only data.source is expanded here."));
    }
    let provider = &*call.provider;
    let named = |entry| Some((views::balance_transaction_id(entry)?, entry));
    let movements: Vec<(String, &Entry)> =
        provider.ledger.entries.iter().filter_map(named).collect();
    let view = |(id, entry): &(String, &Entry)| {
        let source = source(entry, provider);
        let source = if expanded.is_empty() { json!(source.get("id")) } else { source };
        views::balance_transaction(id, entry, &source)
    };
    let url = "/v1/balance_transactions";
    listing.page(url, movements.iter(), |(id, entry)| (id, entry.at), view)
}

/// The refund, dispute or charge that moved the money.
fn source(entry: &Entry, provider: &Provider) -> Value {
    let refund = entry.refund.as_ref().and_then(|id| provider.refunds.get(id)).map(views::refund);
    let dispute = entry.dispute.as_ref().and_then(|id| provider.disputes.get(id));
    refund.or(dispute.map(views::dispute)).unwrap_or_else(|| {
        let intent = provider.intents.get(&entry.intent);
        let charge = intent.and_then(|intent| Some((intent, intent.charge()?)));
        charge.map_or(Value::Null, |(intent, charge)| provider.charge_view(intent, charge))
    })
}

/// The requested part of a list.
#[derive(Debug)]
struct Listing<'a> {
    from: i64,
    limit: usize,
    starting_after: Option<&'a str>,
}

impl<'a> Listing<'a> {
    /// Reads the parameters that all lists share. Times are whole seconds.
    fn read(call: &mut Call<'a>) -> Result<Self, ApiError> {
        let from = call.integer("created[gte]")?.unwrap_or(i64::MIN);
        let limit = call.integer("limit")?.unwrap_or(LIMIT);
        let limit = (1..=LIMIT_MAX).contains(&limit).then(|| usize::try_from(limit).ok()).flatten();
        let limit = limit.ok_or_else(|| {
            let message = format!("Invalid limit: must be between 1 and {LIMIT_MAX}.");
            ApiError::parameter("parameter_invalid_integer", "limit", message)
        })?;
        Ok(Self { from, limit, starting_after: call.text("starting_after")? })
    }

    /// Returns the requested page of items that are ordered oldest first.
    fn page<'b, T: 'b>(
        &self,
        url: &str,
        all: impl DoubleEndedIterator<Item = &'b T>,
        key: impl Fn(&T) -> (&str, Timestamp),
        view: impl Fn(&T) -> Value,
    ) -> Result<Value, ApiError> {
        let mut newest_first = all.rev();
        if let Some(after) = self.starting_after {
            let found = newest_first.find(|item| key(item).0 == after);
            found.ok_or_else(|| ApiError::missing("object", after, "starting_after"))?;
        }
        let mut rest = newest_first.filter(|item| seconds(key(item).1) >= self.from);
        let data: Vec<Value> = rest.by_ref().take(self.limit).map(view).collect();
        let has_more = rest.next().is_some();
        Ok(json!({ "object": "list", "url": url, "has_more": has_more, "data": data }))
    }
}
