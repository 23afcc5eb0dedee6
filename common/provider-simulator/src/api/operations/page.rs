//! Pagination of lists: a range of creation, a limit, a cursor.

use contract::Timestamp;
use serde_json::{Value, json};

use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::views::seconds;
use crate::state::account::Account;

/// Default and maximum page size (Stripe: "between 1 and 100, and the default is 10").
const LIMIT: i64 = 10;
const LIMIT_MAX: i64 = 100;

/// The requested part of a list.
#[derive(Debug)]
pub(super) struct Listing<'a> {
    from: i64,
    until: i64,
    limit: usize,
    starting_after: Option<&'a str>,
    ending_before: Option<&'a str>,
}

/// Filter of a list by payment; without parameters it includes all.
pub(super) struct ChargeFilter<'a> {
    intent: Option<&'a str>,
    charge: Option<&'a str>,
}

impl<'a> ChargeFilter<'a> {
    /// Reads `payment_intent` and `charge`, the last parameters of a list.
    ///
    /// # Errors
    /// An unknown parameter, or a payment intent that does not exist.
    pub(super) fn read(mut fields: Fields<'a>, account: &Account) -> Result<Self, ApiError> {
        let (intent, charge) = (fields.text("payment_intent")?, fields.text("charge")?);
        fields.finish()?;
        if let Some(intent) = intent {
            account.find_intent(intent, "payment_intent")?;
        }
        Ok(Self { intent, charge })
    }

    /// Whether an object of this payment intent and charge is included.
    pub(super) fn includes(&self, intent: &str, charge: &str) -> bool {
        self.intent.is_none_or(|wanted| wanted == intent)
            && self.charge.is_none_or(|wanted| wanted == charge)
    }
}

impl<'a> Listing<'a> {
    /// Reads the parameters that all lists share. Times are whole seconds.
    pub(super) fn read(fields: &mut Fields<'a>) -> Result<Self, ApiError> {
        let exactly = fields.integer("created")?;
        let (after, from) = (fields.integer("created[gt]")?, fields.integer("created[gte]")?);
        let (before, until) = (fields.integer("created[lt]")?, fields.integer("created[lte]")?);
        let limit = fields.integer("limit")?.unwrap_or(LIMIT);
        let wrong = |_| {
            let message = format!("Invalid limit: must be between 1 and {LIMIT_MAX}.");
            ApiError::parameter("parameter_invalid_integer", "limit", message)
        };
        let limit = if (1..=LIMIT_MAX).contains(&limit) { limit } else { -1 };
        let limit = usize::try_from(limit).map_err(wrong)?;
        let starting_after = fields.text("starting_after")?;
        let ending_before = fields.text("ending_before")?;
        if starting_after.is_some() && ending_before.is_some() {
            let message = "NewRefund either starting_after or ending_before.";
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
    pub(super) fn page<'b, T: 'b>(
        &self,
        url: &str,
        all: impl Iterator<Item = &'b T>,
        key: impl Fn(&T) -> (&str, Timestamp),
        view: impl Fn(&T) -> Value,
    ) -> Result<Value, ApiError> {
        let all: Vec<&T> = all.collect();
        let mut newest_first: Vec<&T> = all.into_iter().rev().collect();
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
