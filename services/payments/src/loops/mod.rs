//! One file a background loop.

mod process_events;
mod pursue_payments;
mod reconcile_payments;

pub use process_events::ProcessEvents;
pub use pursue_payments::PursuePayments;
pub use reconcile_payments::ReconcilePayments;
