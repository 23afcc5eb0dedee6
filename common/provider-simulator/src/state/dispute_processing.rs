//! Opening and closing of disputes, with their movements of money and their events.

use crate::events::event::{Cause, EventType};
use crate::state::account::{Account, Outcome};
use crate::state::dispute::{Dispute, DisputeStatus};
use crate::state::ledger::EntryKind;

/// Opens a dispute and withdraws its money.
pub(crate) fn open(dispute: &Dispute, account: &mut Account, cause: &Cause) {
    let Some(intent) = account.intent(&dispute.intent).cloned() else { return };
    account.enter_dispute(EntryKind::Withdrawn, &intent, dispute, cause.at);
    account.save_dispute(dispute.clone());
    account.emit_dispute(EventType::DisputeCreated, dispute, cause);
    account.emit_dispute(EventType::DisputeFundsWithdrawn, dispute, cause);
}

/// Closes a dispute, for or against the merchant. Returns whether it was open.
pub(crate) fn close(id: &str, outcome: Outcome, account: &mut Account, cause: &Cause) -> bool {
    let Some(mut dispute) = account.dispute(id).cloned() else { return false };
    let Some(intent) = account.intent(&dispute.intent).cloned() else { return false };
    if dispute.status != DisputeStatus::NeedsResponse {
        return false;
    }
    dispute.status = match outcome {
        Outcome::Succeeded => DisputeStatus::Won,
        Outcome::Failed => DisputeStatus::Lost,
    };
    account.save_dispute(dispute.clone());
    account.emit_dispute(EventType::DisputeClosed, &dispute, cause);
    if outcome == Outcome::Succeeded {
        account.enter_dispute(EntryKind::Reinstated, &intent, &dispute, cause.at);
        account.emit_dispute(EventType::DisputeFundsReinstated, &dispute, cause);
    }
    true
}
