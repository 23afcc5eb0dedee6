//! The rules of the marketplace, each written once; for tests only.
//!
//! [`check`] checks all of them on the [`Evidence`] that a run leaves: the stores of the five
//! services, the provider's ledger, the remaining messages of the bus and, if it was recorded, the
//! [`Journal`](testing::load::Journal) of responses to customers. Other tests call single rules on
//! the documents that they have: the simulator after every commit, the model in every state,
//! payments on its ledger.

mod admissions;
mod bookings;
pub mod books;
mod check;
mod copies;
mod ends;
mod evidence;
mod mails;
pub mod money;
mod numbers;
pub mod offer_reports;
mod persons;
mod reader;
pub mod refunds;
mod report;
mod rule;
pub mod sales;
pub mod shows;
pub mod stock;
#[cfg(test)]
mod tests;
pub mod units;

pub use check::check;
pub use ends::LATENESS_MAX;
pub use evidence::{Evidence, IntentFacts, ProviderRefundFacts, RecordedMails, WithdrawnFacts};
pub use reader::Reader;
pub use report::{Report, check_up};
pub use rule::{Findings, Rule, Violation};
