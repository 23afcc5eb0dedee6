//! Opening and closing of disputes, with their movements of money and their events.

use crate::api::views;
use crate::events::event::{Cause, EventType};
use crate::state::account::{Account, Outcome, Source};
use crate::state::dispute::{Dispute, DisputeStatus};
use crate::state::ledger::EntryKind;

/// Opens a dispute and withdraws its money.
pub(crate) fn open(dispute: &Dispute, account: &mut Account, cause: &Cause) {
    let Some(intent) = account.intents.get(&dispute.intent).cloned() else { return };
    let source = Source::Dispute(dispute);
    account.enter(EntryKind::Withdrawn, &intent, source, dispute.amount, cause.at);
    account.disputes.insert(dispute.id.clone(), dispute.clone());
    let view = views::dispute(dispute);
    account.emit(EventType::DisputeCreated, &view, cause);
    account.emit(EventType::DisputeFundsWithdrawn, &view, cause);
}

/// Closes a dispute, for or against the merchant. Returns whether it was open.
pub(crate) fn close(id: &str, outcome: Outcome, account: &mut Account, cause: &Cause) -> bool {
    let Some(mut dispute) = account.disputes.get(id).cloned() else { return false };
    let Some(intent) = account.intents.get(&dispute.intent).cloned() else { return false };
    if dispute.status != DisputeStatus::NeedsResponse {
        return false;
    }
    dispute.status = match outcome {
        Outcome::Succeeded => DisputeStatus::Won,
        Outcome::Failed => DisputeStatus::Lost,
    };
    let view = views::dispute(&dispute);
    account.emit(EventType::DisputeClosed, &view, cause);
    if outcome == Outcome::Succeeded {
        let source = Source::Dispute(&dispute);
        account.enter(EntryKind::Reinstated, &intent, source, dispute.amount, cause.at);
        account.emit(EventType::DisputeFundsReinstated, &view, cause);
    }
    account.disputes.insert(dispute.id.clone(), dispute);
    true
}
