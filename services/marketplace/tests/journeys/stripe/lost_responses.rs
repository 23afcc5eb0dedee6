//! Lost responses of the provider: an inquiry finds the outcome, and the payment ends as it would
//! have.

use provider_simulator::EntryKind::{Authorized, Captured, Released};
use provider_simulator::FaultKind::{
    self, HideResponse, KeepError, LoseRequest, LoseResponse, Refuse,
};
use provider_simulator::Operation::{
    self, CancelIntent, CaptureIntent, ConfirmIntent, CreateIntent, RetrieveIntent,
};
use provider_simulator::{WebhookFault, WebhookFaultKind};

use super::stripe_marketplace::{PRICE, StripeMarketplace};

/// Faults that hide an outcome: the operation took effect without a response, or it took none.
const LOST: [FaultKind; 5] = [
    LoseResponse,
    LoseRequest,
    HideResponse { status: 502 },
    Refuse { status: 500 },
    KeepError { status: 500 },
];

async fn captured_once(faults: &[(FaultKind, Operation)]) {
    let marketplace = StripeMarketplace::open().await;
    let order = marketplace.order().await;
    for (fault, operation) in faults {
        marketplace.plan(*fault, *operation);
    }
    let pay = marketplace.pay(order, "pm_card_visa");
    let paid = marketplace.app.while_time_passes(pay).await.expect(201);
    assert_eq!(paid.text("status"), "captured", "{faults:?}");
    marketplace.order_becomes(order, "complete").await;
    assert_eq!(marketplace.ledger(), [(Authorized, PRICE), (Captured, PRICE)], "{faults:?}");
    assert!(marketplace.simulator.with(|provider, _| provider.faults.is_empty()), "{faults:?}");
}

#[tokio::test]
async fn an_intent_created_without_a_response_is_captured_once() {
    for fault in LOST {
        captured_once(&[(fault, CreateIntent)]).await;
    }
}

#[tokio::test]
async fn a_confirmation_without_a_response_is_captured_once() {
    for fault in LOST {
        captured_once(&[(fault, ConfirmIntent)]).await;
    }
}

#[tokio::test]
async fn a_capture_without_a_response_happens_once() {
    for fault in LOST {
        captured_once(&[(fault, CaptureIntent)]).await;
    }
}

#[tokio::test]
async fn calls_are_retried_until_the_provider_responds() {
    captured_once(&[
        (LoseResponse, CreateIntent),
        (LoseResponse, ConfirmIntent),
        (LoseResponse, RetrieveIntent),
        (LoseResponse, RetrieveIntent),
        (LoseResponse, CaptureIntent),
        (Refuse { status: 429 }, RetrieveIntent),
    ])
    .await;
}

#[tokio::test]
async fn a_void_without_a_response_happens_once() {
    for fault in LOST {
        let marketplace = StripeMarketplace::open().await;
        let order = marketplace.order().await;
        let payment = marketplace.challenged(order).await;
        // The order ends before payments learns that the money is held.
        marketplace.simulator.with(|provider, _| {
            let kind = WebhookFaultKind::Drop;
            provider.webhooks.faults.push(WebhookFault { kind, event_type: None, times: 1_000 });
        });
        assert_eq!(marketplace.press(&payment, "succeeded").await.0, 303);
        marketplace.plan(fault, CancelIntent);
        marketplace.delete_order(order).await;
        let becoming = marketplace.payment_becomes(&payment, "voided");
        marketplace.app.while_time_passes(becoming).await;
        assert_eq!(marketplace.ledger(), [(Authorized, PRICE), (Released, PRICE)], "{fault:?}");
    }
}
