//! Lists: a range of creation, a limit, a cursor.

use contract::Timestamp;
use serde_json::{Value, json};

use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::views;
use crate::ids::seconds;
use crate::state::account::Account;
use crate::state::ledger::Entry;
use crate::state::objects::Intent;

/// Default and maximum page size (Stripe: "between 1 and 100, and the default is 10").
const LIMIT: i64 = 10;
const LIMIT_MAX: i64 = 100;

/// Lists payment intents, newest first.
pub(crate) fn list_intents(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let listing = Listing::read(call)?;
    call.finish()?;
    let account = &*call.account;
    let (intents, view) = (account.intents.values(), |intent: &Intent| account.view(intent));
    listing.page("/v1/payment_intents", intents, |it| (&it.id, it.created), view)
}

/// Lists refunds, newest first; optionally those of one payment.
pub(crate) fn list_refunds(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let listing = Listing::read(call)?;
    let wanted = ChargeFilter::read(call)?;
    let all = call.account.refunds.values();
    let refunds = all.filter(|it| wanted.includes(&it.intent, &it.charge));
    listing.page("/v1/refunds", refunds, |it| (&it.id, it.created), views::refund)
}

/// Lists disputes, newest first; optionally those of one payment.
pub(crate) fn list_disputes(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let listing = Listing::read(call)?;
    let wanted = ChargeFilter::read(call)?;
    let all = call.account.disputes.values();
    let disputes = all.filter(|it| wanted.includes(&it.intent, &it.charge));
    listing.page("/v1/disputes", disputes, |it| (&it.id, it.created), views::dispute)
}

/// Lists the movements of the merchant's money, newest first; `expand[]=data.source` includes the
/// source object.
pub(crate) fn list_balance_transactions(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let listing = Listing::read(call)?;
    let expanded = call.hash("expand");
    call.finish()?;
    if expanded.iter().any(|(_, name)| *name != "data.source") {
        return Err(ApiError::invalid("expand", "Only data.source is expanded here."));
    }
    let account = &*call.account;
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
    let dispute = entry.dispute.as_ref().and_then(|id| account.disputes.get(id));
    refund.or(dispute.map(views::dispute)).unwrap_or_else(|| {
        let intent = account.intents.get(&entry.intent);
        let charge = intent.and_then(|intent| Some((intent, intent.charge()?)));
        charge.map_or(Value::Null, |(intent, charge)| account.charge_view(intent, charge))
    })
}

/// Filter of a list by payment; without parameters it includes all.
struct ChargeFilter<'a> {
    intent: Option<&'a str>,
    charge: Option<&'a str>,
}

impl<'a> ChargeFilter<'a> {
    /// Reads `payment_intent` and `charge`, the last parameters of a list.
    ///
    /// # Errors
    /// An unknown parameter, or a payment intent that does not exist.
    fn read(call: &mut Call<'a>) -> Result<Self, ApiError> {
        let (intent, charge) = (call.text("payment_intent")?, call.text("charge")?);
        call.finish()?;
        if let Some(intent) = intent {
            call.account.find_intent(intent, "payment_intent")?;
        }
        Ok(Self { intent, charge })
    }

    /// Whether an object of this payment intent and charge is included.
    fn includes(&self, intent: &str, charge: &str) -> bool {
        self.intent.is_none_or(|wanted| wanted == intent)
            && self.charge.is_none_or(|wanted| wanted == charge)
    }
}

/// The requested part of a list.
#[derive(Debug)]
struct Listing<'a> {
    from: i64,
    until: i64,
    limit: usize,
    starting_after: Option<&'a str>,
    ending_before: Option<&'a str>,
}

impl<'a> Listing<'a> {
    /// Reads the parameters that all lists share. Times are whole seconds.
    fn read(call: &mut Call<'a>) -> Result<Self, ApiError> {
        let exactly = call.integer("created")?;
        let (after, from) = (call.integer("created[gt]")?, call.integer("created[gte]")?);
        let (before, until) = (call.integer("created[lt]")?, call.integer("created[lte]")?);
        let limit = call.integer("limit")?.unwrap_or(LIMIT);
        let limit = (1..=LIMIT_MAX).contains(&limit).then(|| usize::try_from(limit).ok()).flatten();
        let limit = limit.ok_or_else(|| {
            let message = format!("Invalid limit: must be between 1 and {LIMIT_MAX}.");
            ApiError::parameter("parameter_invalid_integer", "limit", message)
        })?;
        let starting_after = call.text("starting_after")?;
        let ending_before = call.text("ending_before")?;
        if starting_after.is_some() && ending_before.is_some() {
            let message = "Pass either starting_after or ending_before.";
            return Err(ApiError::parameter("parameters_exclusive", "ending_before", message));
        }
        let from = [exactly, from, after.map(|after| after.saturating_add(1))];
        let until = [exactly, until, before.map(|before| before.saturating_sub(1))];
        Ok(Self {
            from: from.into_iter().flatten().max().unwrap_or(i64::MIN),
            until: until.into_iter().flatten().min().unwrap_or(i64::MAX),
            limit,
            starting_after,
            ending_before,
        })
    }

    /// Returns the requested page of items that are ordered oldest first.
    ///
    /// # Errors
    /// The list does not contain the cursor's object.
    fn page<'b, T: 'b>(
        &self,
        url: &str,
        all: impl Iterator<Item = &'b T>,
        key: impl Fn(&T) -> (&str, Timestamp),
        view: impl Fn(&T) -> Value,
    ) -> Result<Value, ApiError> {
        let mut newest_first: Vec<&T> = all.collect();
        newest_first.reverse();
        let place = |wanted: &str, param| {
            let position = newest_first.iter().position(|item| key(item).0 == wanted);
            position.ok_or_else(|| ApiError::missing("object", wanted, param))
        };
        let from = match self.starting_after {
            Some(after) => place(after, "starting_after")? + 1,
            None => 0,
        };
        let until = match self.ending_before {
            Some(before) => place(before, "ending_before")?,
            None => newest_first.len(),
        };
        newest_first.truncate(until);
        newest_first.drain(..from);
        newest_first.retain(|item| (self.from..=self.until).contains(&seconds(key(item).1)));
        let has_more = newest_first.len() > self.limit;
        if self.ending_before.is_some() {
            // The page that ends before the cursor is the last part of the rest.
            newest_first.drain(..newest_first.len().saturating_sub(self.limit));
        }
        newest_first.truncate(self.limit);
        let data: Vec<Value> = newest_first.into_iter().map(view).collect();
        Ok(json!({ "object": "list", "url": url, "has_more": has_more, "data": data }))
    }
}
