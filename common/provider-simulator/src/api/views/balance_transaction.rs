//! A balance transaction as JSON: a movement of money to or from the merchant.

use serde_json::{Value, json};

use super::seconds;
use crate::state::ledger::{Entry, EntryKind};

/// The id of an entry's balance transaction; `None` for entries that do not change the merchant's
/// balance.
pub(crate) fn balance_transaction_id(entry: &Entry) -> Option<String> {
    match entry.kind {
        EntryKind::Authorized | EntryKind::Released => None,
        EntryKind::Captured
        | EntryKind::Refunded
        | EntryKind::Returned
        | EntryKind::Withdrawn
        | EntryKind::Reinstated => Some(format!("txn_{:024}", entry.number)),
    }
}

/// The balance transaction of an entry, with its source as an id or as the expanded object.
pub(crate) fn balance_transaction(id: &str, entry: &Entry, source: &Value) -> Value {
    let (amount, kind) = match entry.kind {
        EntryKind::Captured | EntryKind::Authorized | EntryKind::Released => {
            (entry.amount, "charge")
        }
        EntryKind::Refunded => (-entry.amount, "refund"),
        EntryKind::Returned => (entry.amount, "refund_failure"),
        EntryKind::Withdrawn => (-entry.amount, "adjustment"),
        EntryKind::Reinstated => (entry.amount, "adjustment"),
    };
    json!({
        "id": id,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": seconds(entry.at),
        "created": seconds(entry.at),
        "currency": entry.currency,
        "description": null,
        "exchange_rate": null,
        "fee": 0,
        "fee_details": [],
        "net": amount,
        "reporting_category": kind,
        "source": source,
        "status": "available",
        "type": kind,
    })
}
