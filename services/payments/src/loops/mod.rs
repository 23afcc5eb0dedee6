//! One file a background loop.

mod differences;
mod drive_payments;
mod drive_refunds;
mod inquire_before_deadlines;
mod process_events;
mod reconcile_payments;
mod reconcile_provider;
mod reconcile_refunds;
mod reconciliation;

pub use drive_payments::DrivePayments;
pub use drive_refunds::DriveRefunds;
pub use inquire_before_deadlines::InquireBeforeDeadlines;
pub use process_events::ProcessEvents;
pub use reconcile_payments::ReconcilePayments;
pub use reconcile_provider::ReconcileProvider;
pub use reconcile_refunds::ReconcileRefunds;
