//! The copy of a show, and the progress of its refunds once it is cancelled.

use contract::ShowId;
use contract::Timestamp;
use contract::show::{ShowState, ShowStatus};
use contract::show_refunds::ShowRefundsState;
use serde::{Deserialize, Serialize};

use super::Refusal;
use super::sale::{Progress, ShowRefund};

/// A show, and the numbers of its sales by the state of their refunds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShowRefunds {
    /// The numbers; published from version 1 on.
    pub state: ShowRefundsState,
    /// The copied version of the show; 0 until its first message.
    pub show_version: u64,
    /// The status of the show at that version.
    pub status: ShowStatus,
    /// Whether the show has sales that are not marked yet.
    pub is_marking: bool,
}

impl ShowRefunds {
    /// A show of which no message has arrived.
    #[must_use]
    pub const fn unknown(show_id: ShowId) -> Self {
        let state = ShowRefundsState {
            show_id,
            version: 0,
            is_counted: false,
            owed: 0,
            done: 0,
            failed: 0,
        };
        Self { state, show_version: 0, status: ShowStatus::Scheduled, is_marking: false }
    }

    /// Copies a state of the show; `None` if this or a newer version is stored already. A
    /// cancellation is final.
    #[must_use]
    pub fn update(&self, show: &ShowState) -> Option<Self> {
        if show.version <= self.show_version {
            return None;
        }
        let was_cancelled = self.status.is_cancelled();
        let status = if was_cancelled { self.status } else { show.status };
        let is_marking = self.is_marking || (status.is_cancelled() && !was_cancelled);
        Some(Self { show_version: show.version, status, is_marking, ..self.clone() })
    }

    /// Counts a change of a sale's refund.
    #[must_use]
    pub fn counted(&self, before: ShowRefund, after: ShowRefund) -> Self {
        let (before, after) = (before.progress(), after.progress());
        if before == after {
            return self.clone();
        }
        let mut state = self.state;
        state.version += 1;
        if let Some(count) = before.map(|group| count_of(&mut state, group)) {
            *count = count.saturating_sub(1);
        }
        if let Some(count) = after.map(|group| count_of(&mut state, group)) {
            *count = count.saturating_add(1);
        }
        Self { state, ..self.clone() }
    }

    /// Whether sales are to be marked, or refunds have not ended.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.is_marking || self.state.owed > 0
    }

    /// Checks that a payer may return units now.
    ///
    /// # Errors
    /// [`Refusal::NotPostponed`], [`Refusal::RefundPeriodOver`]
    pub fn admit_payer(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.status {
            ShowStatus::Scheduled | ShowStatus::Cancelled => Err(Refusal::NotPostponed),
            ShowStatus::Postponed { refunds_until } if now < refunds_until => Ok(()),
            ShowStatus::Postponed { .. } => Err(Refusal::RefundPeriodOver),
        }
    }
}

const fn count_of(state: &mut ShowRefundsState, group: Progress) -> &mut u32 {
    match group {
        Progress::Owed => &mut state.owed,
        Progress::Done => &mut state.done,
        Progress::Failed => &mut state.failed,
    }
}
