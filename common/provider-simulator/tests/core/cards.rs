//! What each test card does.

use std::time::Duration;

use crate::shop::{AMOUNT, Shop, text};
use provider_simulator::{EventType, IntentStatus, Outcome, Request};
use serde_json::{Value, json};

#[test]
fn a_declined_card_says_why_and_another_may_be_tried() {
    let declines = [
        ("pm_card_chargeDeclined", "card_declined", json!("generic_decline")),
        ("pm_card_visa_chargeDeclined", "card_declined", json!("generic_decline")),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", json!("insufficient_funds")),
        ("pm_card_chargeDeclinedLostCard", "card_declined", json!("lost_card")),
        ("pm_card_chargeDeclinedStolenCard", "card_declined", json!("stolen_card")),
        ("pm_card_chargeDeclinedFraudulent", "card_declined", json!("fraudulent")),
        (
            "pm_card_chargeDeclinedVelocityLimitExceeded",
            "card_declined",
            json!("card_velocity_exceeded"),
        ),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", Value::Null),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", Value::Null),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", Value::Null),
    ];
    for (card, code, reason) in declines {
        let mut shop = Shop::new();
        let id = shop.create();
        let (status, error) = shop.fail(&Request::confirm_intent(&id, card));
        assert_eq!((status, &error["type"]), (402, &json!("card_error")), "{card}");
        assert_eq!((&error["code"], &error["decline_code"]), (&json!(code), &reason), "{card}");
        let intent = &error["payment_intent"];
        assert_eq!(
            (&intent["id"], &intent["status"]),
            (&json!(id), &json!("requires_payment_method"))
        );
        assert_eq!(intent["last_payment_error"]["code"], code);
        assert_eq!(intent["last_payment_error"]["decline_code"], reason);
        assert_eq!(intent["latest_charge"], error["charge"]);
        assert_eq!(shop.provider.ledger().of(&id).count(), 0);
        let paid = shop.get(&Request::confirm_intent(&id, "pm_card_visa"));
        assert_eq!(
            (&paid["status"], &paid["last_payment_error"]),
            (&json!("requires_capture"), &Value::Null)
        );
    }
}

#[test]
fn a_card_declined_while_creating_leaves_an_intent() {
    let mut shop = Shop::new();
    let create = Request::create_intent(AMOUNT, "usd").confirmed_with("pm_card_chargeDeclined");
    let (status, error) = shop.fail(&create);
    assert_eq!(status, 402);
    let id = text(&error["payment_intent"], "id");
    assert_eq!(shop.status(&id), IntentStatus::RequiresPaymentMethod);
    assert_eq!(shop.take_events(), [EventType::IntentCreated, EventType::IntentPaymentFailed]);
}

#[test]
fn money_taken_at_once_needs_no_capture() {
    let mut shop = Shop::new();
    let create = Request::create_intent(AMOUNT, "usd").with("capture_method", "automatic");
    let paid = shop.get(&create.confirmed_with("pm_card_visa"));
    assert_eq!((&paid["status"], &paid["amount_received"]), (&json!("succeeded"), &json!(AMOUNT)));
    let totals = shop.provider.ledger().totals_of(&text(&paid, "id"));
    assert_eq!((totals.authorized, totals.captured, totals.held), (AMOUNT, AMOUNT, 0));
}

#[test]
fn a_challenge_says_where_to_go() {
    let mut shop = Shop::new();
    shop.provider.set_base("https://provider.example");
    let id = shop.create();
    let confirm = Request::confirm_intent(&id, "pm_card_authenticationRequired");
    let url = format!("https://provider.example/_simulator/challenges/{id}");
    let open = shop.get(&confirm);
    assert_eq!(open["next_action"]["type"], "use_stripe_sdk");
    assert_eq!(open["next_action"]["use_stripe_sdk"]["stripe_js"], url);
    let open = shop.get(&confirm.with("return_url", "https://shop.example/back"));
    let expected = json!({
        "type": "redirect_to_url",
        "redirect_to_url": { "url": url, "return_url": "https://shop.example/back" },
    });
    assert_eq!(open["next_action"], expected);
    assert!(text(&open, "client_secret").starts_with(&format!("{id}_secret_")));
}

#[test]
fn a_challenge_ends_one_way_or_the_other_and_may_be_followed_by_a_decline() {
    let declined = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds";
    let failed = Some("payment_intent_authentication_failure");
    for (card, outcome, status, code) in [
        ("pm_card_authenticationRequired", Outcome::Succeeded, "requires_capture", None),
        ("pm_card_threeDSecure2Required", Outcome::Succeeded, "requires_capture", None),
        ("pm_card_authenticationRequired", Outcome::Failed, "requires_payment_method", failed),
        (declined, Outcome::Succeeded, "requires_payment_method", Some("card_declined")),
        (declined, Outcome::Failed, "requires_payment_method", failed),
    ] {
        let mut shop = Shop::new();
        let id = shop.pay(card);
        assert_eq!(shop.provider.ledger().of(&id).count(), 0);
        shop.take_events();
        shop.end_challenge(&id, outcome);
        let intent = shop.get(&Request::retrieve_intent(&id));
        assert_eq!(intent["status"], status, "{card} {outcome:?}");
        assert_eq!(intent["last_payment_error"]["code"], json!(code));
        assert_eq!(intent["next_action"], Value::Null);
        let held = if code.is_none() { AMOUNT } else { 0 };
        assert_eq!(shop.provider.ledger().totals_of(&id).held, held);
        let expected = if code.is_none() {
            vec![EventType::ChargeSucceeded, EventType::IntentAmountCapturableUpdated]
        } else {
            vec![EventType::IntentPaymentFailed]
        };
        assert_eq!(shop.take_events(), expected);
    }
}

#[test]
fn money_is_held_for_seven_days() {
    let (week, ms) = (Duration::from_hours(7 * 24), Duration::from_millis(1));
    let almost_a_week = week.saturating_sub(ms);
    let mut shop = Shop::new();
    let (taken, left) = (shop.pay("pm_card_visa"), shop.pay("pm_card_visa"));
    shop.pass(almost_a_week);
    shop.get(&Request::capture_intent(&taken));
    shop.take_events();
    assert_eq!(shop.status(&left), IntentStatus::RequiresCapture);
    shop.pass(ms);
    let intent = shop.get(&Request::retrieve_intent(&left));
    assert_eq!(
        (&intent["status"], &intent["cancellation_reason"]),
        (&json!("canceled"), &json!("expired"))
    );
    assert_eq!(shop.provider.ledger().totals_of(&left).held, 0);
    assert_eq!(shop.status(&taken), IntentStatus::Succeeded);
    assert_eq!(shop.provider.ledger().totals_of(&taken).kept, AMOUNT);
    assert_eq!(shop.take_events(), [EventType::ChargeExpired, EventType::IntentCanceled]);
}

#[test]
fn what_has_come_due_has_happened_before_anything_else_is_done() {
    let late = |shop: &mut Shop| shop.now = shop.now.plus(Duration::from_hours(7 * 24));
    let mut shop = Shop::new();
    let held = shop.pay("pm_card_visa");
    shop.take_events();
    late(&mut shop);
    assert_eq!(shop.fail(&Request::capture_intent(&held)).0, 400);
    shop.pay("pm_card_visa");
    shop.take_events();
    late(&mut shop);
    assert_eq!(shop.take_events(), [EventType::ChargeExpired, EventType::IntentCanceled]);
    let sold = shop.sell("pm_card_pendingRefund");
    let refund = text(&shop.get(&Request::create_refund(&sold)), "id");
    late(&mut shop);
    assert!(shop.provider.finish_refund(&refund, Outcome::Succeeded, shop.now).is_err());
}
