//! Actions at the provider without a request of the marketplace: the allowed ones pass, defects are
//! found.

use contract::payment::PaymentStatus;
use contract::{DisputeId, RefundId};

use super::super::evidence::{
    ByOthers, DisputeEnd, DisputeFacts, EntryCause, EntryFacts, Evidence, LedgerAccount,
    ProviderRefundFacts, RefundEnd, RefundFacts, RefundTo, WithdrawnFacts,
};
use super::super::{Rule, check};
use super::sound::{GIVEN_UP, PAID, id, payment_id, sound, usd, user};

/// The payment of the cancelled order was captured at the provider and refunded; 2.00 of the order
/// paid by card are disputed.
fn operated() -> Evidence {
    let mut evidence = sound();
    let (seller, buyer) = (LedgerAccount::User(user(9)), LedgerAccount::User(user(1)));
    let mut post = |cause, account, change, line: Option<(u64, i64)>| {
        let line = line.map(|(number, balance)| (number, usd(balance)));
        evidence.entries.push(EntryFacts { cause, account, change: usd(change), line });
    };
    let stray = EntryCause::StrayCapture(payment_id(GIVEN_UP));
    post(stray, LedgerAccount::Provider, -1_000, None);
    post(stray, buyer, 1_000, Some((5, 3_000)));
    let refund_id = RefundId::from(payment_id(GIVEN_UP).untyped());
    post(EntryCause::Refund(refund_id), buyer, -1_000, Some((6, 2_000)));
    post(EntryCause::Refund(refund_id), LedgerAccount::Refunds, 1_000, None);
    post(EntryCause::RefundPaid(refund_id), LedgerAccount::Refunds, -1_000, None);
    post(EntryCause::RefundPaid(refund_id), LedgerAccount::Provider, 1_000, None);
    let dispute_id: DisputeId = id(8, 1).into();
    post(EntryCause::DisputeOpened(dispute_id), seller, -200, Some((3, 1_800)));
    post(EntryCause::DisputeOpened(dispute_id), LedgerAccount::Disputes, 200, None);
    evidence.balances[0].entries = 6;
    evidence.balances[1].entries = 3;
    evidence.balances[1].balances = vec![usd(1_800)];
    evidence.payments[1].returned = Some(usd(1_000));
    evidence.intents[1].captured = 1;
    evidence.intents[1].voided = 0;
    evidence.intents[1].taken = 1_000;
    evidence.intents[1].by_others = ByOthers { captured: true, canceled: false };
    evidence.refunds = vec![RefundFacts {
        id: refund_id,
        payment_id: payment_id(GIVEN_UP),
        payer: user(1),
        amount: usd(1_000),
        to: RefundTo::Card,
        borne: vec![(buyer, usd(1_000))],
        shares: vec![(user(1), usd(1_000))],
        excess: 0,
        is_foreign: false,
        returns: Vec::new(),
        requested_by: user(1),
        waived: Vec::new(),
        credited: Vec::new(),
        end: RefundEnd::Succeeded,
        has_task: false,
    }];
    let (payment_id, amount) = (payment_id(GIVEN_UP), usd(1_000));
    evidence.provider_refunds = vec![ProviderRefundFacts { refund_id, payment_id, amount }];
    evidence.disputes = vec![DisputeFacts {
        id: dispute_id,
        payment_id: super::sound::payment_id(PAID),
        amount: usd(200),
        borne: vec![(seller, usd(200))],
        shares: vec![(user(9), usd(200))],
        end: DisputeEnd::Open,
    }];
    evidence.withdrawn = vec![WithdrawnFacts {
        id: dispute_id,
        payment_id: super::sound::payment_id(PAID),
        amount: usd(200),
        end: DisputeEnd::Open,
    }];
    evidence
}

#[track_caller]
fn finds(rule: Rule, break_it: impl FnOnce(&mut Evidence)) {
    let mut evidence = operated();
    break_it(&mut evidence);
    let violations = check(&evidence);
    assert!(violations.iter().any(|violation| violation.rule == rule), "{violations:?}");
}

#[test]
fn allowed_actions_at_the_provider_pass() {
    assert_eq!(check(&operated()), []);
    let mut canceled = sound();
    // Accepted by its order, then cancelled at the provider: no account is credited, and the order
    // stays complete.
    canceled.payments[0].state.status = PaymentStatus::Voided;
    canceled.intents[0].captured = 0;
    canceled.intents[0].voided = 1;
    canceled.intents[0].taken = 0;
    canceled.intents[0].by_others = ByOthers { captured: false, canceled: true };
    canceled.entries.retain(|entry| entry.cause != EntryCause::Sale(payment_id(PAID)));
    let rules: Vec<Rule> = check(&canceled).iter().map(|violation| violation.rule).collect();
    assert!(rules.iter().all(|rule| *rule == Rule::Books || *rule == Rule::Money), "{rules:?}");
    let unpaid = |line: &str| line.contains("is complete by payment");
    assert!(
        !check(&canceled).iter().any(|violation| unpaid(&violation.line)),
        "a cancellation at the provider is allowed"
    );
    canceled.intents[0].by_others.canceled = false;
    assert!(
        check(&canceled).iter().any(|violation| unpaid(&violation.line)),
        "an unpaid order without a cancellation is a violation"
    );
}

#[test]
fn a_capture_without_an_order_must_be_refunded() {
    finds(Rule::Money, |evidence| evidence.refunds.clear());
    finds(Rule::Money, |evidence| evidence.refunds[0].amount = usd(900));
    finds(Rule::Books, |evidence| evidence.payments[1].returned = None);
    finds(Rule::Money, |evidence| evidence.intents[1].by_others.captured = false);
    finds(Rule::Books, |evidence| evidence.intents[1].taken = 900);
}

#[test]
fn a_dispute_that_differs_from_the_provider_is_found() {
    finds(Rule::Books, |evidence| evidence.disputes.clear());
    finds(Rule::Books, |evidence| evidence.withdrawn.clear());
    finds(Rule::Books, |evidence| evidence.withdrawn[0].end = DisputeEnd::Won);
    finds(Rule::Books, |evidence| evidence.withdrawn[0].amount = usd(100));
    finds(Rule::Books, |evidence| {
        let twice = evidence.disputes[0].clone();
        evidence.disputes.push(twice);
    });
    finds(Rule::Money, |evidence| evidence.disputes[0].shares[0].1 = usd(1_001));
}

#[test]
fn only_a_refund_made_at_the_provider_may_exceed_its_payment() {
    finds(Rule::Money, |evidence| {
        evidence.refunds[0].excess = 100;
        evidence.refunds[0].amount = usd(1_100);
    });
}
