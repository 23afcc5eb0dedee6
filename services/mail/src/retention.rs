//! Retention of copies.

use std::time::Duration;

/// Retention of a booking and of a show after the event: refunds of cancelled shows are complete by
/// then.
pub(crate) const BOOKINGS_KEPT: Duration = Duration::from_hours(90 * 24);
