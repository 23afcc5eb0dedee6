//! Whether an event of the provider requires an inquiry.

use super::{Holder, Payment, State};
use crate::domain::provider::event::ReportedStatus;

impl Payment {
    /// Whether an event is a reason to inquire. Events that follow from this service's own calls
    /// are not.
    #[must_use]
    pub fn is_news(&self, reported: ReportedStatus) -> bool {
        use ReportedStatus as H;
        use State as S;
        match (&self.state, reported) {
            (
                S::Opened { .. } | S::RequiresAction { .. },
                H::Held | H::Captured | H::Declined | H::Released | H::Anything,
            )
            | (
                S::Authorized { holder: Holder::Provider { .. }, .. },
                H::Captured | H::Released | H::Anything,
            )
            // Inquired once the capture is recorded.
            | (
                S::Started { .. }
                | S::Opened { .. }
                | S::RequiresAction { .. }
                | S::Authorized { holder: Holder::Provider { .. }, .. }
                | S::Capturing { .. }
                | S::Voiding { .. }
                | S::Captured { holder: Holder::Provider { .. }, .. }
                | S::Returned { .. },
                H::Moved,
            ) => true,
            // The state is the event's, or has passed it.
            (S::Opened { .. } | S::RequiresAction { .. }, H::UnderWay | H::Challenged)
            | (
                S::Authorized { holder: Holder::Provider { .. }, .. },
                H::UnderWay | H::Challenged | H::Held | H::Declined,
            )
            // A call to the provider is pending, its effect is not recorded yet, or the payment has
            // ended.
            | (
                S::Started { .. }
                | S::Authorized { holder: Holder::Ledger, .. }
                | S::Capturing { .. }
                | S::Captured { .. }
                | S::Returned { .. }
                | S::Voiding { .. }
                | S::Voided { .. }
                | S::Declined { .. },
                H::UnderWay
                | H::Challenged
                | H::Held
                | H::Captured
                | H::Declined
                | H::Released
                | H::Anything,
            )
            | (
                S::Authorized { holder: Holder::Ledger, .. }
                | S::Captured { holder: Holder::Ledger, .. }
                | S::Voided { .. }
                | S::Declined { .. },
                H::Moved,
            ) => false,
        }
    }
}
