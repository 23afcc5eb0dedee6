//! The ledger: posting of transactions, and the comparison with the provider's books.

mod differences;
pub(crate) mod post;
pub(crate) mod reconcile_provider;
