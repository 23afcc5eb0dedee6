//! Refunds, from the route to the provider's ledger and the books.

mod amounts;
mod ends;
mod permissions;
