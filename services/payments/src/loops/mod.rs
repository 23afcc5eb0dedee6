//! One file a background loop.

mod ask_before_deadlines;
mod differences;
mod process_events;
mod pursue_payments;
mod pursue_refunds;
mod pursuits;
mod reconcile_payments;
mod reconcile_provider;
mod reconcile_refunds;
mod unsettled;

pub use ask_before_deadlines::AskBeforeDeadlines;
pub use process_events::ProcessEvents;
pub use pursue_payments::PursuePayments;
pub use pursue_refunds::PursueRefunds;
pub use reconcile_payments::ReconcilePayments;
pub use reconcile_provider::ReconcileProvider;
pub use reconcile_refunds::ReconcileRefunds;
