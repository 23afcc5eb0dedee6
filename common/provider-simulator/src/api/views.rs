//! The API's objects as JSON, one per file.

mod balance_transaction;
mod charge;
mod dispute;
mod event;
mod intent;
mod payment_method;
mod refund;

pub(crate) use balance_transaction::{balance_transaction, balance_transaction_id};
pub(crate) use charge::charge;
pub(crate) use dispute::dispute;
pub(crate) use event::event;
pub(crate) use intent::intent;
pub(crate) use payment_method::{billing_details, payment_method};
pub(crate) use refund::refund;

use contract::Timestamp;
use serde_json::{Value, json};

/// Stripe's format of times: seconds since 1970.
pub(crate) fn seconds(at: Timestamp) -> i64 {
    at.unix_ms().div_euclid(1000)
}

/// A page of a list.
pub(crate) fn list(url: &str, data: &[Value], has_more: bool) -> Value {
    json!({ "object": "list", "url": url, "has_more": has_more, "data": data })
}
