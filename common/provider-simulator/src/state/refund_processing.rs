//! The course of a refund.

use std::time::Duration;

use crate::events::event::{Cause, EventType};
use crate::state::account::{Account, DueAction, Outcome};
use crate::state::card::RefundBehaviour;
use crate::state::intent::{Charge, Intent, State};
use crate::state::ledger::EntryKind;
use crate::state::refund::{Refund, RefundStatus};

/// Duration of a pending refund: long enough to be observed, short enough to wait for.
const PROCESSING_TIME: Duration = Duration::from_secs(10);

/// A refund with its payment intent and charge.
#[derive(Debug)]
pub(crate) struct NewRefund {
    pub(crate) intent: Intent,
    pub(crate) charge: Charge,
    pub(crate) refund: Refund,
}

/// Creates a refund, which proceeds as its card determines.
pub(crate) fn create(new: NewRefund, account: &mut Account, cause: &Cause) -> Refund {
    let NewRefund { mut intent, mut charge, mut refund } = new;
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
    account.enter_refund(EntryKind::Refunded, &intent, &refund, cause.at);
    account.emit_refund(EventType::RefundCreated, &refund, cause);
    account.emit_charge(EventType::ChargeRefunded, &intent, &charge, cause);
    intent.state = State::Succeeded { charge };
    account.save_intent(intent);
    account.save_refund(refund.clone());
    refund
}

/// Ends a refund. Returns whether its state changed: a pending refund ends, or one that has
/// succeeded fails.
pub(crate) fn finish(id: &str, outcome: Outcome, account: &mut Account, cause: &Cause) -> bool {
    let Some(mut refund) = account.refund(id).cloned() else { return false };
    refund.status = match (refund.status, outcome) {
        (RefundStatus::Pending, Outcome::Succeeded) => RefundStatus::Succeeded,
        (RefundStatus::Pending | RefundStatus::Succeeded, Outcome::Failed) => RefundStatus::Failed,
        (RefundStatus::Succeeded, Outcome::Succeeded)
        | (RefundStatus::Failed, Outcome::Succeeded | Outcome::Failed) => return false,
    };
    account.emit_refund(EventType::RefundUpdated, &refund, cause);
    if outcome == Outcome::Failed {
        book_failure(&refund, account, cause);
        account.emit_refund(EventType::RefundFailed, &refund, cause);
    }
    account.save_refund(refund);
    true
}

/// Books the amount of a failed refund back to the merchant, from where it can be refunded again.
fn book_failure(refund: &Refund, account: &mut Account, cause: &Cause) {
    let Some(mut intent) = account.intent(&refund.intent).cloned() else { return };
    account.enter_refund(EntryKind::Returned, &intent, refund, cause.at);
    if let State::Succeeded { charge } = &mut intent.state {
        charge.refunded -= refund.amount;
    }
    account.save_intent(intent);
}
