//! Failed calls: an unknown effect is never reported as known.

use std::time::Duration;

use payments::domain::ProviderStatus;
use payments::provider::gateway::OpenResult;
use provider_simulator::EntryKind::{Authorized, Captured, Released};
use provider_simulator::FaultKind::{
    DelayResponse, HideResponse, KeepError, LoseRequest, LoseResponse, Refuse,
};
use provider_simulator::Operation::{
    CancelIntent, CaptureIntent, ConfirmIntent, CreateIntent, RetrieveIntent,
};
use testing::samples::usd;

use super::provider::StripeProvider;

#[tokio::test]
async fn a_lost_creation_is_unknown_and_a_repeat_returns_it() {
    for fault in [LoseResponse, LoseRequest, Refuse { status: 429 }] {
        let provider = StripeProvider::open();
        provider.plan(fault, CreateIntent);
        let paying = provider.payment(usd(2_050));
        paying.try_open().await.unwrap_err();
        let paying = paying.opened().await;
        assert_eq!(provider.intents(), 1, "{fault:?}");
        assert_eq!(paying.inquire().await.unwrap(), ProviderStatus::Unconfirmed);
    }
}

#[tokio::test]
async fn a_server_error_stored_under_a_key_does_not_prevent_the_creation() {
    for fault in [KeepError { status: 500 }, HideResponse { status: 502 }, Refuse { status: 503 }] {
        let provider = StripeProvider::open();
        provider.plan(fault, CreateIntent);
        let paying = provider.payment(usd(2_050));
        let first = paying.try_open().await.unwrap();
        assert_eq!(paying.try_open().await.is_ok(), matches!(first, OpenResult::Opened { .. }));
        let paying = paying.opened().await;
        let confirmed = paying.confirm("pm_card_visa").await.unwrap();
        assert_eq!(confirmed, ProviderStatus::Held, "{fault:?}");
    }
}

#[tokio::test]
async fn a_lost_confirmation_is_unknown_and_an_inquiry_finds_it() {
    for fault in [LoseResponse, KeepError { status: 500 }, HideResponse { status: 504 }] {
        let provider = StripeProvider::open();
        let paying = provider.opened().await;
        provider.plan(fault, ConfirmIntent);
        paying.confirm("pm_card_visa").await.unwrap_err();
        assert_eq!(paying.inquire().await.unwrap(), ProviderStatus::Held, "{fault:?}");
        assert_eq!(paying.ledger(), [(Authorized, 2_050)]);
    }
    for fault in [LoseRequest, Refuse { status: 500 }, Refuse { status: 429 }] {
        let provider = StripeProvider::open();
        let paying = provider.opened().await;
        provider.plan(fault, ConfirmIntent);
        paying.confirm("pm_card_visa").await.unwrap_err();
        assert_eq!(paying.inquire().await.unwrap(), ProviderStatus::Unconfirmed, "{fault:?}");
        assert_eq!(paying.confirm("pm_card_visa").await.unwrap(), ProviderStatus::Held);
        assert_eq!(paying.ledger(), [(Authorized, 2_050)]);
    }
}

#[tokio::test]
async fn a_lost_capture_or_void_is_unknown_and_a_repeat_finds_it_done() {
    for fault in [LoseResponse, LoseRequest, KeepError { status: 500 }, Refuse { status: 500 }] {
        let provider = StripeProvider::open();
        let paying = provider.held().await;
        provider.plan(fault, CaptureIntent);
        paying.capture().await.unwrap_err();
        assert_eq!(paying.capture().await.unwrap(), ProviderStatus::Captured, "{fault:?}");
        assert_eq!(paying.ledger(), [(Authorized, 2_050), (Captured, 2_050)]);
        let paying = provider.held().await;
        provider.plan(fault, CancelIntent);
        paying.void().await.unwrap_err();
        assert_eq!(paying.void().await.unwrap(), ProviderStatus::Released, "{fault:?}");
        assert_eq!(paying.ledger(), [(Authorized, 2_050), (Released, 2_050)]);
    }
}

#[tokio::test]
async fn a_slow_response_is_awaited_until_the_timeout() {
    let provider = StripeProvider::set(|settings| settings.timeout = Duration::from_millis(200));
    let paying = provider.opened().await;
    provider.plan(DelayResponse { ms: 3_600_000 }, ConfirmIntent);
    let error = paying.confirm("pm_card_visa").await.unwrap_err().chain();
    assert_eq!(error, "confirm: Stripe did not respond in time");
    assert_eq!(paying.inquire().await.unwrap(), ProviderStatus::Held);
    // The first request is still in progress, so its key is in use.
    let error = paying.confirm("pm_card_visa").await.unwrap_err().chain();
    assert!(error.contains("409"), "{error}");
}

#[tokio::test]
async fn a_failed_inquiry_leaves_the_effect_unknown() {
    let provider = StripeProvider::open();
    let paying = provider.captured().await;
    provider.plan(LoseResponse, RetrieveIntent);
    // The capture is rejected, since it has happened; the inquiry fails.
    paying.capture().await.unwrap_err();
    assert_eq!(paying.capture().await.unwrap(), ProviderStatus::Captured);
}

#[tokio::test]
async fn a_rejected_api_key_declines_no_payment() {
    let provider =
        StripeProvider::set(|settings| settings.secret_key = "sk_revoked_HideThisKey".into());
    let paying = provider.payment(usd(2_050));
    let error = paying.try_open().await.unwrap_err().chain();
    assert_eq!(error, "open: Stripe responded 401 invalid_request_error");
    assert!(paying.confirm("pm_card_visa").await.is_err());
    let check = provider.gateway.check_key().await.unwrap();
    assert_eq!(check, payments::provider::stripe::KeyCheck::NotAccepted);
    let check = StripeProvider::open().gateway.check_key().await.unwrap();
    assert_eq!(check, payments::provider::stripe::KeyCheck::Accepted);
}

#[tokio::test]
async fn an_unreachable_provider_is_an_unknown_effect() {
    let provider = StripeProvider::set(|settings| {
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        settings.url = format!("http://{port}/");
    });
    let paying = provider.payment(usd(2_050));
    let error = paying.try_open().await.unwrap_err().chain();
    assert!(error.starts_with("open: Stripe cannot be reached"), "{error}");
    provider.gateway.check_key().await.unwrap_err();
}

#[tokio::test]
async fn a_payment_unknown_to_the_provider_is_not_declined() {
    let provider = StripeProvider::open();
    let mut paying = provider.payment(usd(2_050));
    paying.reference = "pi_of_another_account".to_owned();
    let error = paying.inquire().await.unwrap_err().chain();
    assert!(error.contains("404 invalid_request_error code=resource_missing"), "{error}");
    paying.confirm("pm_card_visa").await.unwrap_err();
    paying.capture().await.unwrap_err();
    paying.void().await.unwrap_err();
}

#[tokio::test]
async fn a_different_amount_is_an_error() {
    let provider = StripeProvider::open();
    let mut paying = provider.held().await;
    paying.amount = usd(2_051);
    let error = paying.inquire().await.unwrap_err().chain();
    assert!(error.contains("2050 of 2051 held"), "{error}");
}
