//! Every defect of refunds is found.

use contract::RefundId;
use contract::order::OrderItem;
use contract::payment::{PaymentStatus, RefundMethod, RefundStatus, RefundSummary, ReturnedUnits};

use super::super::evidence::{
    CreditedShare, EntryCause, EntryFacts, Evidence, LedgerAccount, ProviderRefundFacts, RefundEnd,
    RefundFacts, RefundTo,
};
use super::super::{Rule, check};
use super::sound::{CREDITED, PAID, TOP_UP, id, journal, payment_id, sound, ticket_id, usd, user};
use crate::platforms::START;

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
        excess: 0,
        is_foreign: false,
        requested_by: user(9),
        waived: Vec::new(),
        credited: Vec::new(),
        end,
        has_task: false,
    }
}

/// Refunds of the order paid by card: 6.00 and a unit to the card, partly borne by the house; 1.00
/// that failed; 2.00 that the bank returned. Of the order paid by credit, 3.00 were refunded to
/// credit.
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
    evidence.provider_refunds =
        vec![ProviderRefundFacts { refund_id, payment_id, amount: usd(600) }];
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
    let summary = |number, minor_units, to, status| RefundSummary {
        id: self::refund_id(number),
        amount: usd(minor_units),
        to,
        status,
        at: START,
    };
    evidence.payments[0].state.refunds = vec![
        summary(TO_CARD, 600, RefundMethod::Card, RefundStatus::Succeeded),
        summary(SENT_BACK, 200, RefundMethod::Card, RefundStatus::CameBack),
    ];
    evidence.payments[2].state.refunds =
        vec![summary(TO_CREDIT, 300, RefundMethod::Credit, RefundStatus::Succeeded)];
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

/// Adds a defect to valid evidence and expects that this rule, possibly among others, is violated.
#[track_caller]
fn finds(rule: Rule, break_it: impl FnOnce(&mut Evidence)) {
    let mut evidence = refunded();
    break_it(&mut evidence);
    let violations = check(&evidence);
    assert!(violations.iter().any(|violation| violation.rule == rule), "{violations:?}");
}

#[test]
fn valid_refunds_pass() {
    assert_eq!(check(&refunded()), []);
}

#[test]
fn an_unfinished_refund_is_found() {
    finds(Rule::NothingStuck, |evidence| evidence.refunds[0].end = RefundEnd::Requested);
    finds(Rule::NothingStuck, |evidence| evidence.refunds[0].has_task = true);
}

#[test]
fn a_different_missing_or_repeated_refund_at_the_provider_is_found() {
    finds(Rule::Money, |evidence| evidence.provider_refunds.push(evidence.provider_refunds[0]));
    finds(Rule::Money, |evidence| evidence.provider_refunds.clear());
    finds(Rule::Money, |evidence| evidence.provider_refunds[0].amount = usd(599));
    finds(Rule::Money, |evidence| evidence.provider_refunds[0].payment_id = payment_id(CREDITED));
    for number in [TO_CREDIT, FAILED, SENT_BACK] {
        finds(Rule::Money, |evidence| {
            let amount = usd(100);
            let (refund_id, payment_id) = (refund_id(number), payment_id(PAID));
            evidence.provider_refunds.push(ProviderRefundFacts { refund_id, payment_id, amount });
        });
    }
}

#[test]
fn a_refund_without_a_request_is_found() {
    finds(Rule::OneEffect, |evidence| evidence.provider_refunds[0].refund_id = refund_id(9));
    finds(Rule::OneEffect, |evidence| evidence.refunds[0].payment_id = payment_id(9));
}

#[test]
fn refunds_above_the_captured_amount_are_found() {
    // Each share and each sum agrees with the payment, whose amount is smaller.
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
    // Within the payment, but more than the seller's share of it.
    finds(Rule::Money, |evidence| evidence.orders[0].items[0].unit_price = usd(299));
}

#[test]
fn shares_that_do_not_sum_to_the_refund_are_found() {
    finds(Rule::Money, |evidence| evidence.refunds[0].shares[0].1 = usd(599));
    finds(Rule::Money, |evidence| evidence.refunds[0].borne.truncate(1));
}

#[test]
fn a_payment_or_an_order_that_differs_from_its_refunds_is_found() {
    finds(Rule::Money, |evidence| evidence.payments[0].state.refunded = None);
    finds(Rule::Money, |evidence| evidence.payments[0].state.refunded = Some(usd(601)));
    finds(Rule::Money, |evidence| evidence.payments[0].state.returned.clear());
    finds(Rule::Money, |evidence| evidence.refunds[0].returns[0].quantity = 2);
    finds(Rule::CopiesConverge, |evidence| evidence.orders[0].items[0].returned = 0);
    finds(Rule::NoOversell, |evidence| evidence.inventories[0].state.sold = 4);
    finds(Rule::NoOversell, |evidence| evidence.orders[0].items[0].returned = 0);
}

#[test]
fn an_acknowledged_refund_that_was_not_paid_is_found() {
    finds(Rule::Money, |evidence| {
        journal(evidence).refunded.insert(refund_id(FAILED), payment_id(PAID));
    });
    finds(Rule::Money, |evidence| {
        journal(evidence).refunded.insert(refund_id(9), payment_id(PAID));
    });
}

#[test]
fn a_refund_without_a_capture_is_found() {
    finds(Rule::Books, |evidence| {
        evidence.payments[0].state.status = PaymentStatus::Voided;
    });
}

#[test]
fn a_missing_changed_or_repeated_entry_of_a_refund_is_found() {
    for at in sound().entries.len()..refunded().entries.len() {
        finds(Rule::Books, |evidence| _ = evidence.entries.remove(at));
        finds(Rule::Books, |evidence| evidence.entries.push(evidence.entries[at]));
        finds(Rule::Books, |evidence| evidence.entries[at].change.minor_units += 1);
    }
    // Complete transactions that the refund's end does not require.
    finds(Rule::Books, |evidence| {
        let paid = EntryCause::RefundPaid(refund_id(TO_CARD));
        evidence.entries.retain(|entry| entry.cause != paid);
    });
    finds(Rule::Books, |evidence| evidence.refunds[2].end = RefundEnd::CameBack);
    finds(Rule::Books, |evidence| evidence.refunds[1].to = RefundTo::Card);
}

/// The unit of the refund to the card was sold for 5.00; 6.00 were refunded, and the bank returned
/// all of it: the payer is credited 5.00.
fn credited() -> Evidence {
    use EntryCause::{RefundCredited, RefundFailed};
    use LedgerAccount::{House, Provider, User};
    let (buyer, seller) = (user(1), user(9));
    let mut evidence = refunded();
    let id = refund_id(TO_CARD);
    let refund = &mut evidence.refunds[0];
    refund.end = RefundEnd::CameBackToCredit;
    refund.credited = vec![CreditedShare { seller, account: User(seller), amount: usd(500) }];
    evidence.provider_refunds.clear();
    let payment = &mut evidence.payments[0].state;
    payment.refunded = Some(usd(500));
    payment.refunds[0].amount = usd(500);
    payment.refunds[0].to = RefundMethod::Credit;
    let mut post = |cause, account, change, line: Option<(u64, i64)>| {
        let line = line.map(|(number, balance)| (number, usd(balance)));
        evidence.entries.push(EntryFacts { cause, account, change: usd(change), line });
    };
    post(RefundFailed(id), Provider, -100, None);
    post(RefundFailed(id), House, 100, None);
    post(RefundCredited(id), Provider, -500, None);
    post(RefundCredited(id), User(buyer), 500, Some((6, 2_800)));
    evidence.balances[0].entries = 6;
    evidence.balances[0].balances = vec![usd(2_800)];
    evidence
}

/// Adds a defect to valid evidence of a refund that became credit, and expects that this rule is
/// violated.
#[track_caller]
fn finds_in_credited(rule: Rule, break_it: impl FnOnce(&mut Evidence)) {
    let mut evidence = credited();
    assert_eq!(check(&evidence), []);
    break_it(&mut evidence);
    let violations = check(&evidence);
    assert!(violations.iter().any(|violation| violation.rule == rule), "{violations:?}");
}

#[test]
fn a_refund_converted_to_credit_that_differs_is_found() {
    finds_in_credited(Rule::Books, |evidence| _ = evidence.entries.pop());
    finds_in_credited(Rule::Books, |evidence| {
        evidence.refunds[0].end = RefundEnd::FailedToCredit;
    });
    finds_in_credited(Rule::Money, |evidence| {
        evidence.payments[0].state.refunded = Some(usd(600));
    });
    finds_in_credited(Rule::Money, |evidence| {
        evidence.payments[0].state.refunds[0].to = RefundMethod::Card;
    });
    finds_in_credited(Rule::UnitsRefunded, |evidence| {
        evidence.refunds[0].credited[0].amount = usd(499);
    });
}

#[test]
fn units_returned_below_their_price_are_found() {
    // One cent below the unit's price.
    finds(Rule::UnitsRefunded, |evidence| evidence.refunds[0].shares[0].1 = usd(499));
    // Two refunds that together return more units than they pay for.
    finds(Rule::UnitsRefunded, |evidence| {
        let mut more = refund(9, PAID, 1, RefundTo::Card, RefundEnd::Succeeded);
        more.returns = vec![ReturnedUnits { ticket_id: ticket_id(), quantity: 1 }];
        evidence.refunds.push(more);
    });
    // The refund failed, but the unit returned to sale.
    finds(Rule::UnitsRefunded, |evidence| evidence.refunds[0].end = RefundEnd::CameBack);
    // A seller's refund waives an amount without the payer's consent, or more than the price of its
    // units.
    let waive = |evidence: &mut Evidence, minor_units| {
        evidence.refunds[0].waived = vec![(user(9), usd(minor_units))];
    };
    finds(Rule::UnitsRefunded, |evidence| waive(evidence, 1));
    finds(Rule::UnitsRefunded, |evidence| {
        journal(evidence).agreed.insert(payment_id(PAID));
        waive(evidence, 501);
    });
    let mut sound = refunded();
    journal(&mut sound).agreed.insert(payment_id(PAID));
    waive(&mut sound, 500);
    assert_eq!(check(&sound), [], "the payer agreed");
    let mut sound = refunded();
    sound.refunds[0].requested_by = user(8);
    waive(&mut sound, 500);
    assert_eq!(check(&sound), [], "an administrator requested the refund");
}

#[test]
fn free_units_returned_without_consent_are_found() {
    let free = |evidence: &mut Evidence| {
        let units = ReturnedUnits { ticket_id: id(7, 77).into(), quantity: 1 };
        evidence.refunds[0].returns.push(units);
        for order in [&mut evidence.orders[0], &mut evidence.order_copies[0]] {
            let item = order.items[0].clone();
            order.items.push(OrderItem { ticket_id: units.ticket_id, unit_price: usd(0), ..item });
        }
    };
    let found = |evidence: &Evidence| {
        check(evidence).iter().filter(|finding| finding.rule == Rule::UnitsRefunded).count()
    };
    let mut evidence = refunded();
    free(&mut evidence);
    assert_eq!(found(&evidence), 1);
    journal(&mut evidence).agreed.insert(payment_id(PAID));
    assert_eq!(found(&evidence), 0, "the payer agreed");
}

#[test]
fn a_payment_that_lists_other_refunds_is_found() {
    finds(Rule::Money, |evidence| _ = evidence.payments[0].state.refunds.pop());
    finds(Rule::Money, |evidence| evidence.payments[0].state.refunds[0].amount = usd(1));
    finds(Rule::Money, |evidence| {
        evidence.payments[0].state.refunds[1].status = RefundStatus::Succeeded;
    });
}
