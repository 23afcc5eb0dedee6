//! The rules of the marketplace, each written once; for tests only.
//!
//! [`check`] checks all of them on the [`Evidence`] that a run leaves: the stores of the five
//! services, the provider's ledger, the remaining messages of the bus and, if it was recorded, the
//! [`Journal`](testing::load::Journal) of responses to customers. Other tests call single rules on
//! the documents that they have: the simulator after every commit, the model in every state,
//! payments on its ledger.
//!
//! | module | contents |
//! |---|---|
//! | `rule` | the rules, and violations of them |
//! | `evidence` | the input of the rules |
//! | `reader` | reads the evidence from the stores, the provider's ledger and the bus |
//! | `report` | the check of a marketplace at rest, and its report |
//! | `check` | every rule |
//! | `stock` | no oversell: units of orders add up to held, sold and counted, and holds are listed |
//! | `ends` | every acknowledged order has one end, the acknowledged one, at its time |
//! | `money` | the captured amount is zero or the total, and equals the provider's ledger |
//! | `refunds` | refunds end, are paid once, and never exceed the captured amount |
//! | `units` | units are refunded in full, unless an administrator or the payer agreed to less |
//! | `books` | entries sum to zero and equal every balance |
//! | `bookings` | entries follow from payments, refunds and disputes, which the provider has too |
//! | `copies` | every copy equals its source |
//! | `persons` | ended sessions are revoked; an erased person is in no store, except for the books |

mod bookings;
pub mod books;
mod check;
mod copies;
mod ends;
mod evidence;
pub mod money;
mod persons;
mod reader;
pub mod refunds;
mod report;
mod rule;
pub mod stock;
#[cfg(test)]
mod tests;
pub mod units;

pub use check::check;
pub use ends::LATENESS_MAX;
pub use evidence::{ByOthers, Evidence, IntentFacts, ProviderRefundFacts, WithdrawnFacts};
pub use reader::Reader;
pub use report::{Report, check_up};
pub use rule::{Findings, Rule, Violation};
