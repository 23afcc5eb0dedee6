//! The copy of a show, whose cancellation voids its admissions.

use contract::show::ShowState;
use contract::{Decided, ShowId};
use serde::{Deserialize, Serialize};

/// A show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Show {
    /// The show.
    pub id: ShowId,
    /// Its published state; `None` until its first message, where an order was first. The order and
    /// the message then change the same document, so that neither overlooks the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<ShowState>,
    /// Whether it was cancelled and may have admissions that are not void yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_voiding: bool,
}

impl Show {
    /// A show without a message.
    #[must_use]
    pub const fn unknown(id: ShowId) -> Self {
        Self { id, state: None, is_voiding: false }
    }

    /// Follows the show.
    pub fn follow(&self, state: ShowState) -> Decided<Self> {
        if self.state.as_ref().is_some_and(|known| known.version >= state.version) {
            return Decided::AlreadyApplied;
        }
        let is_voiding = self.is_voiding || state.status.is_cancelled() && !self.is_cancelled();
        Decided::applied(Self { id: self.id, state: Some(state), is_voiding })
    }

    /// Whether it does not take place.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.status.is_cancelled())
    }

    /// Its admissions are void.
    #[must_use]
    pub fn voided(&self) -> Self {
        Self { is_voiding: false, ..self.clone() }
    }
}
