//! The words of mails.

mod account;
mod common;
mod orders;
mod sales;
mod shows;
mod transfers;

use contract::{Language, Money, Timestamp};

/// The words of a language.
#[derive(Debug, Clone, Copy, derive_more::From)]
pub(crate) struct Words(Language);

impl Words {
    /// The language.
    pub(crate) const fn language(self) -> Language {
        self.0
    }

    /// A price: `€24.50`, or the word for a price of zero.
    pub(crate) fn price(self, amount: &Money) -> String {
        if amount.minor_units == 0 {
            self.free().to_owned()
        } else {
            formats::money(self.0, amount)
        }
    }

    /// A number of tickets.
    pub(crate) fn tickets(self, count: u32) -> String {
        match count {
            1 => self.one_ticket().to_owned(),
            count => self.many_tickets(&formats::number(self.0, count)),
        }
    }

    /// A number of orders, after a preposition.
    pub(crate) fn orders(self, count: u32) -> String {
        match count {
            1 => self.one_order().to_owned(),
            count => self.many_orders(&formats::number(self.0, count)),
        }
    }

    /// A time in a named zone: `Saturday, 5 December 2026 at 20:00 (Berlin)`.
    pub(crate) fn time(self, at: Timestamp, zone: Option<&str>) -> String {
        formats::long_time(self.0, &at, zone)
    }
}
