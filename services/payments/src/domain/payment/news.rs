//! Whether an event is news to a payment: whether the provider would say more than is known, or will be heard anyway.

use super::{Holder, Payment, State};
use crate::domain::provider_event::Hint;

impl Payment {
    /// Whether an event that says so is a reason to ask the provider. What a payment's own requests lead to comes back as events
    /// too, and is no news.
    #[must_use]
    pub fn is_news(&self, hint: Hint) -> bool {
        use Hint as H;
        use State as S;
        match (&self.state, hint) {
            (
                S::Opened { .. } | S::RequiresAction { .. },
                H::Held | H::Captured | H::Declined | H::Released | H::Anything,
            )
            | (
                S::Authorized { holder: Holder::Provider { .. }, .. },
                H::Captured | H::Released | H::Anything,
            )
            // Looked at once it is known here that the money was taken.
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
            // It is known, or was so once.
            (S::Opened { .. } | S::RequiresAction { .. }, H::UnderWay | H::Challenged)
            | (
                S::Authorized { holder: Holder::Provider { .. }, .. },
                H::UnderWay | H::Challenged | H::Held | H::Declined,
            )
            // The provider is asked anyway, is not known to have heard of it, or has nothing more to say.
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
