//! Refunds and disputes, with their movements of money and their events.

use std::time::Duration;

use serde_json::Value;

use crate::api::views;
use crate::events::event::EventType;
use crate::state::account::{Account, DueAction, Source};
use crate::state::card::RefundBehaviour;
use crate::state::ledger::EntryKind;
use crate::state::objects::{
    Charge, Dispute, DisputeStatus, Intent, Outcome, Refund, RefundStatus, State,
};

/// Duration of a pending refund: long enough to be observed, short enough to wait for.
const PROCESSING_TIME: Duration = Duration::from_secs(10);

/// Creates a refund of a payment intent's charge, which proceeds as its card determines; returns it
/// as JSON.
pub(crate) fn refund(
    account: &mut Account,
    mut refund: Refund,
    mut intent: Intent,
    mut charge: Charge,
) -> Value {
    let (status, later) = match charge.method.card.refunds {
        RefundBehaviour::Succeeds => (RefundStatus::Succeeded, None),
        RefundBehaviour::SucceedsLater => (RefundStatus::Pending, Some(Outcome::Succeeded)),
        RefundBehaviour::FailsLater => (RefundStatus::Succeeded, Some(Outcome::Failed)),
    };
    refund.status = status;
    if let Some(outcome) = later {
        let end = DueAction::Refund { id: refund.id.clone(), outcome };
        account.schedule(account.cause.at.plus(PROCESSING_TIME), end);
    }
    charge.refunded += refund.amount;
    account.enter(EntryKind::Refunded, &intent, Source::Refund(&refund), refund.amount);
    let view = views::refund(&refund);
    account.emit(EventType::RefundCreated, &view);
    account.emit_charge(EventType::ChargeRefunded, &intent, &charge);
    intent.state = State::Succeeded { charge };
    account.save_intent(intent);
    account.refunds.insert(refund.id.clone(), refund);
    view
}

/// Ends a refund. Returns whether its state changed: a pending refund ends, or one that has
/// succeeded fails.
pub(crate) fn finish_refund(account: &mut Account, id: &str, outcome: Outcome) -> bool {
    let Some(mut refund) = account.refunds.get(id).cloned() else { return false };
    refund.status = match (refund.status, outcome) {
        (RefundStatus::Pending, Outcome::Succeeded) => RefundStatus::Succeeded,
        (RefundStatus::Pending | RefundStatus::Succeeded, Outcome::Failed) => RefundStatus::Failed,
        (RefundStatus::Succeeded, Outcome::Succeeded)
        | (RefundStatus::Failed, Outcome::Succeeded | Outcome::Failed) => return false,
    };
    let view = views::refund(&refund);
    account.emit(EventType::RefundUpdated, &view);
    if outcome == Outcome::Failed {
        book_failure(account, &refund);
        account.emit(EventType::RefundFailed, &view);
    }
    account.refunds.insert(refund.id.clone(), refund);
    true
}

/// Books the amount of a failed refund back to the merchant, from where it can be refunded again.
fn book_failure(account: &mut Account, refund: &Refund) {
    let Some(mut intent) = account.intents.get(&refund.intent).cloned() else { return };
    account.enter(EntryKind::Returned, &intent, Source::Refund(refund), refund.amount);
    if let State::Succeeded { charge } = &mut intent.state {
        charge.refunded -= refund.amount;
    }
    account.save_intent(intent);
}

/// Opens a dispute over the captured amount of a payment intent, or over a part of it, and withdraws
/// its money. Returns the dispute's id; `None` if less than the amount is left.
pub(crate) fn open_dispute(
    account: &mut Account,
    intent: &str,
    amount: Option<i64>,
) -> Option<String> {
    let intent = account.intents.get(intent).cloned()?;
    let State::Succeeded { charge } = &intent.state else { return None };
    let disputed = account.disputes_of(&intent.id).filter(|dispute| dispute.has_money());
    let left = charge.captured - disputed.map(|dispute| dispute.amount).sum::<i64>();
    let amount = amount.unwrap_or(left);
    if !(1..=left).contains(&amount) {
        return None;
    }
    let dispute = Dispute {
        id: account.ids.next("dp"),
        intent: intent.id.clone(),
        charge: charge.id.clone(),
        amount,
        currency: intent.currency,
        created: account.cause.at,
        status: DisputeStatus::NeedsResponse,
    };
    account.enter(EntryKind::Withdrawn, &intent, Source::Dispute(&dispute), amount);
    let view = views::dispute(&dispute);
    account.disputes.insert(dispute.id.clone(), dispute.clone());
    account.emit(EventType::DisputeCreated, &view);
    account.emit(EventType::DisputeFundsWithdrawn, &view);
    Some(dispute.id)
}

/// Closes a dispute, for or against the merchant. Returns whether it was open.
pub(crate) fn close_dispute(account: &mut Account, id: &str, outcome: Outcome) -> bool {
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
    account.emit(EventType::DisputeClosed, &view);
    if outcome == Outcome::Succeeded {
        let source = Source::Dispute(&dispute);
        account.enter(EntryKind::Reinstated, &intent, source, dispute.amount);
        account.emit(EventType::DisputeFundsReinstated, &view);
    }
    account.disputes.insert(dispute.id.clone(), dispute);
    true
}
