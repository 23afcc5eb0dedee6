//! Actions at the provider without a request: the allowed ones pass, defects are found.

use contract::RefundId;
use payments::domain::refund::{Destination, Share, State as Refunded};
use payments::domain::{
    AccountId, Cause, CostAllocation, Dispute, DisputeState, ProviderDisputeStatus, Refund,
    Refunds, State, Transaction, VoidReason,
};
use testing::platforms::START;
use testing::samples::{id, usd};

use super::sound::{Defect, GIVEN_UP, PAID, finds_each, of, post, sound, violated, voided};
use crate::Rule::{Books, Money};
use crate::{Evidence, ProviderRefundFacts, WithdrawnFacts, check};

/// The payment of the cancelled order was captured at the provider and refunded; 2.00 of the order
/// paid by card are disputed.
fn operated() -> Evidence {
    let mut evidence = sound();
    let returned = &mut evidence.payments[1];
    returned.state = State::Returned {
        reference: "pi".to_owned(),
        taken: usd(1_000),
        reason: VoidReason::OrderCancelled,
        returned_at: START,
        refunds: Refunds::default(),
    };
    let captured = &mut evidence.intents[1];
    (captured.captured, captured.voided, captured.taken) = (1, 0, 1_000);
    captured.captured_by_others = true;
    let to = Destination::Card { payment_reference: "pi".to_owned() };
    // The refund of a capture that no order wants has the id of the payment.
    let refund_id: RefundId = id(GIVEN_UP);
    let refund = Refund {
        shares: vec![Share { seller: id(1), by_seller: usd(1_000), by_house: usd(0) }],
        state: Refunded::Succeeded { at: START, reference: Some("re".to_owned()) },
        ..Refund::new(refund_id, returned, usd(1_000), to, START)
    };
    let (payment_id, amount) = (id(GIVEN_UP), usd(1_000));
    evidence.provider_refunds = vec![ProviderRefundFacts { refund_id, payment_id, amount }];
    let (payment_id, amount) = (id(PAID), usd(200));
    let shares = vec![Share { seller: id(9), by_seller: amount, by_house: usd(0) }];
    let dispute = Dispute {
        id: id(8),
        reference: "dp".to_owned(),
        payment_id,
        order_id: Some(id(PAID)),
        payer: id(1),
        amount,
        allocation: CostAllocation { shares, excess: None },
        opened_at: START,
        state: DisputeState::Open,
    };
    let status = ProviderDisputeStatus::Open;
    evidence.withdrawn = vec![WithdrawnFacts { id: dispute.id, payment_id, amount, status }];
    let stray = Transaction::because_of(Cause::StrayCapture(of(GIVEN_UP)));
    let buyer = AccountId::User(id(1));
    for transaction in [
        stray.transfer(AccountId::Provider, buyer, usd(1_000)),
        refund.booked_at_request(),
        refund.booked_when_paid(),
        dispute.booked_when_opened(),
    ] {
        post(&mut evidence, &transaction);
    }
    (evidence.refunds, evidence.disputes) = (vec![refund], vec![dispute]);
    evidence
}

#[test]
fn allowed_actions_at_the_provider_pass() {
    let mut canceled = sound();
    // Accepted by its order, then cancelled at the provider: no account is credited, and the order
    // stays complete.
    canceled.payments[0].state = voided();
    let intent = &mut canceled.intents[0];
    (intent.captured, intent.voided, intent.taken) = (0, 1, 0);
    intent.canceled_by_others = true;
    canceled.entries.retain(|entry| entry.cause != Cause::Sale(of(PAID)));
    let rules = violated(&canceled);
    assert!(rules.iter().all(|rule| *rule == Books || *rule == Money), "{rules:?}");
    let is_unpaid = |evidence: &Evidence| {
        check(evidence).iter().any(|violation| violation.line.contains("is complete by payment"))
    };
    assert!(!is_unpaid(&canceled), "a cancellation at the provider is allowed");
    canceled.intents[0].canceled_by_others = false;
    assert!(is_unpaid(&canceled), "an unpaid order without a cancellation is a violation");
}

const DEFECTS: &[Defect] = &[
    ("a capture without an order and a refund", Money, |it| it.refunds.clear()),
    ("a refund of a part of it", Money, |it| it.refunds[0].amount = usd(900)),
    ("a payment that is not returned", Books, |it| it.payments[1].state = voided()),
    ("a capture by no operator", Money, |it| it.intents[1].captured_by_others = false),
    ("a capture of another amount", Books, |it| it.intents[1].taken = 900),
    ("a dispute that is not booked", Books, |it| it.disputes.clear()),
    ("a dispute that the provider has not", Books, |it| it.withdrawn.clear()),
    ("a dispute that is won", Books, |it| it.withdrawn[0].status = ProviderDisputeStatus::Won),
    ("a dispute of another amount", Books, |it| it.withdrawn[0].amount = usd(100)),
    ("a dispute that is booked twice", Books, |it| it.disputes.push(it.disputes[0].clone())),
    ("a dispute above the payment", Money, |it| {
        it.disputes[0].allocation.shares[0].by_seller = usd(1_001);
    }),
    ("a requested refund above its payment", Money, |it| {
        it.refunds[0].excess = Some(usd(100));
        it.refunds[0].amount = usd(1_100);
    }),
];

#[test]
fn every_defect_of_actions_at_the_provider_is_found() {
    finds_each(operated, DEFECTS);
}
