//! Requests about shows: their terms and their bodies.

use contract::Timestamp;
use serde_json::{Value, json};

use super::terms::{Terms, with};

/// The terms of a show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShowTerms {
    /// The title.
    pub title: String,
    /// The name of the venue.
    pub venue: &'static str,
    /// The start.
    pub starts_at: Timestamp,
    /// The price categories: tickets that are created with the show.
    pub categories: Vec<Terms>,
}

/// The terms of a postponement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Postponement {
    /// The new start.
    pub starts_at: Timestamp,
    /// Until this time a payer may return the units of an order.
    pub refunds_until: Timestamp,
}

impl ShowTerms {
    /// Terms of a show with one category for each price in cents and number of units.
    pub fn of(starts_at: Timestamp, categories: &[(u32, u32)]) -> Self {
        let categories = categories.iter().map(|(cents, units)| Terms::of(*cents, *units));
        Self {
            title: "Evening".to_owned(),
            venue: "Hall",
            starts_at,
            categories: categories.collect(),
        }
    }

    /// The body of its creation; that of an edit has no categories.
    pub(super) fn body(&self) -> Value {
        let Self { title, venue, starts_at, categories } = self;
        let venue = json!({"name": venue, "timeZone": "Europe/Berlin"});
        let body = json!({"title": title, "venue": venue, "startsAt": starts_at});
        let tickets = || categories.iter().map(Terms::body).collect();
        with(body, "tickets", (!categories.is_empty()).then(tickets))
    }
}

impl Postponement {
    pub(super) fn body(self) -> Value {
        json!({"startsAt": self.starts_at, "refundsUntil": self.refunds_until})
    }
}
