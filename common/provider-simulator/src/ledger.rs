//! What happened to whose money: the truth that others are compared with.

use std::collections::BTreeMap;

use contract::{Currency, Timestamp};
use serde::{Deserialize, Serialize};

/// Every movement of money, oldest first. Entries are never changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The movements.
    pub entries: Vec<Entry>,
    /// Their sums, by currency.
    pub totals: BTreeMap<String, Totals>,
}

/// One movement of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// 1, 2, 3 and so on.
    pub number: u64,
    /// What happened.
    pub kind: EntryKind,
    /// The payment intent, `pi_…`.
    pub intent: String,
    /// The refund, `re_…`, where it is about one.
    pub refund: Option<String>,
    /// The dispute, `dp_…`, where it is about one.
    pub dispute: Option<String>,
    /// Whether an operator moved it in the dashboard, or a payer's bank by a dispute: no request of a client did.
    pub is_foreign: bool,
    /// In Stripe's minor units, above zero.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    /// When.
    pub at: Timestamp,
    /// The metadata of the payment intent.
    pub metadata: BTreeMap<String, String>,
    /// The metadata of the refund, where it is about one.
    pub refund_metadata: BTreeMap<String, String>,
}

/// What happened to money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A bank holds it.
    Authorized,
    /// It was taken out of what was held.
    Captured,
    /// What was held and not taken was let go.
    Released,
    /// It was given back out of what was taken.
    Refunded,
    /// A refund failed: what was given back came back.
    Returned,
    /// A dispute was opened: a bank took the money back.
    Withdrawn,
    /// A dispute was won: the bank returned it.
    Reinstated,
}

/// Sums of one currency, in Stripe's minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Ever held.
    pub authorized: i64,
    /// Taken.
    pub captured: i64,
    /// Let go.
    pub released: i64,
    /// Given back, also what came back again.
    pub refunded: i64,
    /// Came back.
    pub returned: i64,
    /// Withdrawn by disputes, also what was reinstated.
    pub withdrawn: i64,
    /// Reinstated.
    pub reinstated: i64,
    /// Held now: authorised less captured and released.
    pub held: i64,
    /// The merchant's now: captured less refunded and withdrawn, and returned and reinstated.
    pub kept: i64,
}

impl Ledger {
    /// Appends an entry; its number is the ledger's to give.
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
