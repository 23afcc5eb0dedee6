//! One file a background loop.

mod process_events;
mod pursue_payments;
mod pursue_refunds;
mod pursuits;
mod reconcile_payments;
mod reconcile_refunds;
mod unsettled;

pub use process_events::ProcessEvents;
pub use pursue_payments::PursuePayments;
pub use pursue_refunds::PursueRefunds;
pub use reconcile_payments::ReconcilePayments;
pub use reconcile_refunds::ReconcileRefunds;
