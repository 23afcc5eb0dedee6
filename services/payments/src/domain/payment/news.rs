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
            // The provider has no money of the payment.
            (
                S::Authorized { holder: Holder::Ledger, .. }
                | S::Captured { holder: Holder::Ledger, .. }
                | S::Voided { .. }
                | S::Declined { .. },
                _,
            ) => false,
            // Inquired once the capture is recorded.
            (_, H::Moved)
            | (
                S::Opened { .. } | S::RequiresAction { .. },
                H::Held | H::Captured | H::Declined | H::Released | H::Anything,
            )
            | (S::Authorized { .. }, H::Captured | H::Released | H::Anything) => true,
            // The state is the event's, or has passed it.
            (S::Opened { .. } | S::RequiresAction { .. }, H::UnderWay | H::Challenged)
            | (S::Authorized { .. }, H::UnderWay | H::Challenged | H::Held | H::Declined)
            // A call to the provider is pending, its effect is not recorded yet, or the payment has
            // ended.
            | (
                S::Started { .. }
                | S::Capturing { .. }
                | S::Captured { .. }
                | S::Returned { .. }
                | S::Voiding { .. },
                _,
            ) => false,
        }
    }
}
