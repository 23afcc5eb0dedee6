//! Whatever is wrong with refunds is found.

use contract::RefundId;
use contract::payment::{PaymentStatus, ReturnedUnits};

use super::super::evidence::{
    EntryCause, EntryFacts, Evidence, GivenBackFacts, LedgerAccount, RefundEnd, RefundFacts,
    RefundTo,
};
use super::super::{Rule, check};
use super::sound::{CREDITED, PAID, TOP_UP, id, journal, payment_id, sound, ticket_id, usd, user};

const TO_CARD: u8 = 1;
const TO_CREDIT: u8 = 2;
const FAILED: u8 = 3;
const SENT_BACK: u8 = 4;

fn refund_id(number: u8) -> RefundId {
    id(6, number).into()
}

fn refund(number: u8, payment: u8, minor_units: i64, to: RefundTo, end: RefundEnd) -> RefundFacts {
    RefundFacts {
        id: refund_id(number),
        payment_id: payment_id(payment),
        payer: user(1),
        amount: usd(minor_units),
        to,
        borne: vec![(LedgerAccount::User(user(9)), usd(minor_units))],
        shares: vec![(user(9), usd(minor_units))],
        returns: Vec::new(),
        end,
        has_task: false,
    }
}

/// Of the order paid by card 6.00 and a unit were given back to the card, partly by the house; 1.00 failed, 2.00 was sent back. Of the
/// one paid by credit 3.00 were given back to credit.
fn refunded() -> Evidence {
    use EntryCause::{Refund, RefundFailed, RefundPaid};
    use LedgerAccount::{House, Provider, Refunds, User};
    let (buyer, seller) = (User(user(1)), User(user(9)));
    let mut evidence = sound();
    let units = ReturnedUnits { ticket_id: ticket_id(), quantity: 1 };
    let mut to_card = refund(TO_CARD, PAID, 600, RefundTo::Card, RefundEnd::Succeeded);
    to_card.borne = vec![(seller, usd(500)), (House, usd(100))];
    to_card.returns = vec![units];
    evidence.refunds = vec![
        to_card,
        refund(TO_CREDIT, CREDITED, 300, RefundTo::Credit, RefundEnd::Succeeded),
        refund(FAILED, PAID, 100, RefundTo::Card, RefundEnd::Failed),
        refund(SENT_BACK, PAID, 200, RefundTo::Card, RefundEnd::CameBack),
    ];
    let (refund_id, payment_id) = (refund_id(TO_CARD), payment_id(PAID));
    evidence.given_back = vec![GivenBackFacts { refund_id, payment_id, amount: usd(600) }];
    journal(&mut evidence).refunded.insert(refund_id, payment_id);
    let orders = [&mut evidence.orders[0], &mut evidence.order_copies[0]];
    for order in orders {
        order.items[0].returned = 1;
    }
    evidence.inventories[0].state.sold = 3;
    evidence.tickets[0].sold = 3;
    evidence.payments[0].state.refunded = Some(usd(600));
    evidence.payments[0].state.returned = vec![units];
    evidence.payments[2].state.refunded = Some(usd(300));
    let mut post =
        |cause: fn(RefundId) -> EntryCause, number, account, change, line: Option<(u64, i64)>| {
            let line = line.map(|(number, balance)| (number, usd(balance)));
            let cause = cause(self::refund_id(number));
            evidence.entries.push(EntryFacts { cause, account, change: usd(change), line });
        };
    post(Refund, TO_CARD, seller, -500, Some((3, 1_500)));
    post(Refund, TO_CARD, House, -100, None);
    post(Refund, TO_CARD, Refunds, 600, None);
    post(RefundPaid, TO_CARD, Refunds, -600, None);
    post(RefundPaid, TO_CARD, Provider, 600, None);
    post(Refund, TO_CREDIT, seller, -300, Some((4, 1_200)));
    post(Refund, TO_CREDIT, buyer, 300, Some((5, 2_300)));
    post(Refund, FAILED, seller, -100, Some((5, 1_100)));
    post(Refund, FAILED, Refunds, 100, None);
    post(RefundFailed, FAILED, Refunds, -100, None);
    post(RefundFailed, FAILED, seller, 100, Some((6, 1_200)));
    post(Refund, SENT_BACK, seller, -200, Some((7, 1_000)));
    post(Refund, SENT_BACK, Refunds, 200, None);
    post(RefundPaid, SENT_BACK, Refunds, -200, None);
    post(RefundPaid, SENT_BACK, Provider, 200, None);
    post(RefundFailed, SENT_BACK, Provider, -200, None);
    post(RefundFailed, SENT_BACK, seller, 200, Some((8, 1_200)));
    for (balance, entries, minor_units) in [(0, 5, 2_300), (1, 8, 1_200)] {
        evidence.balances[balance].entries = entries;
        evidence.balances[balance].balances = vec![usd(minor_units)];
    }
    evidence
}

/// Breaks sound evidence and expects that this rule, perhaps among others, finds it.
#[track_caller]
fn finds(rule: Rule, break_it: impl FnOnce(&mut Evidence)) {
    let mut evidence = refunded();
    break_it(&mut evidence);
    let violations = check(&evidence);
    assert!(violations.iter().any(|violation| violation.rule == rule), "{violations:?}");
}

#[test]
fn sound_refunds_pass() {
    assert_eq!(check(&refunded()), []);
}

#[test]
fn a_refund_without_an_end_is_found() {
    finds(Rule::NothingStuck, |evidence| evidence.refunds[0].end = RefundEnd::Requested);
    finds(Rule::NothingStuck, |evidence| evidence.refunds[0].has_task = true);
}

#[test]
fn a_refund_that_the_provider_made_twice_or_not_or_over_another_amount_is_found() {
    finds(Rule::Money, |evidence| evidence.given_back.push(evidence.given_back[0]));
    finds(Rule::Money, |evidence| evidence.given_back.clear());
    finds(Rule::Money, |evidence| evidence.given_back[0].amount = usd(599));
    finds(Rule::Money, |evidence| evidence.given_back[0].payment_id = payment_id(CREDITED));
    for number in [TO_CREDIT, FAILED, SENT_BACK] {
        finds(Rule::Money, |evidence| {
            let amount = usd(100);
            let (refund_id, payment_id) = (refund_id(number), payment_id(PAID));
            evidence.given_back.push(GivenBackFacts { refund_id, payment_id, amount });
        });
    }
}

#[test]
fn a_refund_that_nobody_asked_for_is_found() {
    finds(Rule::OneEffect, |evidence| evidence.given_back[0].refund_id = refund_id(9));
    finds(Rule::OneEffect, |evidence| evidence.refunds[0].payment_id = payment_id(9));
}

#[test]
fn more_given_back_than_was_taken_is_found() {
    // Each share and each sum agrees with the payment, which is over less.
    finds(Rule::Money, |evidence| {
        evidence.refunds[1].amount = usd(1_001);
        evidence.refunds[1].borne[0].1 = usd(1_001);
        evidence.refunds[1].shares[0].1 = usd(1_001);
        evidence.payments[2].state.refunded = Some(usd(1_001));
    });
    finds(Rule::Money, |evidence| {
        let again = refund(9, TOP_UP, 3_001, RefundTo::Credit, RefundEnd::Succeeded);
        evidence.refunds.push(again);
    });
    // Within the payment, and more than the seller's share of it.
    finds(Rule::Money, |evidence| evidence.orders[0].items[0].unit_price = usd(299));
}

#[test]
fn shares_that_do_not_make_the_refund_are_found() {
    finds(Rule::Money, |evidence| evidence.refunds[0].shares[0].1 = usd(599));
    finds(Rule::Money, |evidence| evidence.refunds[0].borne.truncate(1));
}

#[test]
fn a_payment_or_an_order_that_tells_otherwise_is_found() {
    finds(Rule::Money, |evidence| evidence.payments[0].state.refunded = None);
    finds(Rule::Money, |evidence| evidence.payments[0].state.refunded = Some(usd(601)));
    finds(Rule::Money, |evidence| evidence.payments[0].state.returned.clear());
    finds(Rule::Money, |evidence| evidence.refunds[0].returns[0].quantity = 2);
    finds(Rule::CopiesConverge, |evidence| evidence.orders[0].items[0].returned = 0);
    finds(Rule::NoOversell, |evidence| evidence.inventories[0].state.sold = 4);
    finds(Rule::NoOversell, |evidence| evidence.orders[0].items[0].returned = 0);
}

#[test]
fn a_refund_that_was_acknowledged_and_not_given_back_is_found() {
    finds(Rule::Money, |evidence| {
        journal(evidence).refunded.insert(refund_id(FAILED), payment_id(PAID));
    });
    finds(Rule::Money, |evidence| {
        journal(evidence).refunded.insert(refund_id(9), payment_id(PAID));
    });
}

#[test]
fn a_refund_of_what_was_not_captured_is_found() {
    finds(Rule::Books, |evidence| {
        evidence.payments[0].state.status = PaymentStatus::Voided;
    });
}

#[test]
fn an_entry_for_a_refund_that_is_missing_changed_or_posted_twice_is_found() {
    for at in sound().entries.len()..refunded().entries.len() {
        finds(Rule::Books, |evidence| _ = evidence.entries.remove(at));
        finds(Rule::Books, |evidence| evidence.entries.push(evidence.entries[at]));
        finds(Rule::Books, |evidence| evidence.entries[at].change.minor_units += 1);
    }
    // Whole transactions that the refund's end does not call for.
    finds(Rule::Books, |evidence| {
        let paid = EntryCause::RefundPaid(refund_id(TO_CARD));
        evidence.entries.retain(|entry| entry.cause != paid);
    });
    finds(Rule::Books, |evidence| evidence.refunds[2].end = RefundEnd::CameBack);
    finds(Rule::Books, |evidence| evidence.refunds[1].to = RefundTo::Card);
}
