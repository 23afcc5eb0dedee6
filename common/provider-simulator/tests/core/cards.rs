//! Behaviour of each test card.

use std::time::Duration;

use crate::merchant::{AMOUNT, Merchant, text};
use provider_simulator::{EventType, IntentStatus, Outcome, Request};
use serde_json::{Value, json};

#[test]
fn a_decline_has_a_code_and_another_card_can_be_tried() {
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
        let mut merchant = Merchant::new();
        let id = merchant.create();
        let (status, error) = merchant.fail(&Request::confirm_intent(&id, card));
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
        assert_eq!(merchant.provider.ledger().of(&id).count(), 0);
        let paid = merchant.get(&Request::confirm_intent(&id, "pm_card_visa"));
        assert_eq!(
            (&paid["status"], &paid["last_payment_error"]),
            (&json!("requires_capture"), &Value::Null)
        );
    }
}

#[test]
fn a_decline_during_creation_keeps_the_intent() {
    let mut merchant = Merchant::new();
    let create = Request::create_intent(AMOUNT, "usd").confirmed_with("pm_card_chargeDeclined");
    let (status, error) = merchant.fail(&create);
    assert_eq!(status, 402);
    let id = text(&error["payment_intent"], "id");
    assert_eq!(merchant.status(&id), IntentStatus::RequiresPaymentMethod);
    assert_eq!(merchant.take_events(), [EventType::IntentCreated, EventType::IntentPaymentFailed]);
}

#[test]
fn automatic_capture_needs_no_capture_call() {
    let mut merchant = Merchant::new();
    let create = Request::create_intent(AMOUNT, "usd").with("capture_method", "automatic");
    let paid = merchant.get(&create.confirmed_with("pm_card_visa"));
    assert_eq!((&paid["status"], &paid["amount_received"]), (&json!("succeeded"), &json!(AMOUNT)));
    let totals = merchant.provider.ledger().totals_of(&text(&paid, "id"));
    assert_eq!((totals.authorized, totals.captured, totals.held), (AMOUNT, AMOUNT, 0));
}

#[test]
fn a_challenge_returns_its_url() {
    let mut merchant = Merchant::new();
    merchant.provider.set_base("https://provider.example");
    let id = merchant.create();
    let confirm = Request::confirm_intent(&id, "pm_card_authenticationRequired");
    let url = format!("https://provider.example/_simulator/challenges/{id}");
    let open = merchant.get(&confirm);
    assert_eq!(open["next_action"]["type"], "use_stripe_sdk");
    assert_eq!(open["next_action"]["use_stripe_sdk"]["stripe_js"], url);
    let open = merchant.get(&confirm.with("return_url", "https://shop.example/back"));
    let expected = json!({
        "type": "redirect_to_url",
        "redirect_to_url": { "url": url, "return_url": "https://shop.example/back" },
    });
    assert_eq!(open["next_action"], expected);
    assert!(text(&open, "client_secret").starts_with(&format!("{id}_secret_")));
}

#[test]
fn a_challenge_passes_or_fails_and_may_be_followed_by_a_decline() {
    let declined = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds";
    let failed = Some("payment_intent_authentication_failure");
    for (card, outcome, status, code) in [
        ("pm_card_authenticationRequired", Outcome::Succeeded, "requires_capture", None),
        ("pm_card_threeDSecure2Required", Outcome::Succeeded, "requires_capture", None),
        ("pm_card_authenticationRequired", Outcome::Failed, "requires_payment_method", failed),
        (declined, Outcome::Succeeded, "requires_payment_method", Some("card_declined")),
        (declined, Outcome::Failed, "requires_payment_method", failed),
    ] {
        let mut merchant = Merchant::new();
        let id = merchant.pay(card);
        assert_eq!(merchant.provider.ledger().of(&id).count(), 0);
        merchant.take_events();
        merchant.end_challenge(&id, outcome);
        let intent = merchant.get(&Request::retrieve_intent(&id));
        assert_eq!(intent["status"], status, "{card} {outcome:?}");
        assert_eq!(intent["last_payment_error"]["code"], json!(code));
        assert_eq!(intent["next_action"], Value::Null);
        let held = if code.is_none() { AMOUNT } else { 0 };
        assert_eq!(merchant.provider.ledger().totals_of(&id).held, held);
        let expected = if code.is_none() {
            vec![EventType::ChargeSucceeded, EventType::IntentAmountCapturableUpdated]
        } else {
            vec![EventType::IntentPaymentFailed]
        };
        assert_eq!(merchant.take_events(), expected);
    }
}

#[test]
fn an_authorisation_expires_after_seven_days() {
    let (week, ms) = (Duration::from_hours(7 * 24), Duration::from_millis(1));
    let almost_a_week = week.saturating_sub(ms);
    let mut merchant = Merchant::new();
    let (taken, left) = (merchant.pay("pm_card_visa"), merchant.pay("pm_card_visa"));
    merchant.pass(almost_a_week);
    merchant.get(&Request::capture_intent(&taken));
    merchant.take_events();
    assert_eq!(merchant.status(&left), IntentStatus::RequiresCapture);
    merchant.pass(ms);
    let intent = merchant.get(&Request::retrieve_intent(&left));
    assert_eq!(
        (&intent["status"], &intent["cancellation_reason"]),
        (&json!("canceled"), &json!("expired"))
    );
    assert_eq!(merchant.provider.ledger().totals_of(&left).held, 0);
    assert_eq!(merchant.status(&taken), IntentStatus::Succeeded);
    assert_eq!(merchant.provider.ledger().totals_of(&taken).kept, AMOUNT);
    assert_eq!(merchant.take_events(), [EventType::ChargeExpired, EventType::IntentCanceled]);
}

#[test]
fn due_actions_run_before_a_call() {
    let late =
        |merchant: &mut Merchant| merchant.now = merchant.now.plus(Duration::from_hours(7 * 24));
    let mut merchant = Merchant::new();
    let held = merchant.pay("pm_card_visa");
    merchant.take_events();
    late(&mut merchant);
    assert_eq!(merchant.fail(&Request::capture_intent(&held)).0, 400);
    merchant.pay("pm_card_visa");
    merchant.take_events();
    late(&mut merchant);
    assert_eq!(merchant.take_events(), [EventType::ChargeExpired, EventType::IntentCanceled]);
    let sold = merchant.sell("pm_card_pendingRefund");
    let refund = text(&merchant.get(&Request::create_refund(&sold)), "id");
    late(&mut merchant);
    assert!(merchant.provider.finish_refund(&refund, Outcome::Succeeded, merchant.now).is_err());
}
