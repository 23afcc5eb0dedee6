//! The ledger and its accounts, the bookings of payments, and the shares that bear an amount.

pub(super) mod bookkeeping;
pub(super) mod ledger;
pub(super) mod shares;
