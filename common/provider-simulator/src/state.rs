//! The state of the provider: payments, refunds, disputes, the ledger.

pub(crate) mod account;
pub(crate) mod amount;
pub(crate) mod attempt;
pub(crate) mod card;
pub(crate) mod dispute;
pub(crate) mod dispute_processing;
pub(crate) mod intent;
pub(crate) mod ledger;
pub(crate) mod refund;
pub(crate) mod refund_processing;
pub(crate) mod release;
