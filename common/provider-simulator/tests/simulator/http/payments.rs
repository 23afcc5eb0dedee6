//! Payments through the client, which parses every response.

use stripe::{ApiErrorsCode, ApiErrorsType};
use stripe_core::payment_intent::{CancelPaymentIntent, ListPaymentIntent, RetrievePaymentIntent};
use stripe_shared::{PaymentIntentCaptureMethod, PaymentIntentStatus};
use stripe_types::RangeQueryTs;

use crate::server::{
    AMOUNT, TestServer, cancel, capture, confirm, create, create_with_amount, refused,
};

#[tokio::test]
async fn a_payment_is_created_confirmed_and_captured() {
    let server = TestServer::start();
    let created = server.created().await;
    assert_eq!(created.status, PaymentIntentStatus::RequiresPaymentMethod);
    assert_eq!((created.amount, created.currency.to_string()), (AMOUNT, "usd".to_owned()));
    assert_eq!(created.metadata["payment"], "17");
    assert_eq!(created.created, 1_795_262_400);
    let held = server.send(&confirm(&created, "pm_card_visa")).await.unwrap();
    assert_eq!(held.status, PaymentIntentStatus::RequiresCapture);
    assert_eq!((held.amount_capturable, held.amount_received), (AMOUNT, 0));
    assert!(held.latest_charge.is_some() && held.payment_method.is_some());
    let taken = server.send(&capture(&held)).await.unwrap();
    assert_eq!(taken.status, PaymentIntentStatus::Succeeded);
    assert_eq!((taken.amount_capturable, taken.amount_received), (0, AMOUNT));
    assert_eq!(server.total("kept").await, AMOUNT);
    assert_eq!(server.read("ledger").await["entries"][1]["metadata"]["payment"], "17");
}

#[tokio::test]
async fn a_payment_is_created_and_confirmed_at_once() {
    let server = TestServer::start();
    let paid = create().payment_method("pm_card_mastercard").confirm(true);
    let paid = paid.capture_method(PaymentIntentCaptureMethod::Automatic);
    let paid = server.send(&paid).await.unwrap();
    assert_eq!(paid.status, PaymentIntentStatus::Succeeded);
}

#[tokio::test]
async fn a_payment_is_cancelled() {
    let server = TestServer::start();
    let held = server.confirmed("pm_card_visa").await;
    let cancelled = server.send(&cancel(&held)).await.unwrap();
    assert_eq!(cancelled.status, PaymentIntentStatus::Canceled);
    assert!(cancelled.canceled_at.is_some());
    let (status, error) = refused(server.send(&capture(&held)).await);
    assert_eq!((status, error.code), (400, Some(ApiErrorsCode::PaymentIntentUnexpectedState)));
    assert_eq!(error.payment_intent.unwrap().status, PaymentIntentStatus::Canceled);
    assert_eq!(server.total("held").await, 0);
}

#[tokio::test]
async fn a_decline_contains_its_payment() {
    let server = TestServer::start();
    let created = server.created().await;
    for (card, code, reason) in [
        ("chargeDeclined", ApiErrorsCode::CardDeclined, Some("generic_decline")),
        (
            "chargeDeclinedInsufficientFunds",
            ApiErrorsCode::CardDeclined,
            Some("insufficient_funds"),
        ),
        ("chargeDeclinedExpiredCard", ApiErrorsCode::ExpiredCard, None),
    ] {
        let confirm = confirm(&created, &format!("pm_card_{card}"));
        let (status, error) = refused(server.send(&confirm).await);
        assert_eq!((status, &error.type_), (402, &ApiErrorsType::CardError));
        assert_eq!((error.code, error.decline_code.as_deref()), (Some(code.clone()), reason));
        assert!(error.message.is_some() && error.charge.is_some());
        assert_eq!(error.payment_method.unwrap().card.unwrap().brand, "visa");
        let intent = error.payment_intent.unwrap();
        assert_eq!(intent.id, created.id);
        assert_eq!(intent.status, PaymentIntentStatus::RequiresPaymentMethod);
        let last = intent.last_payment_error.unwrap();
        assert_eq!(last.code, Some(code));
    }
    let held = server.send(&confirm(&created, "pm_card_visa")).await.unwrap();
    assert_eq!(held.status, PaymentIntentStatus::RequiresCapture);
}

#[tokio::test]
async fn a_repeat_returns_the_first_response_and_other_parameters_are_rejected() {
    let server = TestServer::start();
    let first = server.send_keyed("a", &create()).await.unwrap();
    let again = server.send_keyed("a", &create()).await.unwrap();
    assert_eq!((&again.id, &again.client_secret), (&first.id, &first.client_secret));
    let (status, error) = refused(server.send_keyed("a", &create().description("else")).await);
    assert_eq!((status, error.type_), (400, ApiErrorsType::IdempotencyError));
    let declined = confirm(&first, "pm_card_chargeDeclined");
    assert_eq!(refused(server.send_keyed("b", &declined).await).0, 402);
    assert_eq!(refused(server.send_keyed("b", &declined).await).0, 402);
    let intents = server.simulator.with(|provider, _| provider.intents().len());
    assert_eq!(intents, 1);
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let server = TestServer::start();
    let (status, error) = refused(server.send(&create_with_amount(49)).await);
    assert_eq!((status, error.code), (400, Some(ApiErrorsCode::AmountTooSmall)));
    assert_eq!(error.param.as_deref(), Some("amount"));
    let (status, error) = refused(server.send(&create().payment_method("pm_unknown")).await);
    assert_eq!((status, error.code), (400, Some(ApiErrorsCode::ResourceMissing)));
    let (status, error) = refused(server.send(&create().customer("cus_1")).await);
    assert_eq!((status, error.code), (400, Some(ApiErrorsCode::ParameterUnknown)));
    assert_eq!(error.param.as_deref(), Some("customer"));
    let unknown: stripe_shared::PaymentIntentId = "pi_none".parse().unwrap();
    let (status, _) = refused(server.send(&RetrievePaymentIntent::new(unknown)).await);
    assert_eq!(status, 404);
}

#[tokio::test]
async fn payments_are_listed_by_creation() {
    let server = TestServer::start();
    let mut created = Vec::new();
    for _ in 0..12 {
        created.push(server.created().await.id);
        server.clock.advance(std::time::Duration::from_secs(1));
    }
    let since = ListPaymentIntent::new().created(RangeQueryTs::gte(1_795_262_401));
    let page = server.send(&since).await.unwrap();
    assert!(page.has_more && page.data.len() == 10);
    assert_eq!((&page.data[0].id, &page.data[9].id), (&created[11], &created[2]));
    let all = server.send(&ListPaymentIntent::new().limit(100)).await.unwrap();
    assert!(!all.has_more && all.data.len() == 12);
    let rest = ListPaymentIntent::new().starting_after(page.data[9].id.as_str());
    let rest = server.send(&rest).await.unwrap();
    let rest: Vec<_> = rest.data.iter().map(|it| &it.id).collect();
    assert_eq!(rest, [&created[1], &created[0]]);
}

#[tokio::test]
async fn every_state_can_be_parsed() {
    use PaymentIntentStatus as Status;
    let server = TestServer::start();
    let cancelled = server.created().await.id;
    server.send(&CancelPaymentIntent::new(cancelled.clone())).await.unwrap();
    let with_card = server.send(&create().payment_method("pm_card_visa")).await.unwrap();
    let challenged = server.confirmed("pm_card_authenticationRequired").await.id;
    let processing = server.confirmed("pm_card_simulator_processing").await.id;
    for (intent, status) in [
        (server.created().await.id, Status::RequiresPaymentMethod),
        (with_card.id, Status::RequiresConfirmation),
        (challenged, Status::RequiresAction),
        (processing, Status::Processing),
        (server.confirmed("pm_card_visa").await.id, Status::RequiresCapture),
        (server.sold("pm_card_visa").await.id, Status::Succeeded),
        (cancelled, Status::Canceled),
    ] {
        let read = server.send(&RetrievePaymentIntent::new(intent)).await.unwrap();
        assert_eq!(read.status, status);
    }
}
