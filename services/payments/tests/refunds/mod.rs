//! Refunds, from the route to the provider's ledger and the books.

mod amounts;
mod consent;
mod ends;
mod limits;
mod permissions;
mod units;
mod unknown_results;
