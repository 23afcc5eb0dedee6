//! Refunds: never more than was taken, and told of.

use std::time::Duration;

use crate::shop::{AMOUNT, Shop, text};
use provider_simulator::{EventType, IntentStatus, Outcome, RefundStatus, Request};
use serde_json::json;

const TEN_SECONDS: Duration = Duration::from_secs(10);
const MS: Duration = Duration::from_millis(1);

fn part(intent: &str, amount: i64) -> Request {
    Request::create_refund(intent).with("amount", amount.to_string())
}

#[test]
fn parts_are_given_back_until_nothing_is_left() {
    let mut shop = Shop::new();
    let id = shop.sell("pm_card_visa");
    shop.get(&part(&id, 60_000));
    let (status, error) = shop.fail(&part(&id, 40_001));
    assert_eq!((status, &error["param"]), (400, &json!("amount")));
    shop.get(&part(&id, 15_000));
    let rest = shop.get(&Request::create_refund(&id));
    assert_eq!(rest["amount"], 25_000);
    for request in [Request::create_refund(&id), part(&id, 1)] {
        let (status, error) = shop.fail(&request);
        assert_eq!((status, &error["code"]), (400, &json!("charge_already_refunded")));
    }
    let totals = shop.provider.ledger().totals_of(&id);
    assert_eq!((totals.captured, totals.refunded, totals.kept), (AMOUNT, AMOUNT, 0));
    assert_eq!(shop.status(&id), IntentStatus::Succeeded);
}

#[test]
fn only_what_was_taken_of_a_part_is_given_back() {
    let mut shop = Shop::new();
    let id = shop.pay("pm_card_visa");
    let taken = shop.get(&Request::capture_intent(&id).with("amount_to_capture", "30000"));
    assert_eq!((&taken["amount"], &taken["amount_received"]), (&json!(AMOUNT), &json!(30_000)));
    assert_eq!(taken["amount_capturable"], 0);
    assert_eq!(shop.fail(&part(&id, 30_001)).0, 400);
    assert_eq!(shop.get(&Request::create_refund(&id))["amount"], 30_000);
    let totals = shop.provider.ledger().totals_of(&id);
    assert_eq!(
        (totals.authorized, totals.released, totals.held, totals.kept),
        (AMOUNT, 70_000, 0, 0)
    );
}

#[test]
fn no_more_is_taken_than_is_held() {
    let mut shop = Shop::new();
    let id = shop.pay("pm_card_visa");
    for (amount, code) in [("100001", "amount_too_large"), ("0", "parameter_invalid_integer")] {
        let (status, error) =
            shop.fail(&Request::capture_intent(&id).with("amount_to_capture", amount));
        assert_eq!((status, &error["code"]), (400, &json!(code)));
        assert_eq!(error["param"], "amount_to_capture");
    }
    assert_eq!(shop.status(&id), IntentStatus::RequiresCapture);
}

#[test]
fn a_refund_is_told_of() {
    let mut shop = Shop::new();
    let id = shop.sell("pm_card_visa");
    shop.take_events();
    let refund =
        shop.get(&part(&id, 60_000).with("reason", "duplicate").with_metadata("refund", "3"));
    assert_eq!((&refund["status"], &refund["reason"]), (&json!("succeeded"), &json!("duplicate")));
    assert_eq!(refund["payment_intent"], id);
    assert_eq!(shop.take_events(), [EventType::RefundCreated, EventType::ChargeRefunded]);
    assert_eq!(shop.get(&Request::retrieve_refund(&text(&refund, "id"))), refund);
    let entry = shop.provider.ledger().entries.last().unwrap();
    assert_eq!(
        (entry.metadata["order"].as_str(), entry.refund_metadata["refund"].as_str()),
        ("17", "3")
    );
    shop.pass(TEN_SECONDS);
    assert_eq!(shop.take_events(), []);
}

#[test]
fn a_pending_refund_succeeds_after_ten_seconds() {
    let mut shop = Shop::new();
    let id = shop.sell("pm_card_pendingRefund");
    let refund = shop.get(&Request::create_refund(&id));
    assert_eq!(
        (&refund["status"], &refund["pending_reason"]),
        (&json!("pending"), &json!("processing"))
    );
    let refund = text(&refund, "id");
    shop.take_events();
    shop.pass(TEN_SECONDS.saturating_sub(MS));
    assert_eq!(shop.provider.refund(&refund).unwrap().status(), RefundStatus::Pending);
    shop.pass(MS);
    assert_eq!(shop.provider.refund(&refund).unwrap().status(), RefundStatus::Succeeded);
    assert_eq!(shop.take_events(), [EventType::RefundUpdated]);
    assert_eq!(shop.provider.ledger().totals_of(&id).kept, 0);
}

#[test]
fn a_refund_that_fails_gives_the_money_back_to_the_shop_and_may_be_tried_again() {
    let mut shop = Shop::new();
    let id = shop.sell("pm_card_refundFail");
    let refund = shop.get(&Request::create_refund(&id));
    assert_eq!(refund["status"], "succeeded");
    shop.take_events();
    assert_eq!(shop.provider.ledger().totals_of(&id).kept, 0);
    shop.pass(TEN_SECONDS);
    let failed = shop.get(&Request::retrieve_refund(&text(&refund, "id")));
    assert_eq!(
        (&failed["status"], &failed["failure_reason"]),
        (&json!("failed"), &json!("unknown"))
    );
    assert_eq!(shop.take_events(), [EventType::RefundUpdated, EventType::RefundFailed]);
    let totals = shop.provider.ledger().totals_of(&id);
    assert_eq!((totals.refunded, totals.returned, totals.kept), (AMOUNT, AMOUNT, AMOUNT));
    shop.get(&Request::create_refund(&id));
}

#[test]
fn a_refund_is_ended_by_hand_once() {
    use RefundStatus::{Failed, Pending, Succeeded};
    for (card, before, outcome, after) in [
        ("pm_card_pendingRefund", Pending, Outcome::Succeeded, Some(Succeeded)),
        ("pm_card_pendingRefund", Pending, Outcome::Failed, Some(Failed)),
        ("pm_card_visa", Succeeded, Outcome::Succeeded, None),
        ("pm_card_visa", Succeeded, Outcome::Failed, Some(Failed)),
    ] {
        let mut shop = Shop::new();
        let id = shop.sell(card);
        let refund = text(&shop.get(&Request::create_refund(&id)), "id");
        assert_eq!(shop.provider.refund(&refund).unwrap().status(), before);
        let ended = shop.provider.finish_refund(&refund, outcome, shop.now);
        assert_eq!(ended.is_ok(), after.is_some(), "{card} {outcome:?}");
        let after = after.unwrap_or(before);
        assert_eq!(shop.provider.refund(&refund).unwrap().status(), after);
        // What the card would have done later does not happen any more.
        shop.pass(TEN_SECONDS);
        assert_eq!(shop.provider.refund(&refund).unwrap().status(), after);
        if after == Failed {
            assert!(shop.provider.finish_refund(&refund, Outcome::Failed, shop.now).is_err());
        }
    }
}

#[test]
fn a_refund_may_be_asked_for_by_its_charge() {
    let mut shop = Shop::new();
    let id = shop.sell("pm_card_visa");
    let charge = text(&shop.get(&Request::retrieve_intent(&id)), "latest_charge");
    let by_charge = Request::new(provider_simulator::Method::Post, "/v1/refunds");
    assert_eq!(shop.fail(&by_charge).1["param"], "payment_intent");
    assert_eq!(shop.fail(&by_charge.clone().with("charge", "ch_none")).1["param"], "charge");
    assert_eq!(shop.get(&by_charge.with("charge", charge))["payment_intent"], id);
}

#[test]
fn what_was_only_held_is_let_go_without_a_refund() {
    let mut shop = Shop::new();
    let id = shop.pay("pm_card_visa");
    shop.take_events();
    shop.get(&Request::cancel_intent(&id));
    assert_eq!(shop.take_events(), [EventType::IntentCanceled]);
    let totals = shop.provider.ledger().totals_of(&id);
    assert_eq!((totals.released, totals.refunded, totals.held), (AMOUNT, 0, 0));
    assert!(shop.provider.refunds().is_empty());
}
