//! The client without HTTP returns the same results as the client over HTTP.

use std::time::Duration;

use provider_simulator::{Fault, FaultKind, InProcess, Operation, Provider};
use sources::{Clock, ManualClock};
use stripe::StripeError;
use stripe_client_core::StripeRequest;
use stripe_core::payment_intent::ListPaymentIntent;
use stripe_shared::PaymentIntentStatus;

use crate::server::{AMOUNT, capture, confirm, create, keyed, refused};

fn start() -> (InProcess, ManualClock) {
    let (clock, hand) = Clock::manual("2026-11-21T12:00:00Z".parse().unwrap());
    (InProcess::new(Provider::seeded(1), clock), hand)
}

async fn send<R>(client: &InProcess, key: &str, request: &R) -> Result<R::Output, StripeError>
where
    R: StripeRequest,
    R::Output: miniserde::Deserialize,
{
    let asking = request.customize().request_strategy(keyed(key));
    Box::pin(asking.timeout(Duration::from_secs(10)).send(client)).await
}

fn plan(client: &InProcess, fault: Fault) {
    client.with(|provider, _| provider.plan(fault));
}

#[tokio::test]
async fn a_payment_without_http() {
    let (client, _) = start();
    let created = send(&client, "open", &create()).await.unwrap();
    let declined = confirm(&created, "pm_card_chargeDeclined");
    let (status, error) = refused(send(&client, "first", &declined).await);
    assert_eq!((status, error.decline_code.as_deref()), (402, Some("generic_decline")));
    let held = send(&client, "second", &confirm(&created, "pm_card_visa")).await.unwrap();
    assert_eq!(held.status, PaymentIntentStatus::RequiresCapture);
    plan(&client, Fault::once(FaultKind::LoseResponse).on(Operation::CaptureIntent));
    let lost = send(&client, "capture", &capture(&held)).await;
    assert!(matches!(lost, Err(StripeError::ClientError(_))));
    let taken = send(&client, "capture", &capture(&held)).await.unwrap();
    assert_eq!((taken.status, taken.amount_received), (PaymentIntentStatus::Succeeded, AMOUNT));
    let listed = send(&client, "list", &ListPaymentIntent::new().limit(1)).await.unwrap();
    assert_eq!(listed.data[0].id, created.id);
    let kept = client.with(|provider, _| provider.ledger().totals["usd"].kept);
    assert_eq!(kept, AMOUNT);
}

#[tokio::test]
async fn a_delayed_response_is_awaited_until_the_timeout() {
    for (ms, is_answered) in [(10_000, true), (10_001, false)] {
        let (client, hand) = start();
        plan(&client, Fault::once(FaultKind::DelayRequest { ms }));
        let creating = create();
        let passing = async { hand.advance(Duration::from_secs(10)) };
        let (response, ()) = tokio::join!(send(&client, "k", &creating), passing);
        match response {
            Ok(_) => assert!(is_answered),
            Err(error) => assert!(!is_answered && matches!(error, StripeError::Timeout)),
        }
        let done = |client: &InProcess| client.with(|provider, _| provider.intents().len());
        assert_eq!(done(&client), usize::from(is_answered));
        hand.advance(Duration::from_millis(1));
        assert_eq!(done(&client), 1);
        send(&client, "k", &creating).await.unwrap();
        assert_eq!(done(&client), 1);
    }
}
