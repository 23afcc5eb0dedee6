//! Behaviour of each test card.

use crate::prelude::*;

const WEEK: Duration = Duration::from_hours(7 * 24);

#[test]
fn a_decline_has_a_code_and_another_card_can_be_tried() {
    for (card, code, reason) in [
        ("chargeDeclined", "card_declined", Some("generic_decline")),
        ("visa_chargeDeclined", "card_declined", Some("generic_decline")),
        ("chargeDeclinedInsufficientFunds", "card_declined", Some("insufficient_funds")),
        ("chargeDeclinedLostCard", "card_declined", Some("lost_card")),
        ("chargeDeclinedStolenCard", "card_declined", Some("stolen_card")),
        ("chargeDeclinedFraudulent", "card_declined", Some("fraudulent")),
        ("chargeDeclinedVelocityLimitExceeded", "card_declined", Some("card_velocity_exceeded")),
        ("chargeDeclinedExpiredCard", "expired_card", None),
        ("chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("chargeDeclinedProcessingError", "processing_error", None),
    ] {
        let mut merchant = Merchant::new();
        let id = merchant.create();
        let confirmation = confirm(&id, &format!("pm_card_{card}"));
        let why = json!({ "code": code, "decline_code": reason });
        let intent =
            json!({ "id": id, "status": "requires_payment_method", "last_payment_error": why });
        let error = merchant.fail(&confirmation, 402, &why);
        let card_of = json!({ "card": { "brand": "visa" } });
        let parts =
            json!({ "type": "card_error", "payment_intent": intent, "payment_method": card_of });
        has(card, &error, &parts);
        assert!(error["message"].is_string() && error["charge"].is_string(), "{card}");
        assert_eq!(error["payment_intent"]["latest_charge"], error["charge"], "{card}");
        assert_eq!(merchant.provider.ledger.of(&id).count(), 0, "{card}");
        let paid = merchant.get(&confirm(&id, "pm_card_visa"));
        has(card, &paid, &json!({ "status": "requires_capture", "last_payment_error": null }));
    }
}

#[test]
fn a_decline_during_creation_keeps_the_intent() {
    let mut merchant = Merchant::new();
    let create = Request::create_intent(AMOUNT, "usd").confirmed_with("pm_card_chargeDeclined");
    let error = merchant.fail(&create, 402, &json!({}));
    let id = text(&error["payment_intent"], "id");
    assert_eq!(merchant.status(&id), IntentStatus::RequiresPaymentMethod);
    assert_eq!(merchant.take_events(), [EventType::IntentCreated, EventType::IntentPaymentFailed]);
}

#[test]
fn automatic_capture_needs_no_capture_call() {
    for card in ["pm_card_visa", "pm_card_mastercard"] {
        let mut merchant = Merchant::new();
        let create = Request::create_intent(AMOUNT, "usd").with("capture_method", "automatic");
        let paid = merchant.get(&create.confirmed_with(card));
        has(card, &paid, &json!({ "status": "succeeded", "amount_received": AMOUNT }));
        let totals = merchant.totals(&text(&paid, "id"));
        assert_eq!((totals.authorized, totals.captured, totals.held), (AMOUNT, AMOUNT, 0));
    }
}

#[test]
fn a_challenge_returns_its_url() {
    let mut merchant = Merchant::new();
    merchant.provider.base = "https://provider.example".to_owned();
    let id = merchant.create();
    let confirmation = confirm(&id, "pm_card_authenticationRequired");
    let url = format!("https://provider.example/_simulator/challenges/{id}");
    let open = merchant.get(&confirmation);
    let script = json!({ "type": "use_stripe_sdk", "use_stripe_sdk": { "stripe_js": url } });
    has("a script", &open["next_action"], &script);
    let open = merchant.get(&confirmation.with("return_url", "https://shop.example/back"));
    let expected = json!({
        "type": "redirect_to_url",
        "redirect_to_url": { "url": url, "return_url": "https://shop.example/back" },
    });
    assert_eq!(open["next_action"], expected);
    assert!(text(&open, "client_secret").starts_with(&format!("{id}_secret_")));
}

#[test]
fn a_challenge_passes_or_fails_and_may_be_followed_by_a_decline() {
    let declined = "authenticationRequiredChargeDeclinedInsufficientFunds";
    let failed = Some("payment_intent_authentication_failure");
    for (card, outcome, status, code) in [
        ("authenticationRequired", Outcome::Succeeded, "requires_capture", None),
        ("threeDSecure2Required", Outcome::Succeeded, "requires_capture", None),
        ("authenticationRequired", Outcome::Failed, "requires_payment_method", failed),
        (declined, Outcome::Succeeded, "requires_payment_method", Some("card_declined")),
        (declined, Outcome::Failed, "requires_payment_method", failed),
    ] {
        let case = format!("{card} {outcome:?}");
        let mut merchant = Merchant::new();
        let id = merchant.pay(&format!("pm_card_{card}"));
        assert_eq!(merchant.provider.ledger.of(&id).count(), 0, "{case}");
        merchant.take_events();
        merchant.act(Action::EndChallenge(outcome), &id);
        let intent = merchant.get(&Request::retrieve_intent(&id));
        has(&case, &intent, &json!({ "status": status, "next_action": null }));
        assert_eq!(intent["last_payment_error"]["code"], json!(code), "{case}");
        let (held, events) = if code.is_none() {
            (AMOUNT, vec![EventType::ChargeSucceeded, EventType::IntentAmountCapturableUpdated])
        } else {
            (0, vec![EventType::IntentPaymentFailed])
        };
        assert_eq!((merchant.totals(&id).held, merchant.take_events()), (held, events), "{case}");
        if code.is_some() {
            let paid = merchant.get(&confirm(&id, "pm_card_visa"));
            assert_eq!(paid["status"], "requires_capture", "{case}");
        }
    }
}

#[test]
fn an_authorisation_expires_after_seven_days() {
    let ms = Duration::from_millis(1);
    let mut merchant = Merchant::new();
    let (taken, left) = (merchant.pay("pm_card_visa"), merchant.pay("pm_card_visa"));
    merchant.pass(WEEK.saturating_sub(ms));
    merchant.get(&capture(&taken));
    merchant.take_events();
    assert_eq!(merchant.status(&left), IntentStatus::RequiresCapture);
    merchant.pass(ms);
    let intent = merchant.get(&Request::retrieve_intent(&left));
    has("left", &intent, &json!({ "status": "canceled", "cancellation_reason": "expired" }));
    assert_eq!(merchant.totals(&left).held, 0);
    assert_eq!(merchant.status(&taken), IntentStatus::Succeeded);
    assert_eq!(merchant.totals(&taken).kept, AMOUNT);
    assert_eq!(merchant.take_events(), [EventType::ChargeExpired, EventType::IntentCanceled]);
}

#[test]
fn due_actions_run_before_a_call() {
    let late = |merchant: &mut Merchant| merchant.now = merchant.now.plus(WEEK);
    let mut merchant = Merchant::new();
    let held = merchant.pay("pm_card_visa");
    merchant.take_events();
    late(&mut merchant);
    merchant.fail(&capture(&held), 400, &json!({}));
    merchant.pay("pm_card_visa");
    merchant.take_events();
    late(&mut merchant);
    assert_eq!(merchant.take_events(), [EventType::ChargeExpired, EventType::IntentCanceled]);
    let sold = merchant.sell("pm_card_pendingRefund");
    let refund = merchant.refund(&sold);
    late(&mut merchant);
    merchant.cannot(Action::EndRefund(Outcome::Succeeded), &refund);
}
