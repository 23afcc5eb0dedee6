//! A checker that cannot fail is worthless: sound evidence passes, and each thing broken in it is found by its rule.

use std::time::Duration;

use bus::{DeadLetter, Lag};
use contract::inventory::InventoryState;
use contract::order::{CancelReason, OrderItem, OrderState, OrderStatus};
use contract::payment::{PaymentState, PaymentStatus};
use contract::ticket::{Offer, TicketState};
use contract::{Currency, Id, Money, OrderId, PaymentId, TicketId, Timestamp, UserId};

use super::evidence::{
    DeadlineFacts, Evidence, IntentFacts, InventoryFacts, PaymentFacts, TicketFacts,
};
use super::{Rule, check};
use crate::load::{End, JournaledOrder};
use crate::platforms::START;

const PAID: u8 = 1;
const GIVEN_UP: u8 = 2;
const EXPIRED: u8 = 3;

fn id(kind: u8, number: u8) -> Id {
    Id::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, kind, number])
}

fn order_id(number: u8) -> OrderId {
    id(1, number).into()
}

fn payment_id(number: u8) -> PaymentId {
    id(2, number).into()
}

fn ticket_id() -> TicketId {
    id(3, 1).into()
}

fn user(number: u8) -> UserId {
    id(4, number).into()
}

fn usd(minor_units: i64) -> Money {
    Money { minor_units, ..Money::zero(Currency::USD) }
}

fn order(number: u8, status: OrderStatus) -> OrderState {
    let item = OrderItem {
        ticket_id: ticket_id(),
        seller: user(9),
        title: "Concert".to_owned(),
        unit_price: usd(500),
        quantity: 2,
        returned: 0,
    };
    OrderState {
        id: order_id(number),
        version: 3,
        buyer: user(1),
        status,
        expires_at: deadline(),
        items: vec![item],
        total: usd(1_000),
        created_at: START,
    }
}

fn deadline() -> Timestamp {
    START.plus(Duration::from_secs(3))
}

fn payment(number: u8, order: u8, status: PaymentStatus) -> PaymentFacts {
    let state = PaymentState {
        id: payment_id(number),
        version: 3,
        order_id: order_id(order),
        buyer: user(1),
        amount: usd(1_000),
        status,
        started_at: START,
        refunded: None,
        returned: Vec::new(),
    };
    PaymentFacts { state, has_task: false }
}

fn intent(number: u8, (captured, voided): (usize, usize)) -> IntentFacts {
    let authorized = captured + voided;
    IntentFacts { payment_id: payment_id(number), amount: usd(1_000), authorized, captured, voided }
}

/// One order paid, one given up after a payment was begun, one expired; 10 units on offer, 2 sold.
fn sound() -> Evidence {
    let orders = vec![
        order(PAID, OrderStatus::Complete { payment_id: payment_id(PAID) }),
        order(GIVEN_UP, OrderStatus::Cancelled { reason: CancelReason::Buyer }),
        order(EXPIRED, OrderStatus::Cancelled { reason: CancelReason::Expired }),
    ];
    let ticket = TicketState {
        id: ticket_id(),
        version: 1,
        seller: user(9),
        title: "Concert".to_owned(),
        price: usd(500),
        quantity: 10,
        offer: Offer::Open,
        created_at: START,
    };
    let stock = InventoryState {
        ticket_id: ticket_id(),
        version: 7,
        ticket_version: 1,
        capacity: 10,
        held: 0,
        sold: 2,
        holder: None,
    };
    let mut evidence = Evidence {
        tickets: vec![TicketFacts {
            state: ticket,
            stock_version: 7,
            held: 0,
            sold: 2,
            holder: None,
        }],
        inventories: vec![InventoryFacts {
            state: stock,
            seller: user(9),
            title: "Concert".to_owned(),
            price: usd(500),
            offer: Offer::Open,
            offered: 10,
        }],
        order_copies: orders.clone(),
        deadlines: orders
            .iter()
            .map(|order| DeadlineFacts {
                order_id: order.id,
                version: order.version,
                expires_at: order.expires_at,
                is_pending: false,
            })
            .collect(),
        orders,
        payments: vec![
            payment(PAID, PAID, PaymentStatus::Captured),
            payment(GIVEN_UP, GIVEN_UP, PaymentStatus::Voided),
        ],
        intents: vec![intent(PAID, (1, 0)), intent(GIVEN_UP, (0, 1))],
        outboxes: vec![("orders".to_owned(), 0)],
        lag: vec![Lag { consumer: "payments.on_order_changed".to_owned(), unsettled: 0 }],
        ..Evidence::default()
    };
    let ends = [(PAID, End::Complete), (GIVEN_UP, End::CancelledByBuyer), (EXPIRED, End::Expired)];
    for (number, end) in ends {
        let mut journaled = JournaledOrder::of(user(1));
        journaled.ends_told.push(end);
        evidence.journal.orders.insert(order_id(number), journaled);
    }
    evidence.journal.tickets.push(ticket_id());
    evidence.journal.captured.insert(payment_id(PAID), order_id(PAID));
    evidence
}

/// Breaks sound evidence and expects that this rule, perhaps among others, finds it.
#[track_caller]
fn finds(rule: Rule, break_it: impl FnOnce(&mut Evidence)) {
    let mut evidence = sound();
    break_it(&mut evidence);
    let violations = check(&evidence);
    assert!(violations.iter().any(|violation| violation.rule == rule), "{violations:?}");
}

fn journaled(evidence: &mut Evidence, number: u8) -> &mut JournaledOrder {
    evidence.journal.orders.get_mut(&order_id(number)).unwrap()
}

#[test]
fn sound_evidence_passes() {
    assert_eq!(check(&sound()), []);
}

#[test]
fn units_that_are_not_those_of_the_orders_are_found() {
    finds(Rule::NoOversell, |evidence| evidence.inventories[0].state.sold = 3);
    finds(Rule::NoOversell, |evidence| evidence.inventories[0].state.held = 1);
    finds(Rule::NoOversell, |evidence| evidence.inventories.clear());
}

#[test]
fn more_units_sold_than_offered_are_found_although_all_sums_agree() {
    finds(Rule::NoOversell, |evidence| {
        evidence.orders[0].items[0].quantity = 11;
        evidence.inventories[0].state.sold = 11;
    });
}

#[test]
fn an_acknowledged_order_that_is_lost_unfinished_or_otherwise_than_told_is_found() {
    finds(Rule::OneEnd, |evidence| evidence.orders.truncate(2));
    finds(Rule::OneEnd, |evidence| evidence.orders[2].status = OrderStatus::Created);
    finds(Rule::OneEnd, |evidence| journaled(evidence, PAID).ends_told.push(End::Expired));
    finds(Rule::OneEnd, |evidence| evidence.journal.unanswered.push("POST".to_owned()));
}

#[test]
fn an_order_that_nobody_made_is_found() {
    finds(Rule::OneEffect, |evidence| drop(evidence.journal.orders.remove(&order_id(EXPIRED))));
    finds(Rule::OneEffect, |evidence| evidence.orders.push(evidence.orders[0].clone()));
    finds(Rule::OneEffect, |evidence| evidence.journal.surprises.push("418".to_owned()));
    finds(Rule::OneEffect, |evidence| evidence.journal.unequal_answers.push("200".to_owned()));
    finds(Rule::OneEffect, |evidence| evidence.tickets.clear());
}

#[test]
fn an_order_of_somebody_else_is_found() {
    finds(Rule::Privacy, |evidence| journaled(evidence, PAID).buyer = user(2));
    finds(Rule::Privacy, |evidence| evidence.journal.foreign_reads.push("shown".to_owned()));
}

#[test]
fn money_taken_for_an_order_that_is_not_complete_is_found() {
    finds(Rule::NothingForNothing, |evidence| {
        evidence.payments[1] = payment(GIVEN_UP, GIVEN_UP, PaymentStatus::Captured);
        evidence.intents[1] = intent(GIVEN_UP, (1, 0));
    });
}

#[test]
fn money_not_taken_or_taken_twice_for_a_complete_order_is_found() {
    finds(Rule::Money, |evidence| evidence.intents[0] = intent(PAID, (0, 1)));
    finds(Rule::Money, |evidence| evidence.intents[0] = intent(PAID, (2, 0)));
    finds(Rule::Money, |evidence| evidence.intents[0].amount = usd(999));
    finds(Rule::Money, |evidence| {
        evidence.payments.push(payment(7, PAID, PaymentStatus::Captured));
        evidence.intents.push(intent(7, (1, 0)));
    });
}

#[test]
fn money_left_held_is_found() {
    finds(Rule::NothingForNothing, |evidence| evidence.intents[1].voided = 0);
    finds(Rule::NothingForNothing, |evidence| {
        evidence.payments[1].state.status = PaymentStatus::Started;
    });
    finds(Rule::NothingStuck, |evidence| evidence.payments[1].has_task = true);
}

#[test]
fn a_charge_under_a_key_that_payments_does_not_know_is_found() {
    finds(Rule::OneEffect, |evidence| evidence.intents.push(intent(8, (0, 1))));
}

#[test]
fn copies_that_differ_lack_or_invent_something_are_found() {
    finds(Rule::CopiesConverge, |evidence| evidence.order_copies[0].version += 1);
    finds(Rule::CopiesConverge, |evidence| evidence.order_copies[1].total = usd(1));
    finds(Rule::CopiesConverge, |evidence| evidence.order_copies.truncate(2));
    finds(Rule::CopiesConverge, |evidence| {
        evidence.order_copies.push(order(9, OrderStatus::Created));
    });
    finds(Rule::CopiesConverge, |evidence| evidence.deadlines[0].version -= 1);
    finds(Rule::CopiesConverge, |evidence| evidence.deadlines.truncate(2));
    finds(Rule::CopiesConverge, |evidence| evidence.tickets[0].stock_version -= 1);
    finds(Rule::CopiesConverge, |evidence| evidence.tickets[0].sold -= 1);
    finds(Rule::CopiesConverge, |evidence| evidence.tickets[0].state.version += 1);
    finds(Rule::CopiesConverge, |evidence| evidence.inventories[0].price = usd(1));
}

#[test]
fn what_is_stuck_is_found() {
    finds(Rule::NothingStuck, |evidence| evidence.outboxes[0].1 = 1);
    finds(Rule::NothingStuck, |evidence| evidence.lag[0].unsettled = 1);
    finds(Rule::NothingStuck, |evidence| evidence.deadlines[0].is_pending = true);
    finds(Rule::NothingStuck, |evidence| {
        evidence.dead_letters.push(DeadLetter {
            id: 1,
            service: "orders".to_owned(),
            subject: "dead.orders.on_ticket_changed.ticket.created".to_owned(),
            origin: "market.ticket.created".to_owned(),
            reason: "data cannot be read".to_owned(),
            body: "{}".to_owned(),
            at: START,
        });
    });
}

#[test]
fn an_order_expired_too_early_or_too_late_is_found() {
    let after = |ms| deadline().plus(Duration::from_millis(ms));
    let before = deadline().minus(Duration::from_millis(1));
    finds(Rule::Punctuality, |evidence| {
        journaled(evidence, EXPIRED).seen_expired = Some((before, deadline()));
    });
    finds(Rule::Punctuality, |evidence| {
        journaled(evidence, EXPIRED).seen_active = Some((after(1_001), deadline()));
    });
    let mut in_time = sound();
    journaled(&mut in_time, EXPIRED).seen_active = Some((after(1_000), deadline()));
    journaled(&mut in_time, EXPIRED).seen_expired = Some((deadline(), deadline()));
    assert_eq!(check(&in_time), [], "both sides of the boundary");
    let mut disturbed = sound();
    journaled(&mut disturbed, EXPIRED).seen_active = Some((after(5_000), deadline()));
    disturbed.disturbed.push((deadline(), after(10)));
    assert_eq!(check(&disturbed), [], "while something is broken an order may be late");
}
