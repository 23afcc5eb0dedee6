//! The provider: it does what it is asked whenever the request reaches it, however late and however often.

use payments::domain::{Challenge, Standing};

/// What was asked of the provider. A request that was sent once may reach it at any later time, and more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Request {
    Confirm,
    Capture,
    Void,
}

/// What the provider, or the payer there, may make of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Whim {
    Hold,
    Decline,
    Challenge,
}

/// The one payment, as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Bank {
    pub(crate) standing: Standing,
    /// Times that money was taken.
    pub(crate) takings: u8,
}

impl Bank {
    pub(crate) const fn new() -> Self {
        Self { standing: Standing::Unconfirmed, takings: 0 }
    }

    /// A request arrives. What it asks for is done once, and only where it can be done.
    pub(crate) fn serve(&self, request: Request, whim: Whim) -> Self {
        let standing = match (request, &self.standing) {
            (Request::Confirm, Standing::Unconfirmed) => whim.standing(),
            (Request::Capture, Standing::Held) | (Request::Void, Standing::Captured) => {
                Standing::Captured
            }
            (Request::Void, _) => Standing::Released,
            (Request::Confirm | Request::Capture, standing) => standing.clone(),
        };
        let is_taken = request == Request::Capture && self.standing == Standing::Held;
        Self { standing, takings: self.takings + u8::from(is_taken) }
    }

    /// The payer does at the provider what was required, or goes on with another card after a decline.
    pub(crate) fn go_on(&self, whim: Whim) -> Option<Self> {
        let may = matches!(self.standing, Standing::Challenged(_) | Standing::Declined { .. });
        may.then(|| Self { standing: whim.standing(), takings: self.takings })
    }
}

impl Whim {
    fn standing(self) -> Standing {
        match self {
            Self::Hold => Standing::Held,
            Self::Decline => Standing::Declined { reason: "card_declined".to_owned() },
            Self::Challenge => {
                let client_secret = "secret".to_owned();
                Standing::Challenged(Challenge { client_secret, url: None })
            }
        }
    }
}
