//! The client of Stripe's API, over HTTP and in the same process.

use std::collections::HashMap;
use std::time::Duration;

use miniserde::Deserialize;
use provider_simulator::http::{Deliveries, Simulator};
use provider_simulator::{Fault, FaultKind, InProcess, Operation, Provider};
use sources::{Clock, ManualClock};
use stripe::StripeError;
use stripe::{ApiErrorsCode, ApiErrorsType, ClientBuilder, IdempotencyKey, RequestStrategy};
use stripe_client_core::{StripeClient, StripeRequest};
use stripe_core::payment_intent::{
    CancelPaymentIntent, CapturePaymentIntent, ConfirmPaymentIntent, CreatePaymentIntent,
    CreatePaymentIntentAutomaticPaymentMethods,
    CreatePaymentIntentAutomaticPaymentMethodsAllowRedirects as AllowRedirects, ListPaymentIntent,
    RetrievePaymentIntent,
};
use stripe_core::refund::{CreateRefund, ListRefund, RetrieveRefund};
use stripe_shared::{PaymentIntentCaptureMethod, PaymentIntentStatus};
use stripe_types::{Currency, RangeQueryTs};

const AMOUNT: i64 = 2_050;

fn clock() -> (Clock, ManualClock) {
    Clock::manual("2026-11-21T12:00:00Z".parse().unwrap())
}

async fn send<C, R>(client: &C, key: &str, request: &R) -> Result<R::Output, StripeError>
where
    C: StripeClient<Err = StripeError>,
    R: StripeRequest,
    R::Output: Deserialize,
{
    let strategy = RequestStrategy::Idempotent(IdempotencyKey::new(key).unwrap());
    let asking = request.customize().request_strategy(strategy);
    Box::pin(asking.timeout(Duration::from_secs(10)).send(client)).await
}

/// A payment intent over 20.50, for cards, with a separate capture.
fn create() -> CreatePaymentIntent {
    let methods = CreatePaymentIntentAutomaticPaymentMethods {
        enabled: true,
        allow_redirects: Some(AllowRedirects::Never),
    };
    CreatePaymentIntent::new(AMOUNT, Currency::USD)
        .capture_method(PaymentIntentCaptureMethod::Manual)
        .automatic_payment_methods(methods)
        .metadata(HashMap::from([("payment".to_owned(), "17".to_owned())]))
}

/// A payment from its creation to its refund: the requests are understood, and the responses
/// parsed.
async fn pays<C: StripeClient<Err = StripeError>>(client: &C, lose_capture: impl FnOnce()) {
    use PaymentIntentStatus::{Canceled, RequiresCapture, RequiresPaymentMethod, Succeeded};
    let created = send(client, "open", &create()).await.unwrap();
    let id = created.id.clone();
    assert_eq!(created.status, RequiresPaymentMethod);
    assert_eq!((created.amount, created.currency.to_string()), (AMOUNT, "usd".to_owned()));
    assert_eq!((created.metadata["payment"].as_str(), created.created), ("17", 1_795_262_400));
    let again = send(client, "open", &create()).await.unwrap();
    assert_eq!((&again.id, &again.client_secret), (&created.id, &created.client_secret));
    let other = send(client, "open", &create().description("else")).await;
    let Err(StripeError::Stripe(error, 400)) = other else { panic!("another response") };
    assert_eq!(error.type_, ApiErrorsType::IdempotencyError);

    let confirm = |card: &str| ConfirmPaymentIntent::new(id.clone()).payment_method(card);
    let declined = send(client, "first", &confirm("pm_card_chargeDeclined")).await;
    let Err(StripeError::Stripe(error, 402)) = declined else { panic!("another response") };
    assert_eq!(
        (&error.type_, &error.code),
        (&ApiErrorsType::CardError, &Some(ApiErrorsCode::CardDeclined))
    );
    assert_eq!(error.decline_code.as_deref(), Some("generic_decline"));
    assert_eq!(error.payment_intent.unwrap().status, RequiresPaymentMethod);
    let held = send(client, "second", &confirm("pm_card_visa")).await.unwrap();
    assert_eq!(held.status, RequiresCapture);
    assert_eq!((held.amount_capturable, held.amount_received), (AMOUNT, 0));
    assert!(held.latest_charge.is_some() && held.payment_method.is_some());
    lose_capture();
    let capture = CapturePaymentIntent::new(id.clone());
    let lost = send(client, "capture", &capture).await;
    assert!(matches!(lost, Err(StripeError::ClientError(_))));
    let taken = send(client, "capture", &capture).await.unwrap();
    assert_eq!(taken.status, Succeeded);
    assert_eq!((taken.amount_capturable, taken.amount_received), (0, AMOUNT));

    let refund = CreateRefund::new().payment_intent(id.as_str()).amount(1_050);
    let refund = send(client, "refund", &refund).await.unwrap();
    assert_eq!((refund.amount, refund.status.as_deref()), (1_050, Some("succeeded")));
    let read = send(client, "read", &RetrieveRefund::new(refund.id.clone())).await.unwrap();
    assert_eq!(read.id, refund.id);
    let refunds =
        send(client, "read", &ListRefund::new().payment_intent(id.as_str())).await.unwrap();
    assert_eq!(refunds.data[0].id, refund.id);

    let unused = send(client, "another", &create()).await.unwrap().id;
    let canceled = send(client, "cancel", &CancelPaymentIntent::new(unused)).await.unwrap();
    assert!(canceled.status == Canceled && canceled.canceled_at.is_some());
    let newest = ListPaymentIntent::new().created(RangeQueryTs::gte(1_795_262_400)).limit(1);
    let page = send(client, "read", &newest).await.unwrap();
    assert_eq!((page.has_more, &page.data[0].id), (true, &canceled.id));
    let rest = ListPaymentIntent::new().starting_after(canceled.id.as_str());
    let rest = send(client, "read", &rest).await.unwrap();
    assert_eq!((rest.has_more, &rest.data[0].id), (false, &id));
    let unknown =
        RetrievePaymentIntent::new("pi_none".parse::<stripe_shared::PaymentIntentId>().unwrap());
    assert!(matches!(send(client, "read", &unknown).await, Err(StripeError::Stripe(_, 404))));
}

fn lost_capture() -> Fault {
    Fault::once(FaultKind::LoseResponse).on(Operation::CaptureIntent)
}

#[tokio::test]
async fn a_payment_over_http() {
    let simulator = Simulator::start_local(clock().0, None, Deliveries::Manual).unwrap();
    let client = ClientBuilder::new("sk_test_local").url(simulator.url()).build().unwrap();
    let plan = || simulator.with(|provider, _| provider.faults.push(lost_capture()));
    Box::pin(pays(&client, plan)).await;
    assert_eq!(simulator.with(|provider, _| provider.ledger.totals["usd"].kept), AMOUNT - 1_050);
}

#[tokio::test]
async fn a_payment_without_http() {
    let client = InProcess::new(Provider::seeded(1), clock().0);
    let plan = || client.with(|provider, _| provider.faults.push(lost_capture()));
    Box::pin(pays(&client, plan)).await;
    assert_eq!(client.with(|provider, _| provider.ledger.totals["usd"].kept), AMOUNT - 1_050);
}

#[tokio::test]
async fn a_delayed_response_is_awaited_until_the_timeout() {
    for (ms, is_answered) in [(10_000, true), (10_001, false)] {
        let (clock, hand) = clock();
        let client = InProcess::new(Provider::seeded(1), clock);
        client
            .with(|provider, _| provider.faults.push(Fault::once(FaultKind::DelayRequest { ms })));
        let creating = create();
        let passing = async { hand.advance(Duration::from_secs(10)) };
        let (response, ()) = tokio::join!(send(&client, "k", &creating), passing);
        match response {
            Ok(_) => assert!(is_answered),
            Err(error) => assert!(!is_answered && matches!(error, StripeError::Timeout)),
        }
        let done = |client: &InProcess| client.with(|provider, _| provider.intents.len());
        assert_eq!(done(&client), usize::from(is_answered));
        hand.advance(Duration::from_millis(1));
        assert_eq!(done(&client), 1);
        send(&client, "k", &creating).await.unwrap();
        assert_eq!(done(&client), 1);
    }
}
