//! The state of the provider: payments, refunds, disputes, the ledger.

pub(crate) mod account;
pub(crate) mod amount;
pub(crate) mod card;
pub(crate) mod ledger;
pub(crate) mod objects;
pub(crate) mod payments;
pub(crate) mod returns;
