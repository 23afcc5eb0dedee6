//! Money on its way back to a card.

use std::time::Duration;

use crate::card::RefundCourse;
use crate::happening::{Cause, EventType};
use crate::intent::{Charge, Intent, State};
use crate::ledger::EntryKind;
use crate::refund::{Refund, RefundStatus};
use crate::world::{Due, Outcome, World};

/// What a card that takes its time takes: long enough to be seen, short enough to be waited for.
const COURSE: Duration = Duration::from_secs(10);

/// A refund, whose money it is, and the charge it comes out of.
#[derive(Debug)]
pub(crate) struct Give {
    pub(crate) intent: Intent,
    pub(crate) charge: Charge,
    pub(crate) refund: Refund,
}

/// Sends money back, in the way that the card's refunds go.
pub(crate) fn give_back(give: Give, world: &mut World, cause: &Cause) -> Refund {
    let Give { mut intent, mut charge, mut refund } = give;
    let course = charge.method.card.refunds;
    refund.status = match course {
        RefundCourse::AtOnce | RefundCourse::Fails => RefundStatus::Succeeded,
        RefundCourse::Later => RefundStatus::Pending,
    };
    let ends = match course {
        RefundCourse::AtOnce => None,
        RefundCourse::Later => Some(Outcome::Succeeded),
        RefundCourse::Fails => Some(Outcome::Failed),
    };
    if let Some(outcome) = ends {
        world.schedule(cause.at.plus(COURSE), Due::Refund { id: refund.id.clone(), outcome });
    }
    charge.refunded += refund.amount;
    world.enter_refund(EntryKind::Refunded, &intent, &refund, cause.at);
    world.tell_refund(EventType::RefundCreated, &refund, cause);
    world.tell_charge(EventType::ChargeRefunded, &intent, &charge, cause);
    intent.state = State::Succeeded { charge };
    world.save_intent(intent);
    world.save_refund(refund.clone());
    refund
}

/// Ends a refund. Answers whether there was anything to end: one that is pending, or has succeeded and now fails.
pub(crate) fn end(id: &str, outcome: Outcome, world: &mut World, cause: &Cause) -> bool {
    let Some(mut refund) = world.refund(id).cloned() else { return false };
    refund.status = match (refund.status, outcome) {
        (RefundStatus::Pending, Outcome::Succeeded) => RefundStatus::Succeeded,
        (RefundStatus::Pending | RefundStatus::Succeeded, Outcome::Failed) => RefundStatus::Failed,
        (RefundStatus::Succeeded, Outcome::Succeeded)
        | (RefundStatus::Failed, Outcome::Succeeded | Outcome::Failed) => return false,
    };
    world.tell_refund(EventType::RefundUpdated, &refund, cause);
    if outcome == Outcome::Failed {
        take_back(&refund, world, cause);
        world.tell_refund(EventType::RefundFailed, &refund, cause);
    }
    world.save_refund(refund);
    true
}

/// The money of a refund that failed is the merchant's again, and can be refunded again.
fn take_back(refund: &Refund, world: &mut World, cause: &Cause) {
    let Some(mut intent) = world.intent(&refund.intent).cloned() else { return };
    world.enter_refund(EntryKind::Returned, &intent, refund, cause.at);
    if let State::Succeeded { charge } = &mut intent.state {
        charge.refunded -= refund.amount;
    }
    world.save_intent(intent);
}
