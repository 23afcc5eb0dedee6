//! Money given back.

use contract::{Currency, Id, Money, RefundId};
use payments::PaymentGateway as _;
use payments::domain::RefundStanding;
use payments::gateway::Refunding;
use provider_simulator::EntryKind::{Authorized, Captured, Refunded, Returned};
use provider_simulator::FaultKind::{KeepError, LoseRequest, LoseResponse};
use provider_simulator::Operation::CreateRefund;
use provider_simulator::{Outcome, Provider};

use crate::bank::{Bank, Paying};

fn refunding<'p>(paying: &'p Paying<'_>, number: u8, minor_units: i64) -> Refunding<'p> {
    Refunding {
        refund_id: RefundId::new(Id::from_bytes([number; 12])),
        reference: None,
        payment_id: paying.payment_id,
        payment_reference: &paying.reference,
        amount: Money::new(minor_units, Currency::USD),
    }
}

#[tokio::test]
async fn parts_are_given_back_each_once_and_never_more_than_was_taken() {
    let bank = Bank::open();
    let paying = bank.captured().await;
    let first = refunding(&paying, 1, 1_000);
    let given_back = bank.gateway.refund(first).await.unwrap();
    let RefundStanding::Succeeded { reference } = &given_back else { panic!("{given_back:?}") };
    assert_eq!(bank.gateway.refund(first).await.unwrap(), given_back, "twice equals once");
    assert_eq!(bank.gateway.inquire_refund(first).await.unwrap(), given_back);
    let by_reference = Refunding { reference: Some(reference), ..first };
    assert_eq!(bank.gateway.inquire_refund(by_reference).await.unwrap(), given_back);
    let second = refunding(&paying, 2, 1_050);
    assert_eq!(bank.gateway.inquire_refund(second).await.unwrap(), RefundStanding::Unknown);
    bank.gateway.refund(second).await.unwrap();
    let third = bank.gateway.refund(refunding(&paying, 3, 1)).await.unwrap();
    assert!(matches!(third, RefundStanding::Failed { .. }), "{third:?}");
    let expected = [(Authorized, 2_050), (Captured, 2_050), (Refunded, 1_000), (Refunded, 1_050)];
    assert_eq!(paying.ledger(), expected);
}

#[tokio::test]
async fn a_lost_refund_is_unknown_and_is_found_among_the_payments_refunds() {
    for fault in [LoseResponse, KeepError { status: 500 }] {
        let bank = Bank::open();
        let paying = bank.captured().await;
        bank.gateway.refund(refunding(&paying, 1, 1)).await.unwrap();
        bank.plan(fault, CreateRefund);
        let lost = refunding(&paying, 2, 1_000);
        bank.gateway.refund(lost).await.unwrap_err();
        let found = bank.gateway.inquire_refund(lost).await.unwrap();
        assert!(matches!(found, RefundStanding::Succeeded { .. }), "{fault:?}: {found:?}");
        assert_eq!(paying.ledger().len(), 4);
    }
    let bank = Bank::open();
    let paying = bank.captured().await;
    bank.plan(LoseRequest, CreateRefund);
    let lost = refunding(&paying, 3, 1_000);
    bank.gateway.refund(lost).await.unwrap_err();
    assert_eq!(bank.gateway.inquire_refund(lost).await.unwrap(), RefundStanding::Unknown);
    bank.gateway.refund(lost).await.unwrap();
    assert_eq!(paying.ledger().last(), Some(&(Refunded, 1_000)));
}

#[tokio::test]
async fn a_kept_error_that_hides_a_refusal_fails_the_refund() {
    let kept = KeepError { status: 500 };
    for part in [None, Some(1_051)] {
        let bank = Bank::open();
        let paying = bank.captured().await;
        let refund = |provider: &mut Provider, now| {
            provider.refund_in_dashboard(&paying.reference, part, now).unwrap();
        };
        bank.simulator.with(refund);
        bank.plan(kept, CreateRefund);
        let asked = refunding(&paying, 1, 1_000);
        let reason = "charge_already_refunded".to_owned();
        let expected = RefundStanding::Failed { reason };
        assert_eq!(bank.gateway.refund(asked).await.unwrap(), expected, "{part:?}");
        assert_eq!(paying.ledger().len(), 3);
    }
    let bank = Bank::open();
    let paying = bank.captured().await;
    bank.simulator.with(|provider, now| {
        provider.open_dispute(&paying.reference, Some(1), now).unwrap();
    });
    bank.plan(kept, CreateRefund);
    let reason = "charge_disputed".to_owned();
    let refunded = bank.gateway.refund(refunding(&paying, 1, 1_000)).await.unwrap();
    assert_eq!(refunded, RefundStanding::Failed { reason });
}

#[tokio::test]
async fn a_refund_on_its_way_may_arrive_or_fail_and_one_that_arrived_may_still_fail() {
    for (outcome, arrives) in [(Outcome::Succeeded, true), (Outcome::Failed, false)] {
        let bank = Bank::open();
        let paying = bank.opened().await;
        paying.confirm("pm_card_pendingRefund").await.unwrap();
        paying.capture().await.unwrap();
        let asked = refunding(&paying, 1, 500);
        let standing = bank.gateway.refund(asked).await.unwrap();
        let RefundStanding::Pending { reference } = standing else { panic!("{standing:?}") };
        bank.simulator.with(|provider, now| {
            provider.finish_refund(&reference, outcome, now).unwrap();
        });
        let ended = bank.gateway.inquire_refund(asked).await.unwrap();
        assert_eq!(matches!(ended, RefundStanding::Succeeded { .. }), arrives, "{ended:?}");
        assert_eq!(matches!(ended, RefundStanding::Failed { .. }), !arrives, "{ended:?}");
    }
    let bank = Bank::open();
    let paying = bank.captured().await;
    let asked = refunding(&paying, 1, 500);
    let standing = bank.gateway.refund(asked).await.unwrap();
    let RefundStanding::Succeeded { reference } = standing else { panic!("{standing:?}") };
    bank.simulator.with(|provider, now| {
        provider.finish_refund(&reference, Outcome::Failed, now).unwrap();
    });
    let failed = bank.gateway.inquire_refund(asked).await.unwrap();
    assert_eq!(failed, RefundStanding::Failed { reason: "unknown".to_owned() });
    assert_eq!(paying.ledger().last(), Some(&(Returned, 500)));
}
