//! The course of a refund.

use std::time::Duration;

use serde_json::Value;

use crate::api::views;
use crate::events::event::{Cause, EventType};
use crate::state::account::{Account, DueAction, Outcome, Source};
use crate::state::card::RefundBehaviour;
use crate::state::intent::{Charge, Intent, State};
use crate::state::ledger::EntryKind;
use crate::state::refund::{Refund, RefundStatus};

/// Duration of a pending refund: long enough to be observed, short enough to wait for.
const PROCESSING_TIME: Duration = Duration::from_secs(10);

/// Creates a refund of a payment intent's charge, which proceeds as its card determines; returns it
/// as JSON.
pub(crate) fn create(
    mut refund: Refund,
    mut intent: Intent,
    mut charge: Charge,
    account: &mut Account,
    cause: &Cause,
) -> Value {
    let behaviour = charge.method.card.refunds;
    refund.status = match behaviour {
        RefundBehaviour::Succeeds | RefundBehaviour::FailsLater => RefundStatus::Succeeded,
        RefundBehaviour::SucceedsLater => RefundStatus::Pending,
    };
    let later = match behaviour {
        RefundBehaviour::Succeeds => None,
        RefundBehaviour::SucceedsLater => Some(Outcome::Succeeded),
        RefundBehaviour::FailsLater => Some(Outcome::Failed),
    };
    if let Some(outcome) = later {
        account.schedule(
            cause.at.plus(PROCESSING_TIME),
            DueAction::Refund { id: refund.id.clone(), outcome },
        );
    }
    charge.refunded += refund.amount;
    let source = Source::Refund(&refund);
    account.enter(EntryKind::Refunded, &intent, source, refund.amount, cause.at);
    let view = views::refund(&refund);
    account.emit(EventType::RefundCreated, &view, cause);
    account.emit_charge(EventType::ChargeRefunded, &intent, &charge, cause);
    intent.state = State::Succeeded { charge };
    account.save_intent(intent);
    account.refunds.insert(refund.id.clone(), refund);
    view
}

/// Ends a refund. Returns whether its state changed: a pending refund ends, or one that has
/// succeeded fails.
pub(crate) fn finish(id: &str, outcome: Outcome, account: &mut Account, cause: &Cause) -> bool {
    let Some(mut refund) = account.refunds.get(id).cloned() else { return false };
    refund.status = match (refund.status, outcome) {
        (RefundStatus::Pending, Outcome::Succeeded) => RefundStatus::Succeeded,
        (RefundStatus::Pending | RefundStatus::Succeeded, Outcome::Failed) => RefundStatus::Failed,
        (RefundStatus::Succeeded, Outcome::Succeeded)
        | (RefundStatus::Failed, Outcome::Succeeded | Outcome::Failed) => return false,
    };
    let view = views::refund(&refund);
    account.emit(EventType::RefundUpdated, &view, cause);
    if outcome == Outcome::Failed {
        book_failure(&refund, account, cause);
        account.emit(EventType::RefundFailed, &view, cause);
    }
    account.refunds.insert(refund.id.clone(), refund);
    true
}

/// Books the amount of a failed refund back to the merchant, from where it can be refunded again.
fn book_failure(refund: &Refund, account: &mut Account, cause: &Cause) {
    let Some(mut intent) = account.intents.get(&refund.intent).cloned() else { return };
    let source = Source::Refund(refund);
    account.enter(EntryKind::Returned, &intent, source, refund.amount, cause.at);
    if let State::Succeeded { charge } = &mut intent.state {
        charge.refunded -= refund.amount;
    }
    account.save_intent(intent);
}
