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
pub(crate) enum Whim {
    Hold,
    Decline,
    Challenge,
}

/// The one payment, as the provider stores it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Bank {
    pub(crate) standing: ProviderStatus,
    /// Number of captures.
    pub(crate) takings: u8,
}

impl Bank {
    pub(crate) const fn new() -> Self {
        Self { standing: ProviderStatus::Unconfirmed, takings: 0 }
    }

    /// A request arrives. The provider executes it once, and only in a status that permits it.
    pub(crate) fn serve(&self, request: Request, whim: Whim) -> Self {
        let standing = match (request, &self.standing) {
            (Request::Confirm, ProviderStatus::Unconfirmed) => whim.standing(),
            (Request::Capture, ProviderStatus::Held)
            | (Request::Void, ProviderStatus::Captured) => ProviderStatus::Captured,
            (Request::Void, _) => ProviderStatus::Released,
            (Request::Confirm | Request::Capture, standing) => standing.clone(),
        };
        let is_taken = request == Request::Capture && self.standing == ProviderStatus::Held;
        Self { standing, takings: self.takings + u8::from(is_taken) }
    }

    /// The payer completes the required step at the provider, or continues with another card after
    /// a decline.
    pub(crate) fn go_on(&self, whim: Whim) -> Option<Self> {
        let may = matches!(
            self.standing,
            ProviderStatus::Challenged(_) | ProviderStatus::Declined { .. }
        );
        may.then(|| Self { standing: whim.standing(), takings: self.takings })
    }
}

impl Whim {
    fn standing(self) -> ProviderStatus {
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
