//! A dispute: a payer's bank takes the money of a charge back, for good or until the merchant has shown that it was right.

use contract::{Currency, Timestamp};

use crate::happening::{Cause, EventType};
use crate::ledger::EntryKind;
use crate::world::{Outcome, World};

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub(crate) id: String,
    pub(crate) intent: String,
    pub(crate) charge: String,
    pub(crate) amount: i64,
    pub(crate) currency: Currency,
    pub(crate) created: Timestamp,
    pub(crate) status: DisputeStatus,
}

/// State of a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeStatus {
    /// The money is withdrawn; the bank has not decided.
    NeedsResponse,
    /// The money was reinstated.
    Won,
    /// The payer keeps the money.
    Lost,
}

impl Dispute {
    /// The provider's name for it, `dp_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The disputed payment intent, `pi_…`.
    #[must_use]
    pub fn intent(&self) -> &str {
        &self.intent
    }

    /// In Stripe's minor units.
    #[must_use]
    pub fn amount(&self) -> i64 {
        self.amount
    }

    /// When it was opened.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// Its state.
    #[must_use]
    pub fn status(&self) -> DisputeStatus {
        self.status
    }

    /// Whether the merchant does not have its money: it is open or lost.
    #[must_use]
    pub fn has_money(&self) -> bool {
        match self.status {
            DisputeStatus::NeedsResponse | DisputeStatus::Lost => true,
            DisputeStatus::Won => false,
        }
    }
}

/// Opens a dispute: its money is withdrawn.
pub(crate) fn open(dispute: &Dispute, world: &mut World, cause: &Cause) {
    let Some(intent) = world.intent(&dispute.intent).cloned() else { return };
    world.enter_dispute(EntryKind::Withdrawn, &intent, dispute, cause.at);
    world.save_dispute(dispute.clone());
    world.tell_dispute(EventType::DisputeCreated, dispute, cause);
    world.tell_dispute(EventType::DisputeFundsWithdrawn, dispute, cause);
}

/// Closes a dispute, for or against the merchant. Returns whether it was open.
pub(crate) fn close(id: &str, outcome: Outcome, world: &mut World, cause: &Cause) -> bool {
    let Some(mut dispute) = world.dispute(id).cloned() else { return false };
    let Some(intent) = world.intent(&dispute.intent).cloned() else { return false };
    if dispute.status != DisputeStatus::NeedsResponse {
        return false;
    }
    dispute.status = match outcome {
        Outcome::Succeeded => DisputeStatus::Won,
        Outcome::Failed => DisputeStatus::Lost,
    };
    world.save_dispute(dispute.clone());
    world.tell_dispute(EventType::DisputeClosed, &dispute, cause);
    if outcome == Outcome::Succeeded {
        world.enter_dispute(EntryKind::Reinstated, &intent, &dispute, cause.at);
        world.tell_dispute(EventType::DisputeFundsReinstated, &dispute, cause);
    }
    true
}
