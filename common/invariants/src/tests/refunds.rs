//! Every defect of refunds is found.

use contract::order::OrderItem;
use contract::payment::{RefundMethod, RefundStatus, ReturnedUnits};
use contract::{Currency, Decided};
use payments::Payment;
use payments::domain::refund::{Command, Destination, Event, Share, State};
use payments::domain::{Claim, ProviderRefundStatus, Refund};
use testing::platforms::START;
use testing::samples::{id, usd};

use super::sold::{admitted, informed};
use super::sound::{
    CREDITED, Defect, PAID, TOP_UP, captured, finds, finds_each, journal, payment, post,
    refunds_of, sound, violated, voided,
};
use crate::Rule::{
    Books, CopiesConverge, Money, NoOversell, NothingStuck, OneEffect, UnitsRefunded,
};
use crate::{Evidence, ProviderRefundFacts, check};

const TO_CARD: u8 = 1;
const TO_CREDIT: u8 = 2;
const FAILED: u8 = 3;
const SENT_BACK: u8 = 4;

pub(super) fn to_card() -> Destination {
    Destination::Card { payment_reference: "pi".to_owned() }
}

/// A part of a refund, paid by the seller and by the house.
fn share(by_seller: i64, by_house: i64) -> Share {
    Share { seller: id(9), by_seller: usd(by_seller), by_house: usd(by_house) }
}

pub(super) const fn requested() -> State {
    State::Requested { reference: None }
}

pub(super) fn succeeded() -> State {
    State::Succeeded { at: START, reference: Some("re".to_owned()) }
}

fn failed(was_paid: bool) -> State {
    State::Failed { at: START, reason: "no".to_owned(), paid_at: was_paid.then_some(START) }
}

pub(super) fn refund(
    number: u8,
    of: u8,
    minor_units: i64,
    to: Destination,
    state: State,
) -> Refund {
    let payment = payment(of, Some(of), captured());
    Refund {
        shares: vec![share(minor_units, 0)],
        requested_by: id(9),
        state,
        ..Refund::new(id(number), &payment, usd(minor_units), to, START)
    }
}

/// Requests and books a refund, and what the provider reports of it.
pub(super) fn request(evidence: &mut Evidence, refund: Refund, reports: &[ProviderRefundStatus]) {
    let payment = payment_of(evidence, &refund);
    *payment = payment.claim(&refund).unwrap();
    if refund.is_settled() {
        *payment = payment.refund_paid(&refund).unwrap();
    }
    post(evidence, &refund.booked_at_request());
    let at = evidence.refunds.len();
    evidence.refunds.push(refund);
    for report in reports {
        receive(evidence, at, report.clone());
    }
}

/// Books a report of the provider.
fn receive(evidence: &mut Evidence, at: usize, report: ProviderRefundStatus) {
    let decided = evidence.refunds[at].decide(Command::Observe(report), START).unwrap();
    let Decided::Applied(refund, event) = decided else { panic!("it changes nothing") };
    let copy = evidence.order_copies[0].clone();
    let payment = payment_of(evidence, &refund);
    let (refund, booked) = if event == Event::Paid {
        *payment = payment.refund_paid(&refund).unwrap();
        let booked = vec![refund.booked_when_paid()];
        (*refund, booked)
    } else {
        let owed = payment.owed_for_units(&refund, Some(&copy)).unwrap();
        let refund = refund.crediting(owed);
        *payment = payment.refund_not_given(&refund).unwrap();
        let booked = refund.booked_when_not_given();
        (refund, booked)
    };
    evidence.refunds[at] = refund;
    for transaction in booked {
        post(evidence, &transaction);
    }
}

fn payment_of<'e>(evidence: &'e mut Evidence, refund: &Refund) -> &'e mut Payment {
    let mut payments = evidence.payments.iter_mut();
    payments.find(|payment| payment.id == refund.payment_id).unwrap()
}

pub(super) fn paid() -> ProviderRefundStatus {
    ProviderRefundStatus::Succeeded { reference: "re".to_owned() }
}

fn refused() -> ProviderRefundStatus {
    ProviderRefundStatus::Failed { reason: "no".to_owned() }
}

/// Refunds of the order paid by card: 6.00 and a unit to the card, partly borne by the house; 1.00
/// that failed; 2.00 that the bank returned. Of the order paid by credit, 3.00 were refunded to
/// credit.
pub(super) fn refunded() -> Evidence {
    let mut evidence = sound();
    let returns = vec![ReturnedUnits { ticket_id: id(3), quantity: 1 }];
    let partly_borne = refund(TO_CARD, PAID, 600, to_card(), requested());
    let partly_borne = Refund { shares: vec![share(500, 100)], returns, ..partly_borne };
    request(&mut evidence, partly_borne, &[paid()]);
    let to_credit = refund(TO_CREDIT, CREDITED, 300, Destination::Credit, succeeded());
    request(&mut evidence, to_credit, &[]);
    let failed = refund(FAILED, PAID, 100, to_card(), requested());
    request(&mut evidence, failed, &[refused()]);
    let sent_back = refund(SENT_BACK, PAID, 200, to_card(), requested());
    request(&mut evidence, sent_back, &[paid(), refused()]);
    let (refund_id, payment_id) = (id(TO_CARD), id(PAID));
    evidence.provider_refunds =
        vec![ProviderRefundFacts { refund_id, payment_id, amount: usd(600) }];
    journal(&mut evidence).refunded.insert(refund_id, payment_id);
    evidence.orders[0].state.items[0].returned = 1;
    evidence.order_copies[0].order.items[0].returned = 1;
    evidence.inventories[0].sold = 3;
    evidence.tickets[0].stock.sold = 3;
    informed(&mut evidence);
    admitted(&mut evidence);
    evidence
}

const DEFECTS: &[Defect] = &[
    ("a refund without an end", NothingStuck, |it| it.refunds[0].state = requested()),
    ("a refund with a task", NothingStuck, |it| it.refunds[0].has_news = true),
    ("a repeated refund at the provider", Money, |it| {
        it.provider_refunds.push(it.provider_refunds[0]);
    }),
    ("no refund at the provider", Money, |it| it.provider_refunds.clear()),
    ("another amount at the provider", Money, |it| it.provider_refunds[0].amount = usd(599)),
    ("a refund of another payment at the provider", Money, |it| {
        it.provider_refunds[0].payment_id = id(CREDITED);
    }),
    ("a refund to credit at the provider", Money, |it| add_at_provider(it, TO_CREDIT)),
    ("a failed refund at the provider", Money, |it| add_at_provider(it, FAILED)),
    ("a refund sent back at the provider", Money, |it| add_at_provider(it, SENT_BACK)),
    ("a refund without a request", OneEffect, |it| it.provider_refunds[0].refund_id = id(9)),
    ("a refund without a payment", OneEffect, |it| it.refunds[0].payment_id = id(9)),
    // Each share and each sum agrees with the payment, whose amount is smaller.
    ("a refund above the payment", Money, |it| {
        it.refunds[1].amount = usd(1_001);
        it.refunds[1].shares = vec![share(1_001, 0)];
        refunds_of(&mut it.payments[2]).refunded = Some(usd(1_001));
    }),
    ("a refund above the top-up", Money, |it| {
        it.refunds.push(refund(9, TOP_UP, 3_001, Destination::Credit, succeeded()));
    }),
    ("refunds above the seller's share of the payment", Money, |it| {
        it.orders[0].state.items[0].unit_price = usd(299);
    }),
    ("the seller's part is too small", Money, |it| it.refunds[0].shares = vec![share(499, 100)]),
    ("a negative part", Money, |it| it.refunds[0].shares = vec![share(-100, 700)]),
    ("the house's part is missing", Money, |it| it.refunds[0].shares = vec![share(500, 0)]),
    ("no total", Money, |it| refunds_of(&mut it.payments[0]).refunded = None),
    ("another total", Money, |it| refunds_of(&mut it.payments[0]).refunded = Some(usd(601))),
    ("no returned units", Money, |it| refunds_of(&mut it.payments[0]).returned.clear()),
    ("other returned units", Money, |it| it.refunds[0].returns[0].quantity = 2),
    ("units that did not return to their order", CopiesConverge, |it| {
        it.orders[0].state.items[0].returned = 0;
    }),
    ("units that did not return to the inventory", NoOversell, |it| it.inventories[0].sold = 4),
    ("units that returned to the inventory alone", NoOversell, |it| {
        it.orders[0].state.items[0].returned = 0;
    }),
    ("an acknowledged refund that failed", Money, |it| acknowledge(it, FAILED)),
    ("an acknowledged refund that does not exist", Money, |it| acknowledge(it, 9)),
    ("a refund without a capture", Books, |it| it.payments[0].state = voided()),
    // Complete transactions that the refund's end does not require.
    ("a paid refund that is not booked", Books, |it| {
        let paid = it.refunds[0].booked_when_paid().cause();
        it.entries.retain(|entry| entry.cause != paid);
    }),
    ("a failed refund booked as one sent back", Books, |it| it.refunds[2].state = failed(true)),
    ("a refund to a card booked as credit", Books, |it| it.refunds[1].to = to_card()),
    ("one cent below the unit's price", UnitsRefunded, |it| {
        it.refunds[0].shares = vec![share(399, 100)];
    }),
    ("two refunds that return more units than they pay for", UnitsRefunded, |it| {
        let returns = vec![ReturnedUnits { ticket_id: id(3), quantity: 1 }];
        let more = refund(9, PAID, 1, to_card(), succeeded());
        it.refunds.push(Refund { returns, ..more });
    }),
    ("a refund that failed after its unit returned", UnitsRefunded, |it| {
        it.refunds[0].state = failed(true);
    }),
    ("a waiver without the payer's consent", UnitsRefunded, |it| waive(it, 1)),
    ("a waiver above the price of its units", UnitsRefunded, |it| {
        journal(it).agreed.insert(id(PAID));
        waive(it, 501);
    }),
    ("a missing summary", Money, |it| _ = refunds_of(&mut it.payments[0]).summaries.pop()),
    ("a summary of another amount", Money, |it| {
        refunds_of(&mut it.payments[0]).summaries[0].amount = usd(1);
    }),
    ("a summary of another status", Money, |it| {
        refunds_of(&mut it.payments[0]).summaries[1].status = RefundStatus::Succeeded;
    }),
];

fn add_at_provider(evidence: &mut Evidence, number: u8) {
    let (refund_id, payment_id, amount) = (id(number), id(PAID), usd(100));
    evidence.provider_refunds.push(ProviderRefundFacts { refund_id, payment_id, amount });
}

fn acknowledge(evidence: &mut Evidence, number: u8) {
    journal(evidence).refunded.insert(id(number), id(PAID));
}

fn waive(evidence: &mut Evidence, minor_units: i64) {
    evidence.refunds[0].waived = vec![Claim { seller: id(9), amount: usd(minor_units) }];
}

#[test]
fn every_defect_of_refunds_is_found() {
    finds_each(refunded, DEFECTS);
}

#[test]
fn a_missing_changed_or_repeated_entry_is_found() {
    for at in 0..refunded().entries.len() {
        finds(refunded(), "missing", Books, |it| _ = it.entries.remove(at));
        finds(refunded(), "repeated", Books, |it| it.entries.push(it.entries[at].clone()));
        finds(refunded(), "another amount", Books, |it| it.entries[at].amount.minor_units += 1);
        finds(refunded(), "euros", Books, |it| it.entries[at].amount.currency = Currency::EUR);
    }
}

fn to_credit(was_paid: bool, minor_units: i64) -> State {
    let (reason, paid_at) = ("no".to_owned(), was_paid.then_some(START));
    State::Credited { at: START, reason, paid_at, shares: vec![share(minor_units, 0)] }
}

/// The unit of the refund to the card was sold for 5.00; 6.00 were refunded, and the bank returned
/// all of it: the payer is credited 5.00.
fn credited() -> Evidence {
    let mut evidence = refunded();
    evidence.provider_refunds.clear();
    receive(&mut evidence, 0, refused());
    evidence
}

#[test]
fn a_refund_converted_to_credit_that_differs_is_found() {
    let defects: &[Defect] = &[
        ("a missing entry", Books, |it| _ = it.entries.pop()),
        ("a refund that was never paid", Books, |it| it.refunds[0].state = to_credit(false, 500)),
        ("another total", Money, |it| refunds_of(&mut it.payments[0]).refunded = Some(usd(600))),
        ("a summary of another destination", Money, |it| {
            refunds_of(&mut it.payments[0]).summaries[0].to = RefundMethod::Card;
        }),
        ("one cent too little", UnitsRefunded, |it| it.refunds[0].state = to_credit(true, 499)),
    ];
    finds_each(credited, defects);
}

#[test]
fn the_payer_or_an_administrator_may_waive_the_price_of_units() {
    let mut sound = refunded();
    journal(&mut sound).agreed.insert(id(PAID));
    waive(&mut sound, 500);
    assert_eq!(check(&sound), [], "the payer agreed");
    let mut sound = refunded();
    sound.refunds[0].requested_by = id(8);
    waive(&mut sound, 500);
    assert_eq!(check(&sound), [], "an administrator requested the refund");
}

#[test]
fn free_units_returned_without_consent_are_found() {
    let mut evidence = refunded();
    let units = ReturnedUnits { ticket_id: id(77), quantity: 1 };
    evidence.refunds[0].returns.push(units);
    for order in [&mut evidence.orders[0].state, &mut evidence.order_copies[0].order] {
        let item = order.items[0].clone();
        order.items.push(OrderItem { ticket_id: units.ticket_id, unit_price: usd(0), ..item });
    }
    let found = |evidence: &Evidence| {
        violated(evidence).into_iter().filter(|rule| *rule == UnitsRefunded).count()
    };
    assert_eq!(found(&evidence), 1);
    journal(&mut evidence).agreed.insert(id(PAID));
    assert_eq!(found(&evidence), 0, "the payer agreed");
}
