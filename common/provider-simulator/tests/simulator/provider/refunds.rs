//! Refunds: never more than was captured; each emits events.

use crate::prelude::*;

const TEN_SECONDS: Duration = Duration::from_secs(10);
const MS: Duration = Duration::from_millis(1);

fn part(intent: &str, amount: i64) -> Request {
    create_refund(intent).with("amount", amount)
}

#[test]
fn partial_refunds_are_accepted_up_to_the_captured_amount() {
    let mut merchant = Merchant::new();
    let id = merchant.sell("pm_card_visa");
    merchant.get(&part(&id, 60_000));
    merchant.fail(&part(&id, 40_001), 400, &json!({ "param": "amount" }));
    merchant.get(&part(&id, 15_000));
    assert_eq!(merchant.get(&create_refund(&id))["amount"], 25_000);
    for request in [create_refund(&id), part(&id, 1)] {
        merchant.fail(&request, 400, &json!({ "code": "charge_already_refunded" }));
    }
    let totals = merchant.totals(&id);
    assert_eq!((totals.captured, totals.refunded, totals.kept), (AMOUNT, AMOUNT, 0));
    assert_eq!(merchant.status(&id), IntentStatus::Succeeded);
}

#[test]
fn a_partial_capture_limits_refunds() {
    let mut merchant = Merchant::new();
    let id = merchant.pay("pm_card_visa");
    let taken = merchant.get(&capture(&id).with("amount_to_capture", 30_000));
    let amounts = json!({ "amount": AMOUNT, "amount_received": 30_000, "amount_capturable": 0 });
    has("taken", &taken, &amounts);
    merchant.fail(&part(&id, 30_001), 400, &json!({}));
    assert_eq!(merchant.get(&create_refund(&id))["amount"], 30_000);
    let totals = merchant.totals(&id);
    let found = (totals.authorized, totals.released, totals.held, totals.kept);
    assert_eq!(found, (AMOUNT, 70_000, 0, 0));
}

#[test]
fn a_capture_cannot_exceed_the_authorisation() {
    let mut merchant = Merchant::new();
    let id = merchant.pay("pm_card_visa");
    for (amount, code) in [(100_001, "amount_too_large"), (0, "parameter_invalid_integer")] {
        let capture = capture(&id).with("amount_to_capture", amount);
        merchant.fail(&capture, 400, &json!({ "code": code, "param": "amount_to_capture" }));
    }
    assert_eq!(merchant.status(&id), IntentStatus::RequiresCapture);
}

#[test]
fn a_refund_emits_events() {
    let mut merchant = Merchant::new();
    let id = merchant.sell("pm_card_visa");
    merchant.take_events();
    let refund = merchant.get(&part(&id, 60_000).with_metadata("refund", 3));
    has("refund", &refund, &json!({ "status": "succeeded", "payment_intent": id }));
    assert_eq!(merchant.take_events(), [EventType::RefundCreated, EventType::ChargeRefunded]);
    assert_eq!(merchant.get(&retrieve_refund(&text(&refund, "id"))), refund);
    let entry = merchant.provider.ledger.entries.last().unwrap();
    assert_eq!(entry.metadata["order"], "17");
    assert_eq!(entry.refund_metadata["refund"], "3");
    merchant.pass(TEN_SECONDS);
    assert_eq!(merchant.take_events(), []);
}

#[test]
fn a_pending_refund_succeeds_after_ten_seconds() {
    let mut merchant = Merchant::new();
    let id = merchant.sell("pm_card_pendingRefund");
    let refund = merchant.get(&create_refund(&id));
    has("refund", &refund, &json!({ "status": "pending", "pending_reason": "processing" }));
    let refund = text(&refund, "id");
    merchant.take_events();
    merchant.pass(TEN_SECONDS.saturating_sub(MS));
    assert_eq!(merchant.provider.refunds[&refund].status, RefundStatus::Pending);
    merchant.pass(MS);
    let shown = merchant.get(&retrieve_refund(&refund));
    has("shown", &shown, &json!({ "status": "succeeded", "failure_reason": null }));
    assert_eq!(merchant.take_events(), [EventType::RefundUpdated]);
    assert_eq!(merchant.totals(&id).kept, 0);
}

#[test]
fn a_failed_refund_returns_the_money_and_can_be_repeated() {
    let mut merchant = Merchant::new();
    let id = merchant.sell("pm_card_refundFail");
    let refund = merchant.get(&create_refund(&id));
    assert_eq!(refund["status"], "succeeded");
    merchant.take_events();
    assert_eq!(merchant.totals(&id).kept, 0);
    merchant.pass(TEN_SECONDS);
    let failed = merchant.get(&retrieve_refund(&text(&refund, "id")));
    has("failed", &failed, &json!({ "status": "failed", "failure_reason": "unknown" }));
    assert_eq!(merchant.take_events(), [EventType::RefundUpdated, EventType::RefundFailed]);
    let totals = merchant.totals(&id);
    assert_eq!((totals.refunded, totals.returned, totals.kept), (AMOUNT, AMOUNT, AMOUNT));
    merchant.refund(&id);
}

#[test]
fn the_control_api_ends_a_refund_once() {
    use RefundStatus::{Failed, Pending, Succeeded};
    for (card, before, outcome, after) in [
        ("pm_card_pendingRefund", Pending, Outcome::Succeeded, Some(Succeeded)),
        ("pm_card_pendingRefund", Pending, Outcome::Failed, Some(Failed)),
        ("pm_card_visa", Succeeded, Outcome::Succeeded, None),
        ("pm_card_visa", Succeeded, Outcome::Failed, Some(Failed)),
    ] {
        let case = format!("{card} {outcome:?}");
        let mut merchant = Merchant::new();
        let id = merchant.sell(card);
        let refund = merchant.refund(&id);
        let status = |merchant: &Merchant| merchant.provider.refunds[&refund].status;
        assert_eq!(status(&merchant), before, "{case}");
        let ended = merchant.provider.act(Action::EndRefund(outcome), &refund, merchant.now);
        assert_eq!(ended.is_ok(), after.is_some(), "{case}");
        let after = after.unwrap_or(before);
        assert_eq!(status(&merchant), after, "{case}");
        // The scheduled end of the refund has no effect.
        merchant.pass(TEN_SECONDS);
        assert_eq!(status(&merchant), after, "{case}");
        let again =
            merchant.provider.act(Action::EndRefund(Outcome::Failed), &refund, merchant.now);
        assert_eq!(again.is_err(), after == Failed, "{case}");
    }
}

#[test]
fn a_refund_names_its_payment() {
    let missing = Request::new(Method::Post, "/v1/refunds");
    Merchant::new().fail(&missing, 400, &json!({ "param": "payment_intent" }));
}

#[test]
fn cancelling_an_authorisation_creates_no_refund() {
    let mut merchant = Merchant::new();
    let id = merchant.pay("pm_card_visa");
    merchant.take_events();
    assert!(merchant.get(&cancel(&id))["canceled_at"].is_i64());
    assert_eq!(merchant.take_events(), [EventType::IntentCanceled]);
    let totals = merchant.totals(&id);
    assert_eq!((totals.released, totals.refunded, totals.held), (AMOUNT, 0, 0));
    assert!(merchant.provider.refunds.is_empty());
}
