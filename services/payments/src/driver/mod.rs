//! The driver of payments and refunds: carries each to its end at the provider.

pub(crate) mod drive;
pub(crate) mod inquire_before_deadlines;
mod payments;
pub(crate) mod process_events;
pub(crate) mod reconcile;
pub(crate) mod refund_cancelled_shows;
mod refunds;
pub(crate) mod work;
