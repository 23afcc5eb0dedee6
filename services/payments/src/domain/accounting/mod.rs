//! The ledger, accounts, and the parties that bear an amount.

pub(super) mod account;
pub(super) mod bookkeeping;
pub(super) mod claim;
pub(super) mod cost_allocation;
pub(super) mod ledger;
pub(super) mod remainder;
