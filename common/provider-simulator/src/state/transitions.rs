//! The course of payment intents, refunds and disputes, with their movements of money and events.

use std::time::Duration;

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::views;
use crate::events::EventType;
use crate::provider::{DueAction, Provider, Source};
use crate::state::card::{
    BankResponse, DECLINED_AFTER_PROCESSING, Decline, NOT_AUTHENTICATED, PaymentMethod,
    RefundBehaviour,
};
use crate::state::ledger::EntryKind;
use crate::state::objects::{
    CaptureMethod, Charge, Dispute, DisputeStatus, Failed, Intent, Outcome, Refund, RefundStatus,
    State,
};

/// An authorisation expires after this time (Stripe: seven days for most cards online).
const HELD_FOR: Duration = Duration::from_hours(7 * 24);

/// Duration of a pending refund: long enough to be observed, short enough to wait for.
const PROCESSING_TIME: Duration = Duration::from_secs(10);

/// Sends the payment to the card's bank and returns the changed payment intent; an error is a
/// decline.
pub(crate) fn attempt(
    provider: &mut Provider,
    mut intent: Intent,
    method: PaymentMethod,
    return_url: Option<&str>,
) -> Result<Value, ApiError> {
    let event_type = match method.card.bank {
        BankResponse::Approves => return Ok(approve(provider, intent, method)),
        BankResponse::Declines(why) => return Err(decline(provider, intent, method, why)),
        BankResponse::Challenges(_) => {
            let return_url = return_url.map(str::to_owned);
            intent.state = State::RequiresAction { method, return_url };
            EventType::IntentRequiresAction
        }
        BankResponse::Processes => {
            intent.state = State::Processing { method };
            EventType::IntentProcessing
        }
    };
    Ok(provider.change_intent(event_type, intent))
}

/// Records the result of a challenge. Returns whether the payment intent required one.
pub(crate) fn finish_challenge(provider: &mut Provider, id: &str, outcome: Outcome) -> bool {
    let Some(mut intent) = provider.intents.get(id).cloned() else { return false };
    let State::RequiresAction { method, .. } = intent.state.clone() else { return false };
    match (outcome, method.card.bank) {
        (Outcome::Succeeded, BankResponse::Challenges(Some(why))) => {
            decline(provider, intent, method, why);
        }
        (Outcome::Succeeded, _) => _ = approve(provider, intent, method),
        (Outcome::Failed, _) => {
            let failed = Failed { why: &NOT_AUTHENTICATED, method, charge: None };
            intent.state = State::RequiresPaymentMethod { failed: Some(failed) };
            provider.change_intent(EventType::IntentPaymentFailed, intent);
        }
    }
    true
}

/// Records the bank's decision on a payment. Returns whether it was processing.
pub(crate) fn finish_processing(provider: &mut Provider, id: &str, outcome: Outcome) -> bool {
    let Some(intent) = provider.intents.get(id).cloned() else { return false };
    let State::Processing { method } = intent.state.clone() else { return false };
    match outcome {
        Outcome::Succeeded => _ = approve(provider, intent, method),
        Outcome::Failed => _ = decline(provider, intent, method, DECLINED_AFTER_PROCESSING),
    }
    true
}

fn approve(provider: &mut Provider, mut intent: Intent, method: PaymentMethod) -> Value {
    let (id, at) = (provider.ids.next("ch"), provider.cause.at);
    let mut charge = Charge { id, method, created: at, captured: 0, refunded: 0 };
    provider.enter(EntryKind::Authorized, &intent, Source::Intent, intent.amount);
    let event_type = match intent.capture_method {
        CaptureMethod::Manual => {
            provider.schedule(at.plus(HELD_FOR), DueAction::Expiry(intent.id.clone()));
            intent.state = State::RequiresCapture { charge: charge.clone() };
            EventType::IntentAmountCapturableUpdated
        }
        CaptureMethod::Automatic => {
            charge.captured = intent.amount;
            provider.enter(EntryKind::Captured, &intent, Source::Intent, intent.amount);
            intent.state = State::Succeeded { charge: charge.clone() };
            EventType::IntentSucceeded
        }
    };
    provider.emit_charge(EventType::ChargeSucceeded, &intent, &charge);
    provider.change_intent(event_type, intent)
}

fn decline(
    provider: &mut Provider,
    mut intent: Intent,
    method: PaymentMethod,
    why: &'static Decline,
) -> ApiError {
    let charge = provider.ids.next("ch");
    let shown = views::payment_method(&method, intent.created);
    let failed = Failed { why, method, charge: Some(charge.clone()) };
    intent.state = State::RequiresPaymentMethod { failed: Some(failed) };
    let intent = provider.change_intent(EventType::IntentPaymentFailed, intent);
    ApiError::declined(why, &charge, intent, shown)
}

/// Cancels a payment intent, and releases its authorised amount.
///
/// Since 2025-03-31 Stripe does not report this as a refund: the charge does not change, and no
/// event is sent for it.
pub(crate) fn release(
    provider: &mut Provider,
    mut intent: Intent,
    reason: Option<&'static str>,
) -> Value {
    let released = intent.charge().cloned();
    if released.is_some() {
        provider.enter(EntryKind::Released, &intent, Source::Intent, intent.amount);
    }
    intent.is_canceled_by_operator = provider.cause.is_foreign;
    intent.state = State::Canceled { at: provider.cause.at, reason, released };
    provider.change_intent(EventType::IntentCanceled, intent)
}

/// Expires an authorisation that was not captured in time. Has no effect in any other state.
pub(crate) fn expire(provider: &mut Provider, id: &str) {
    let Some(intent) = provider.intents.get(id).cloned() else { return };
    let State::RequiresCapture { charge } = &intent.state else { return };
    provider.emit_charge(EventType::ChargeExpired, &intent, charge);
    release(provider, intent, Some("expired"));
}

/// Creates a refund of a payment intent's charge, which proceeds as its card determines; returns it
/// as JSON.
pub(crate) fn refund(
    provider: &mut Provider,
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
        let end = DueAction::Refund(refund.id.clone(), outcome);
        provider.schedule(provider.cause.at.plus(PROCESSING_TIME), end);
    }
    charge.refunded += refund.amount;
    provider.enter(EntryKind::Refunded, &intent, Source::Refund(&refund), refund.amount);
    let view = views::refund(&refund);
    provider.emit(EventType::RefundCreated, &view);
    provider.emit_charge(EventType::ChargeRefunded, &intent, &charge);
    intent.state = State::Succeeded { charge };
    provider.save_intent(intent);
    provider.refunds.insert(refund.id.clone(), refund);
    view
}

/// Ends a refund. Returns whether its state changed: a pending refund ends, or one that has
/// succeeded fails.
pub(crate) fn finish_refund(provider: &mut Provider, id: &str, outcome: Outcome) -> bool {
    let Some(mut refund) = provider.refunds.get(id).cloned() else { return false };
    refund.status = match (refund.status, outcome) {
        (RefundStatus::Pending, Outcome::Succeeded) => RefundStatus::Succeeded,
        (RefundStatus::Pending | RefundStatus::Succeeded, Outcome::Failed) => RefundStatus::Failed,
        (RefundStatus::Succeeded, Outcome::Succeeded)
        | (RefundStatus::Failed, Outcome::Succeeded | Outcome::Failed) => return false,
    };
    let view = views::refund(&refund);
    provider.emit(EventType::RefundUpdated, &view);
    if outcome == Outcome::Failed {
        book_failure(provider, &refund);
        provider.emit(EventType::RefundFailed, &view);
    }
    provider.refunds.insert(refund.id.clone(), refund);
    true
}

/// Books the amount of a failed refund back to the merchant, from where it can be refunded again.
fn book_failure(provider: &mut Provider, refund: &Refund) {
    let Some(mut intent) = provider.intents.get(&refund.intent).cloned() else { return };
    provider.enter(EntryKind::Returned, &intent, Source::Refund(refund), refund.amount);
    if let State::Succeeded { charge } = &mut intent.state {
        charge.refunded -= refund.amount;
    }
    provider.save_intent(intent);
}

/// Opens a dispute over the captured amount of a payment intent, or over a part of it, and withdraws
/// its money. Returns the dispute's id; `None` if less than the amount is left.
pub(crate) fn open_dispute(
    provider: &mut Provider,
    intent: &str,
    amount: Option<i64>,
) -> Option<String> {
    let intent = provider.intents.get(intent).cloned()?;
    let State::Succeeded { charge } = &intent.state else { return None };
    let disputed = provider.disputes_of(&intent.id).filter(|dispute| dispute.has_money());
    let left = charge.captured - disputed.map(|dispute| dispute.amount).sum::<i64>();
    let amount = amount.unwrap_or(left);
    if !(1..=left).contains(&amount) {
        return None;
    }
    let dispute = Dispute {
        id: provider.ids.next("dp"),
        intent: intent.id.clone(),
        charge: charge.id.clone(),
        amount,
        currency: intent.currency,
        created: provider.cause.at,
        status: DisputeStatus::NeedsResponse,
    };
    provider.enter(EntryKind::Withdrawn, &intent, Source::Dispute(&dispute), amount);
    let view = views::dispute(&dispute);
    provider.disputes.insert(dispute.id.clone(), dispute.clone());
    provider.emit(EventType::DisputeCreated, &view);
    provider.emit(EventType::DisputeFundsWithdrawn, &view);
    Some(dispute.id)
}

/// Closes a dispute, for or against the merchant. Returns whether it was open.
pub(crate) fn close_dispute(provider: &mut Provider, id: &str, outcome: Outcome) -> bool {
    let Some(mut dispute) = provider.disputes.get(id).cloned() else { return false };
    let Some(intent) = provider.intents.get(&dispute.intent).cloned() else { return false };
    if dispute.status != DisputeStatus::NeedsResponse {
        return false;
    }
    dispute.status = match outcome {
        Outcome::Succeeded => DisputeStatus::Won,
        Outcome::Failed => DisputeStatus::Lost,
    };
    let view = views::dispute(&dispute);
    provider.emit(EventType::DisputeClosed, &view);
    if outcome == Outcome::Succeeded {
        let source = Source::Dispute(&dispute);
        provider.enter(EntryKind::Reinstated, &intent, source, dispute.amount);
        provider.emit(EventType::DisputeFundsReinstated, &view);
    }
    provider.disputes.insert(dispute.id.clone(), dispute);
    true
}
