//! Refunds, and failed calls: an unknown effect is never reported as known.

use std::time::Duration;

use payments::PaymentGateway as _;
use payments::domain::{ProviderRefundStatus, ProviderStatus};
use payments::provider::gateway::{OpenResult, ProviderRefund};
use provider_simulator::EntryKind::{Authorized, Captured, Refunded, Released, Returned};
use provider_simulator::FaultKind::{
    DelayResponse, HideResponse, KeepError, LoseRequest, LoseResponse, Refuse,
};
use provider_simulator::Operation::{
    CancelIntent, CaptureIntent, ConfirmIntent, CreateIntent, CreateRefund, RetrieveIntent,
};
use provider_simulator::{Action, Outcome};
use testing::samples::{id, usd};

use super::provider::{Paying, StripeProvider};

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
        let confirmed = paying.opened().await.confirm("pm_card_visa").await.unwrap();
        assert_eq!(confirmed, ProviderStatus::Held, "{fault:?}");
    }
}

#[tokio::test]
async fn a_lost_confirmation_is_unknown_and_an_inquiry_finds_it() {
    for (fault, found) in [
        (LoseResponse, ProviderStatus::Held),
        (KeepError { status: 500 }, ProviderStatus::Held),
        (HideResponse { status: 504 }, ProviderStatus::Held),
        (LoseRequest, ProviderStatus::Unconfirmed),
        (Refuse { status: 500 }, ProviderStatus::Unconfirmed),
        (Refuse { status: 429 }, ProviderStatus::Unconfirmed),
    ] {
        let provider = StripeProvider::open();
        let paying = provider.opened().await;
        provider.plan(fault, ConfirmIntent);
        paying.confirm("pm_card_visa").await.unwrap_err();
        assert_eq!(paying.inquire().await.unwrap(), found, "{fault:?}");
        if found == ProviderStatus::Unconfirmed {
            assert_eq!(paying.confirm("pm_card_visa").await.unwrap(), ProviderStatus::Held);
        }
        assert_eq!(paying.ledger(), [(Authorized, 2_050)], "{fault:?}");
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
    let error = provider.payment(usd(2_050)).try_open().await.unwrap_err().chain();
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

fn refunding<'p>(paying: &'p Paying<'_>, number: u8, minor_units: i64) -> ProviderRefund<'p> {
    ProviderRefund {
        refund_id: id(number),
        reference: None,
        payment_id: paying.payment_id,
        payment_reference: &paying.reference,
        amount: usd(minor_units),
    }
}

#[tokio::test]
async fn partial_refunds_are_made_once_and_never_exceed_the_payment() {
    let provider = StripeProvider::open();
    let paying = provider.captured().await;
    let first = refunding(&paying, 1, 1_000);
    let given_back = provider.gateway.refund(first).await.unwrap();
    let ProviderRefundStatus::Succeeded { reference } = &given_back else {
        panic!("{given_back:?}")
    };
    assert_eq!(provider.gateway.refund(first).await.unwrap(), given_back, "twice equals once");
    assert_eq!(provider.gateway.inquire_refund(first).await.unwrap(), given_back);
    let by_reference = ProviderRefund { reference: Some(reference), ..first };
    assert_eq!(provider.gateway.inquire_refund(by_reference).await.unwrap(), given_back);
    let second = refunding(&paying, 2, 1_050);
    let unknown = provider.gateway.inquire_refund(second).await.unwrap();
    assert_eq!(unknown, ProviderRefundStatus::Unknown);
    provider.gateway.refund(second).await.unwrap();
    let third = provider.gateway.refund(refunding(&paying, 3, 1)).await.unwrap();
    assert!(matches!(third, ProviderRefundStatus::Failed { .. }), "{third:?}");
    let expected = [(Authorized, 2_050), (Captured, 2_050), (Refunded, 1_000), (Refunded, 1_050)];
    assert_eq!(paying.ledger(), expected);
}

#[tokio::test]
async fn a_lost_refund_is_unknown_and_is_found_among_the_payments_refunds() {
    for (fault, is_made) in
        [(LoseResponse, true), (KeepError { status: 500 }, true), (LoseRequest, false)]
    {
        let provider = StripeProvider::open();
        let paying = provider.captured().await;
        // A refund that was made is found beside an earlier one.
        if is_made {
            provider.gateway.refund(refunding(&paying, 1, 1)).await.unwrap();
        }
        let before = paying.ledger().len();
        provider.plan(fault, CreateRefund);
        let lost = refunding(&paying, 2, 1_000);
        provider.gateway.refund(lost).await.unwrap_err();
        let found = provider.gateway.inquire_refund(lost).await.unwrap();
        if is_made {
            assert!(
                matches!(found, ProviderRefundStatus::Succeeded { .. }),
                "{fault:?}: {found:?}"
            );
        } else {
            assert_eq!(found, ProviderRefundStatus::Unknown, "{fault:?}");
            provider.gateway.refund(lost).await.unwrap();
        }
        assert_eq!(paying.ledger()[before..], [(Refunded, 1_000)], "{fault:?}");
    }
}

#[tokio::test]
async fn a_stored_error_that_hides_a_rejection_fails_the_refund() {
    for (action, reason) in [
        (Action::Refund(None), "charge_already_refunded"),
        (Action::Refund(Some(1_051)), "charge_already_refunded"),
        (Action::OpenDispute(Some(1)), "charge_disputed"),
    ] {
        let provider = StripeProvider::open();
        let paying = provider.captured().await;
        provider.act(action, &paying.reference);
        let before = paying.ledger();
        provider.plan(KeepError { status: 500 }, CreateRefund);
        let refunded = provider.gateway.refund(refunding(&paying, 1, 1_000)).await.unwrap();
        let expected = ProviderRefundStatus::Failed { reason: reason.to_owned() };
        assert_eq!(refunded, expected, "{action:?}");
        assert_eq!(paying.ledger(), before, "{action:?}");
    }
}

#[tokio::test]
async fn a_pending_refund_succeeds_or_fails_and_a_succeeded_one_can_fail() {
    for (card, outcome, last) in [
        ("pm_card_pendingRefund", Outcome::Succeeded, (Refunded, 500)),
        ("pm_card_pendingRefund", Outcome::Failed, (Returned, 500)),
        ("pm_card_visa", Outcome::Failed, (Returned, 500)),
    ] {
        let provider = StripeProvider::open();
        let paying = provider.opened().await;
        paying.confirm(card).await.unwrap();
        paying.capture().await.unwrap();
        let asked = refunding(&paying, 1, 500);
        let reference = match provider.gateway.refund(asked).await.unwrap() {
            ProviderRefundStatus::Pending { reference } if card != "pm_card_visa" => reference,
            ProviderRefundStatus::Succeeded { reference } if card == "pm_card_visa" => reference,
            status => panic!("{card}: {status:?}"),
        };
        provider.act(Action::EndRefund(outcome), &reference);
        let expected = match outcome {
            Outcome::Succeeded => ProviderRefundStatus::Succeeded { reference },
            Outcome::Failed => ProviderRefundStatus::Failed { reason: "unknown".to_owned() },
        };
        let ended = provider.gateway.inquire_refund(asked).await.unwrap();
        assert_eq!(ended, expected, "{card}: {outcome:?}");
        assert_eq!(paying.ledger().last(), Some(&last), "{card}: {outcome:?}");
    }
}
