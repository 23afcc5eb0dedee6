//! The copy of a show, and the progress of its refunds once it is cancelled.

use contract::order::{OrderItem, OrderState};
use contract::show::{ShowState, ShowStatus};
use contract::show_refunds::ShowRefundsState;
use contract::{ShowId, Timestamp};
use serde::{Deserialize, Serialize};

use super::sale::{Progress, ShowRefund};
use super::{Payment, Refunds, Refusal};

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
    /// The venue and start at that version; `None` if that version was copied without them.
    #[serde(default)]
    pub schedule: Option<Schedule>,
    /// Whether the show has sales that are not marked yet.
    pub is_marking: bool,
    /// Whether it is the group of one order of a resold admission. It is not published.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_resale: bool,
}

/// The place and time of a show.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// The name of the venue.
    pub venue: String,
    /// The start.
    pub starts_at: Timestamp,
}

impl Schedule {
    fn differs_from(&self, item: &OrderItem) -> bool {
        let ordered = (item.venue.as_ref(), item.starts_at);
        ordered != (Some(&self.venue), Some(self.starts_at))
    }
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
        let status = ShowStatus::Scheduled;
        Self { state, show_version: 0, status, schedule: None, is_marking: false, is_resale: false }
    }

    /// The resold admission is void: its order is refunded as those of a cancelled show.
    #[must_use]
    pub fn void(&self) -> Option<Self> {
        let is_new = !self.status.is_cancelled();
        let status = ShowStatus::Cancelled;
        is_new.then(|| Self { status, is_marking: true, ..self.clone() })
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
        let (venue, starts_at) = (show.venue.name.clone(), show.starts_at);
        let schedule = Some(Schedule { venue, starts_at });
        Some(Self { show_version: show.version, status, schedule, is_marking, ..self.clone() })
    }

    /// Counts a change of a sale's refund.
    ///
    /// # Errors
    /// [`Refusal::Contradiction`] if the sale was not counted before.
    pub fn counted(&self, before: ShowRefund, after: ShowRefund) -> Result<Self, Refusal> {
        let mut state = self.state;
        if let Some(count) = before.progress().map(|group| count_of(&mut state, group)) {
            *count = count.checked_sub(1).ok_or(Refusal::Contradiction)?;
        }
        if let Some(count) = after.progress().map(|group| count_of(&mut state, group)) {
            *count = count.checked_add(1).ok_or(Refusal::Contradiction)?;
        }
        Ok(Self { state, ..self.clone() })
    }

    /// Whether sales are to be marked, or refunds have not ended.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.is_marking || self.state.owed > 0
    }

    /// Checks that the payer of an order may return units now: the show is postponed, and its venue
    /// or start differ from those ordered. After the seller's date only if a refund that the payer
    /// requested has failed.
    ///
    /// # Errors
    /// [`Refusal::NotPostponed`], [`Refusal::RefundPeriodOver`]
    pub fn admit_payer(
        &self,
        order: &OrderState,
        payment: &Payment,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let refunds_until = match self.status {
            ShowStatus::Scheduled | ShowStatus::Cancelled => return Err(Refusal::NotPostponed),
            ShowStatus::Postponed { refunds_until } => refunds_until,
        };
        let is_moved = self
            .schedule
            .as_ref()
            .is_none_or(|schedule| order.items.iter().any(|item| schedule.differs_from(item)));
        let has_failed = |refunds: &Refunds| refunds.has_failed_requests_of(payment.buyer);
        if !is_moved {
            Err(Refusal::NotPostponed)
        } else if now < refunds_until || payment.refunds().is_some_and(has_failed) {
            Ok(())
        } else {
            Err(Refusal::RefundPeriodOver)
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
