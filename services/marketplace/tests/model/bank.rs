//! The provider: executes each request whenever it arrives, at any delay and any number of times.

use payments::domain::{Challenge, ProviderStatus};

/// A request to the provider. A request that was sent once may arrive at any later time, and more
/// than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Request {
    Confirm,
    Capture,
    Void,
}

/// The outcome of a card, chosen by the provider or by the payer there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum BankDecision {
    Hold,
    Decline,
    Challenge,
}

/// The one payment, as the provider stores it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Bank {
    pub(crate) status: ProviderStatus,
    /// Number of captures.
    pub(crate) captures: u8,
}

impl Bank {
    pub(crate) const fn new() -> Self {
        Self { status: ProviderStatus::Unconfirmed, captures: 0 }
    }

    /// A request arrives. The provider executes it once, and only in a status that permits it.
    pub(crate) fn serve(&self, request: Request, decision: BankDecision) -> Self {
        let status = match (request, &self.status) {
            (Request::Confirm, ProviderStatus::Unconfirmed) => decision.status(),
            (Request::Capture, ProviderStatus::Held)
            | (Request::Void, ProviderStatus::Captured) => ProviderStatus::Captured,
            (Request::Void, _) => ProviderStatus::Released,
            (Request::Confirm | Request::Capture, status) => status.clone(),
        };
        let is_taken = request == Request::Capture && self.status == ProviderStatus::Held;
        Self { status, captures: self.captures + u8::from(is_taken) }
    }

    /// The payer completes the required step at the provider, or continues with another card after
    /// a decline.
    pub(crate) fn proceed(&self, decision: BankDecision) -> Option<Self> {
        let may =
            matches!(self.status, ProviderStatus::Challenged(_) | ProviderStatus::Declined { .. });
        may.then(|| Self { status: decision.status(), captures: self.captures })
    }
}

impl BankDecision {
    fn status(self) -> ProviderStatus {
        match self {
            Self::Hold => ProviderStatus::Held,
            Self::Decline => ProviderStatus::Declined { reason: "card_declined".to_owned() },
            Self::Challenge => {
                let client_secret = "secret".to_owned();
                ProviderStatus::Challenged(Challenge { client_secret, url: None })
            }
        }
    }
}
