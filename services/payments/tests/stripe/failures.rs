//! What goes wrong on the way: afterwards nothing is taken for known that is not.

use std::time::Duration;

use payments::domain::Standing;
use payments::gateway::Opened;
use provider_simulator::EntryKind::{Authorized, Captured, Released};
use provider_simulator::FaultKind::{
    DelayResponse, HideResponse, KeepError, LoseRequest, LoseResponse, Refuse,
};
use provider_simulator::Operation::{
    CancelIntent, CaptureIntent, ConfirmIntent, CreateIntent, RetrieveIntent,
};
use service::Secret;

use crate::bank::Bank;

#[tokio::test]
async fn a_lost_opening_is_unknown_and_a_repeat_finds_what_was_opened() {
    for fault in [LoseResponse, LoseRequest, Refuse { status: 429 }] {
        let bank = Bank::open();
        bank.plan(fault, CreateIntent);
        let paying = bank.payment(contract::Money::new(2_050, contract::Currency::USD));
        paying.try_open().await.unwrap_err();
        let paying = paying.opened().await;
        assert_eq!(bank.intents(), 1, "{fault:?}");
        assert_eq!(paying.inquire().await.unwrap(), Standing::Unconfirmed);
    }
}

#[tokio::test]
async fn trouble_that_is_kept_under_a_key_does_not_keep_a_payment_from_being_opened() {
    for fault in [KeepError { status: 500 }, HideResponse { status: 502 }, Refuse { status: 503 }] {
        let bank = Bank::open();
        bank.plan(fault, CreateIntent);
        let paying = bank.payment(contract::Money::new(2_050, contract::Currency::USD));
        let first = paying.try_open().await.unwrap();
        assert_eq!(paying.try_open().await.is_ok(), matches!(first, Opened::Known { .. }));
        let paying = paying.opened().await;
        assert_eq!(paying.confirm("pm_card_visa").await.unwrap(), Standing::Held, "{fault:?}");
    }
}

#[tokio::test]
async fn a_lost_confirmation_is_unknown_and_asking_finds_it() {
    for fault in [LoseResponse, KeepError { status: 500 }, HideResponse { status: 504 }] {
        let bank = Bank::open();
        let paying = bank.opened().await;
        bank.plan(fault, ConfirmIntent);
        paying.confirm("pm_card_visa").await.unwrap_err();
        assert_eq!(paying.inquire().await.unwrap(), Standing::Held, "{fault:?}");
        assert_eq!(paying.ledger(), [(Authorized, 2_050)]);
    }
    for fault in [LoseRequest, Refuse { status: 500 }, Refuse { status: 429 }] {
        let bank = Bank::open();
        let paying = bank.opened().await;
        bank.plan(fault, ConfirmIntent);
        paying.confirm("pm_card_visa").await.unwrap_err();
        assert_eq!(paying.inquire().await.unwrap(), Standing::Unconfirmed, "{fault:?}");
        assert_eq!(paying.confirm("pm_card_visa").await.unwrap(), Standing::Held);
        assert_eq!(paying.ledger(), [(Authorized, 2_050)]);
    }
}

#[tokio::test]
async fn a_lost_capture_or_void_is_unknown_and_a_repeat_finds_it_done() {
    for fault in [LoseResponse, LoseRequest, KeepError { status: 500 }, Refuse { status: 500 }] {
        let bank = Bank::open();
        let paying = bank.held().await;
        bank.plan(fault, CaptureIntent);
        paying.capture().await.unwrap_err();
        assert_eq!(paying.capture().await.unwrap(), Standing::Captured, "{fault:?}");
        assert_eq!(paying.ledger(), [(Authorized, 2_050), (Captured, 2_050)]);
        let paying = bank.held().await;
        bank.plan(fault, CancelIntent);
        paying.void().await.unwrap_err();
        assert_eq!(paying.void().await.unwrap(), Standing::Released, "{fault:?}");
        assert_eq!(paying.ledger(), [(Authorized, 2_050), (Released, 2_050)]);
    }
}

#[tokio::test]
async fn a_slow_answer_is_waited_for_no_longer_than_the_bound() {
    let bank = Bank::set(|settings| settings.timeout = Duration::from_millis(200));
    let paying = bank.opened().await;
    bank.plan(DelayResponse { ms: 3_600_000 }, ConfirmIntent);
    let error = paying.confirm("pm_card_visa").await.unwrap_err().chain();
    assert_eq!(error, "confirm: Stripe did not answer in time");
    assert_eq!(paying.inquire().await.unwrap(), Standing::Held);
    // The first request is not answered yet, so its key is in use.
    let error = paying.confirm("pm_card_visa").await.unwrap_err().chain();
    assert!(error.contains("409"), "{error}");
}

#[tokio::test]
async fn an_unknown_answer_to_the_question_leaves_it_open() {
    let bank = Bank::open();
    let paying = bank.captured().await;
    bank.plan(LoseResponse, RetrieveIntent);
    // The capture is refused, since it was done; where it stands is not heard.
    paying.capture().await.unwrap_err();
    assert_eq!(paying.capture().await.unwrap(), Standing::Captured);
}

#[tokio::test]
async fn a_key_that_is_not_accepted_declines_nobody() {
    let bank = Bank::set(|settings| settings.secret_key = Secret::new("sk_revoked_HideThisKey"));
    let paying = bank.payment(contract::Money::new(2_050, contract::Currency::USD));
    let error = paying.try_open().await.unwrap_err().chain();
    assert_eq!(error, "open: Stripe answered 401 invalid_request_error");
    assert!(paying.confirm("pm_card_visa").await.is_err());
    let check = bank.gateway.check_key().await.unwrap();
    assert_eq!(check, payments::stripe::KeyCheck::NotAccepted);
    let check = Bank::open().gateway.check_key().await.unwrap();
    assert_eq!(check, payments::stripe::KeyCheck::Accepted);
}

#[tokio::test]
async fn nobody_there_is_unknown() {
    let bank = Bank::set(|settings| {
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        settings.url = format!("http://{port}/");
    });
    let paying = bank.payment(contract::Money::new(2_050, contract::Currency::USD));
    let error = paying.try_open().await.unwrap_err().chain();
    assert!(error.starts_with("open: Stripe cannot be reached"), "{error}");
    bank.gateway.check_key().await.unwrap_err();
}

#[tokio::test]
async fn a_payment_that_the_provider_does_not_know_is_not_declined() {
    let bank = Bank::open();
    let mut paying = bank.payment(contract::Money::new(2_050, contract::Currency::USD));
    paying.reference = "pi_of_another_account".to_owned();
    let error = paying.inquire().await.unwrap_err().chain();
    assert!(error.contains("404 invalid_request_error code=resource_missing"), "{error}");
    paying.confirm("pm_card_visa").await.unwrap_err();
    paying.capture().await.unwrap_err();
    paying.void().await.unwrap_err();
}

#[tokio::test]
async fn another_amount_than_asked_for_is_not_acted_on() {
    let bank = Bank::open();
    let mut paying = bank.held().await;
    paying.amount = contract::Money::new(2_051, contract::Currency::USD);
    let error = paying.inquire().await.unwrap_err().chain();
    assert!(error.contains("2050 of 2051 are held"), "{error}");
}
