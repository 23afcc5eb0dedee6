//! Ledger of all movements of money: the reference that tests compare other records with.

use std::collections::BTreeMap;

use contract::{Currency, Timestamp};
use serde::{Deserialize, Serialize};

/// Every movement of money, oldest first. Entries are never changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The movements.
    pub entries: Vec<Entry>,
    /// Sums by currency.
    pub totals: BTreeMap<String, Totals>,
}

/// One movement of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Sequence number from 1.
    pub number: u64,
    /// The kind of movement.
    pub kind: EntryKind,
    /// The payment intent, `pi_…`.
    pub intent: String,
    /// The refund, `re_…`, if the entry belongs to one.
    pub refund: Option<String>,
    /// The dispute, `dp_…`, if the entry belongs to one.
    pub dispute: Option<String>,
    /// Whether an operator in the dashboard or a payer's bank caused it, and not a client's
    /// request.
    pub is_foreign: bool,
    /// In Stripe's minor units, above zero.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    /// The time.
    pub at: Timestamp,
    /// The metadata of the payment intent.
    pub metadata: BTreeMap<String, String>,
    /// The metadata of the refund, if the entry belongs to one.
    pub refund_metadata: BTreeMap<String, String>,
}

/// Kinds of movements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Authorised.
    Authorized,
    /// Captured from an authorisation.
    Captured,
    /// Released: the part of an authorisation that was not captured.
    Released,
    /// Refunded from a captured amount.
    Refunded,
    /// Returned to the merchant because a refund failed.
    Returned,
    /// Withdrawn by a dispute.
    Withdrawn,
    /// Reinstated by a won dispute.
    Reinstated,
}

/// Sums of one currency, in Stripe's minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All authorised amounts.
    pub authorized: i64,
    /// Captured.
    pub captured: i64,
    /// Released.
    pub released: i64,
    /// Refunded, including failed refunds.
    pub refunded: i64,
    /// Returned by failed refunds.
    pub returned: i64,
    /// Withdrawn by disputes, including reinstated amounts.
    pub withdrawn: i64,
    /// Reinstated.
    pub reinstated: i64,
    /// Currently authorised: authorised less captured and released.
    pub held: i64,
    /// The merchant's balance: captured less refunded and withdrawn, plus returned and reinstated.
    pub kept: i64,
}

impl Ledger {
    /// Appends an entry and sets its number.
    pub(crate) fn append(&mut self, mut entry: Entry) {
        entry.number = self.entries.last().map_or(1, |last| last.number + 1);
        let totals = self.totals.entry(entry.currency.code().to_owned()).or_default();
        totals.add(entry.kind, entry.amount);
        self.entries.push(entry);
    }

    /// The entries of a payment intent.
    pub fn of<'a>(&'a self, intent: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.intent == intent)
    }

    /// The sums of a payment intent.
    #[must_use]
    pub fn totals_of(&self, intent: &str) -> Totals {
        let mut totals = Totals::default();
        for entry in self.of(intent) {
            totals.add(entry.kind, entry.amount);
        }
        totals
    }
}

impl Totals {
    fn add(&mut self, kind: EntryKind, amount: i64) {
        match kind {
            EntryKind::Authorized => self.authorized += amount,
            EntryKind::Captured => self.captured += amount,
            EntryKind::Released => self.released += amount,
            EntryKind::Refunded => self.refunded += amount,
            EntryKind::Returned => self.returned += amount,
            EntryKind::Withdrawn => self.withdrawn += amount,
            EntryKind::Reinstated => self.reinstated += amount,
        }
        self.held = self.authorized - self.captured - self.released;
        self.kept = self.captured - self.refunded + self.returned;
        self.kept += self.reinstated - self.withdrawn;
    }
}
