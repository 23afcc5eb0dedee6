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
use serde::Serialize;
use serde_json::json;

/// Stripe's format of times: seconds since 1970.
pub(crate) fn seconds(at: Timestamp) -> i64 {
    at.unix_ms().div_euclid(1000)
}

/// The name of an enum's variant in the API.
pub(crate) fn name_of(variant: impl Serialize) -> String {
    json!(variant).as_str().unwrap_or_default().to_owned()
}
