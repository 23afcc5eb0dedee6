//! Refunds.

use payments::PaymentGateway as _;
use payments::domain::ProviderRefundStatus;
use payments::provider::gateway::ProviderRefund;
use provider_simulator::EntryKind::{Authorized, Captured, Refunded, Returned};
use provider_simulator::FaultKind::{KeepError, LoseRequest, LoseResponse};
use provider_simulator::Operation::CreateRefund;
use provider_simulator::{Action, Outcome};
use testing::samples::{id, usd};

use super::provider::{Paying, StripeProvider};

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
    for fault in [LoseResponse, KeepError { status: 500 }] {
        let provider = StripeProvider::open();
        let paying = provider.captured().await;
        provider.gateway.refund(refunding(&paying, 1, 1)).await.unwrap();
        provider.plan(fault, CreateRefund);
        let lost = refunding(&paying, 2, 1_000);
        provider.gateway.refund(lost).await.unwrap_err();
        let found = provider.gateway.inquire_refund(lost).await.unwrap();
        assert!(matches!(found, ProviderRefundStatus::Succeeded { .. }), "{fault:?}: {found:?}");
        assert_eq!(paying.ledger().len(), 4);
    }
    let provider = StripeProvider::open();
    let paying = provider.captured().await;
    provider.plan(LoseRequest, CreateRefund);
    let lost = refunding(&paying, 3, 1_000);
    provider.gateway.refund(lost).await.unwrap_err();
    assert_eq!(provider.gateway.inquire_refund(lost).await.unwrap(), ProviderRefundStatus::Unknown);
    provider.gateway.refund(lost).await.unwrap();
    assert_eq!(paying.ledger().last(), Some(&(Refunded, 1_000)));
}

#[tokio::test]
async fn a_stored_error_that_hides_a_rejection_fails_the_refund() {
    let kept = KeepError { status: 500 };
    for part in [None, Some(1_051)] {
        let provider = StripeProvider::open();
        let paying = provider.captured().await;
        provider.act(|provider, now| {
            provider.act(Action::Refund(part), &paying.reference, now).unwrap();
        });
        provider.plan(kept, CreateRefund);
        let asked = refunding(&paying, 1, 1_000);
        let reason = "charge_already_refunded".to_owned();
        let expected = ProviderRefundStatus::Failed { reason };
        assert_eq!(provider.gateway.refund(asked).await.unwrap(), expected, "{part:?}");
        assert_eq!(paying.ledger().len(), 3);
    }
    let provider = StripeProvider::open();
    let paying = provider.captured().await;
    provider.act(|provider, now| {
        provider.act(Action::OpenDispute(Some(1)), &paying.reference, now).unwrap();
    });
    provider.plan(kept, CreateRefund);
    let reason = "charge_disputed".to_owned();
    let refunded = provider.gateway.refund(refunding(&paying, 1, 1_000)).await.unwrap();
    assert_eq!(refunded, ProviderRefundStatus::Failed { reason });
}

#[tokio::test]
async fn a_pending_refund_succeeds_or_fails_and_a_succeeded_one_can_fail() {
    for (outcome, arrives) in [(Outcome::Succeeded, true), (Outcome::Failed, false)] {
        let provider = StripeProvider::open();
        let paying = provider.opened().await;
        paying.confirm("pm_card_pendingRefund").await.unwrap();
        paying.capture().await.unwrap();
        let asked = refunding(&paying, 1, 500);
        let status = provider.gateway.refund(asked).await.unwrap();
        let ProviderRefundStatus::Pending { reference } = status else { panic!("{status:?}") };
        provider.act(|provider, now| {
            provider.act(Action::EndRefund(outcome), &reference, now).unwrap();
        });
        let ended = provider.gateway.inquire_refund(asked).await.unwrap();
        assert_eq!(matches!(ended, ProviderRefundStatus::Succeeded { .. }), arrives, "{ended:?}");
        assert_eq!(matches!(ended, ProviderRefundStatus::Failed { .. }), !arrives, "{ended:?}");
    }
    let provider = StripeProvider::open();
    let paying = provider.captured().await;
    let asked = refunding(&paying, 1, 500);
    let status = provider.gateway.refund(asked).await.unwrap();
    let ProviderRefundStatus::Succeeded { reference } = status else { panic!("{status:?}") };
    provider.act(|provider, now| {
        provider.act(Action::EndRefund(Outcome::Failed), &reference, now).unwrap();
    });
    let failed = provider.gateway.inquire_refund(asked).await.unwrap();
    assert_eq!(failed, ProviderRefundStatus::Failed { reason: "unknown".to_owned() });
    assert_eq!(paying.ledger().last(), Some(&(Returned, 500)));
}
