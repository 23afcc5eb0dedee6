//! Refunds: never more than was captured; each emits events.

use std::time::Duration;

use crate::merchant::{AMOUNT, Merchant, text};
use provider_simulator::{EventType, IntentStatus, Outcome, RefundStatus, Request};
use serde_json::json;

const TEN_SECONDS: Duration = Duration::from_secs(10);
const MS: Duration = Duration::from_millis(1);

fn part(intent: &str, amount: i64) -> Request {
    Request::create_refund(intent).with("amount", amount.to_string())
}

#[test]
fn partial_refunds_are_accepted_up_to_the_captured_amount() {
    let mut merchant = Merchant::new();
    let id = merchant.sell("pm_card_visa");
    merchant.get(&part(&id, 60_000));
    let (status, error) = merchant.fail(&part(&id, 40_001));
    assert_eq!((status, &error["param"]), (400, &json!("amount")));
    merchant.get(&part(&id, 15_000));
    let rest = merchant.get(&Request::create_refund(&id));
    assert_eq!(rest["amount"], 25_000);
    for request in [Request::create_refund(&id), part(&id, 1)] {
        let (status, error) = merchant.fail(&request);
        assert_eq!((status, &error["code"]), (400, &json!("charge_already_refunded")));
    }
    let totals = merchant.provider.ledger().totals_of(&id);
    assert_eq!((totals.captured, totals.refunded, totals.kept), (AMOUNT, AMOUNT, 0));
    assert_eq!(merchant.status(&id), IntentStatus::Succeeded);
}

#[test]
fn a_partial_capture_limits_refunds() {
    let mut merchant = Merchant::new();
    let id = merchant.pay("pm_card_visa");
    let taken = merchant.get(&Request::capture_intent(&id).with("amount_to_capture", "30000"));
    assert_eq!((&taken["amount"], &taken["amount_received"]), (&json!(AMOUNT), &json!(30_000)));
    assert_eq!(taken["amount_capturable"], 0);
    assert_eq!(merchant.fail(&part(&id, 30_001)).0, 400);
    assert_eq!(merchant.get(&Request::create_refund(&id))["amount"], 30_000);
    let totals = merchant.provider.ledger().totals_of(&id);
    assert_eq!(
        (totals.authorized, totals.released, totals.held, totals.kept),
        (AMOUNT, 70_000, 0, 0)
    );
}

#[test]
fn a_capture_cannot_exceed_the_authorisation() {
    let mut merchant = Merchant::new();
    let id = merchant.pay("pm_card_visa");
    for (amount, code) in [("100001", "amount_too_large"), ("0", "parameter_invalid_integer")] {
        let (status, error) =
            merchant.fail(&Request::capture_intent(&id).with("amount_to_capture", amount));
        assert_eq!((status, &error["code"]), (400, &json!(code)));
        assert_eq!(error["param"], "amount_to_capture");
    }
    assert_eq!(merchant.status(&id), IntentStatus::RequiresCapture);
}

#[test]
fn a_refund_emits_events() {
    let mut merchant = Merchant::new();
    let id = merchant.sell("pm_card_visa");
    merchant.take_events();
    let refund =
        merchant.get(&part(&id, 60_000).with("reason", "duplicate").with_metadata("refund", "3"));
    assert_eq!((&refund["status"], &refund["reason"]), (&json!("succeeded"), &json!("duplicate")));
    assert_eq!(refund["payment_intent"], id);
    assert_eq!(merchant.take_events(), [EventType::RefundCreated, EventType::ChargeRefunded]);
    assert_eq!(merchant.get(&Request::retrieve_refund(&text(&refund, "id"))), refund);
    let entry = merchant.provider.ledger().entries.last().unwrap();
    assert_eq!(
        (entry.metadata["order"].as_str(), entry.refund_metadata["refund"].as_str()),
        ("17", "3")
    );
    merchant.pass(TEN_SECONDS);
    assert_eq!(merchant.take_events(), []);
}

#[test]
fn a_pending_refund_succeeds_after_ten_seconds() {
    let mut merchant = Merchant::new();
    let id = merchant.sell("pm_card_pendingRefund");
    let refund = merchant.get(&Request::create_refund(&id));
    assert_eq!(
        (&refund["status"], &refund["pending_reason"]),
        (&json!("pending"), &json!("processing"))
    );
    let refund = text(&refund, "id");
    merchant.take_events();
    merchant.pass(TEN_SECONDS.saturating_sub(MS));
    assert_eq!(merchant.provider.refunds()[&refund].status, RefundStatus::Pending);
    merchant.pass(MS);
    assert_eq!(merchant.provider.refunds()[&refund].status, RefundStatus::Succeeded);
    assert_eq!(merchant.take_events(), [EventType::RefundUpdated]);
    assert_eq!(merchant.provider.ledger().totals_of(&id).kept, 0);
}

#[test]
fn a_failed_refund_returns_the_money_and_can_be_repeated() {
    let mut merchant = Merchant::new();
    let id = merchant.sell("pm_card_refundFail");
    let refund = merchant.get(&Request::create_refund(&id));
    assert_eq!(refund["status"], "succeeded");
    merchant.take_events();
    assert_eq!(merchant.provider.ledger().totals_of(&id).kept, 0);
    merchant.pass(TEN_SECONDS);
    let failed = merchant.get(&Request::retrieve_refund(&text(&refund, "id")));
    assert_eq!(
        (&failed["status"], &failed["failure_reason"]),
        (&json!("failed"), &json!("unknown"))
    );
    assert_eq!(merchant.take_events(), [EventType::RefundUpdated, EventType::RefundFailed]);
    let totals = merchant.provider.ledger().totals_of(&id);
    assert_eq!((totals.refunded, totals.returned, totals.kept), (AMOUNT, AMOUNT, AMOUNT));
    merchant.get(&Request::create_refund(&id));
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
        let mut merchant = Merchant::new();
        let id = merchant.sell(card);
        let refund = text(&merchant.get(&Request::create_refund(&id)), "id");
        assert_eq!(merchant.provider.refunds()[&refund].status, before);
        let ended = merchant.provider.finish_refund(&refund, outcome, merchant.now);
        assert_eq!(ended.is_ok(), after.is_some(), "{card} {outcome:?}");
        let after = after.unwrap_or(before);
        assert_eq!(merchant.provider.refunds()[&refund].status, after);
        // The scheduled end of the refund has no effect.
        merchant.pass(TEN_SECONDS);
        assert_eq!(merchant.provider.refunds()[&refund].status, after);
        if after == Failed {
            assert!(
                merchant.provider.finish_refund(&refund, Outcome::Failed, merchant.now).is_err()
            );
        }
    }
}

#[test]
fn a_refund_can_name_the_charge() {
    let mut merchant = Merchant::new();
    let id = merchant.sell("pm_card_visa");
    let charge = text(&merchant.get(&Request::retrieve_intent(&id)), "latest_charge");
    let by_charge = Request::new(provider_simulator::Method::Post, "/v1/refunds");
    assert_eq!(merchant.fail(&by_charge).1["param"], "payment_intent");
    assert_eq!(merchant.fail(&by_charge.clone().with("charge", "ch_none")).1["param"], "charge");
    assert_eq!(merchant.get(&by_charge.with("charge", charge))["payment_intent"], id);
}

#[test]
fn cancelling_an_authorisation_creates_no_refund() {
    let mut merchant = Merchant::new();
    let id = merchant.pay("pm_card_visa");
    merchant.take_events();
    merchant.get(&Request::cancel_intent(&id));
    assert_eq!(merchant.take_events(), [EventType::IntentCanceled]);
    let totals = merchant.provider.ledger().totals_of(&id);
    assert_eq!((totals.released, totals.refunded, totals.held), (AMOUNT, 0, 0));
    assert!(merchant.provider.refunds().is_empty());
}
