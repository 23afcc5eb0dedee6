//! One file a background loop.

mod pursue_payments;
mod reconcile_payments;

pub use pursue_payments::PursuePayments;
pub use reconcile_payments::ReconcilePayments;
