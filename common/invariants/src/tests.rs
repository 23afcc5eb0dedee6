//! Valid evidence passes, and each defect added to it violates its rule.

mod books;
mod mails;
mod others;
mod refunds;
mod shows;
mod sold;
mod sound;

use std::time::Duration;

use auth::documents::AddressOwner;
use bus::DeadLetter;
use contract::order::{CancelReason, OrderStatus};
use contract::session::{RevocationState, Revoked};
use contract::text::Trusted as _;
use contract::transfer::TransferStatus;
use contract::user::AccountStatus;
use expiration::domain::{Deadline, State};
use orders::NetworkHolds;
use orders::domain::{LimitScope, Network};
use testing::load::End;
use testing::platforms::START;
use testing::samples::{id, usd};
use tickets::domain::{Revision, Venue};

use crate::copies::DEADLINE_KEPT;
use crate::ends::LATENESS_MAX;
use crate::{Evidence, Rule, check};
use Rule::{
    Admissions, CopiesConverge, Erasure, HoldLimit, InForce, Mails, Money, NoOversell,
    NothingForNothing, NothingStuck, OneEffect, OneEnd, Privacy, Punctuality,
};
use sold::{transferred, void};
use sound::{
    Change, Defect, EXPIRED, GIVEN_UP, PAID, authorized, captured, copy, deadline, finds_each,
    hold, intent, journal, journaled, order, passes_each, payment, reporter, session, signed_out,
    sound, tomorrow, violated,
};

const CANCELLED: OrderStatus = OrderStatus::Cancelled { reason: CancelReason::Buyer };

const DEFECTS: &[Defect] = &[
    ("sold units differ", NoOversell, |it| it.inventories[0].sold = 3),
    ("held units differ", NoOversell, |it| it.inventories[0].held = 1),
    ("no inventory", NoOversell, |it| it.inventories.clear()),
    ("an oversell although all sums agree", NoOversell, |it| {
        it.orders[0].state.items[0].quantity = 9;
        it.inventories[0].sold = 11;
    }),
    ("a hold of other units", HoldLimit, |it| it.holdings[0].holds[0].units = 1),
    ("a hold of another buyer", HoldLimit, |it| it.holdings[0].buyer = id(2)),
    ("a hold of no order", HoldLimit, |it| it.holdings[0].holds[0].order_id = id(9)),
    ("an active order that is not listed", HoldLimit, |it| it.orders.push(active())),
    ("an order is lost", OneEnd, |it| it.orders.truncate(2)),
    ("an order has no end", OneEnd, |it| it.orders[2].state.status = OrderStatus::Created),
    ("another end", OneEnd, |it| journaled(it, PAID).reported_ends.push(End::Expired)),
    ("no response", OneEnd, |it| journal(it).unanswered.push("POST".to_owned())),
    ("an order without a request", OneEffect, |it| _ = journal(it).orders.remove(&id(EXPIRED))),
    ("an order is stored twice", OneEffect, |it| it.orders.push(it.orders[0].clone())),
    ("an unexpected response", OneEffect, |it| journal(it).unexpected.push("418".to_owned())),
    ("an unequal repeat", OneEffect, |it| journal(it).unequal_repeats.push("200".to_owned())),
    ("a ticket is lost", OneEffect, |it| it.tickets.clear()),
    ("an order of another buyer", Privacy, |it| journaled(it, PAID).buyer = id(2)),
    ("a foreign read", Privacy, |it| journal(it).foreign_reads.push("shown".to_owned())),
    ("a second open report of an offer", OneEffect, |it| {
        it.reports[1].closing = None;
        it.reporters[0].open.push(reporter(1, 2).open[0]);
    }),
    ("an open report that is not listed", OneEffect, |it| it.reporters.clear()),
    ("a closed report that is listed", OneEffect, |it| {
        it.reporters[0].open.push(reporter(1, 2).open[0]);
    }),
    ("a list of no report", OneEffect, |it| it.reports.clear()),
    ("an order on old terms", InForce, |it| journal(it).old_terms.push("20 cents".to_owned())),
    ("copied late sales", CopiesConverge, |it| it.inventories[0].late_sales = true),
    ("a copied start", CopiesConverge, |it| it.inventories[0].starts_at = Some(tomorrow())),
    ("a venue that is not copied", CopiesConverge, |it| {
        it.tickets[0].terms.venue = Some(Venue::trusted("Hall"));
    }),
    ("a revision that is not decided", NothingStuck, |it| {
        let (terms, offer) = (it.tickets[0].terms.clone(), it.tickets[0].offer);
        it.tickets[0].revision = Some(Revision { number: 3, terms, offer });
    }),
    ("an address that is not copied", CopiesConverge, |it| it.contacts.clear()),
    ("another copied address", CopiesConverge, |it| {
        it.contacts[0].email = "bob@example.com".to_owned();
    }),
    ("an order that mail does not know", CopiesConverge, |it| it.bookings.truncate(1)),
    ("a unit without an admission", Admissions, |it| _ = it.admissions.pop()),
    ("a void admission of a unit that did not return", Admissions, |it| {
        it.admissions[0] = void(&it.admissions[0]);
    }),
    ("an admission of another person", Admissions, |it| it.admissions[0].state.holder = id(2)),
    ("a transfer that did not change the holder", Admissions, |it| {
        transferred(it, TransferStatus::Accepted { at: START });
        it.admissions[0].state.holder = id(1);
    }),
    ("a transfer that left the code in force", Admissions, |it| {
        transferred(it, TransferStatus::Accepted { at: START });
        it.admissions[0].state.credential_version = 1;
    }),
    ("an open transfer of a void admission", Admissions, |it| {
        transferred(it, TransferStatus::Offered);
        it.admissions[0] = void(&it.admissions[0]);
    }),
    ("a mail about a transfer that is not sent", Mails, |it| {
        transferred(it, TransferStatus::Accepted { at: START });
        it.letters.pop();
    }),
    ("a second admission of a unit", Admissions, |it| {
        let second = it.admissions[0].clone();
        it.admissions.push(second);
    }),
    ("an admission of an order that is not complete", Admissions, |it| {
        it.admissions[0].state.order_id = id(GIVEN_UP);
    }),
    ("a receipt that is not owed to the buyer", Mails, |it| it.letters.truncate(1)),
    ("a receipt of another person", Mails, |it| it.letters[0].user_id = Some(id(2))),
    ("a mail to another person", Mails, |it| {
        it.mails.as_mut().unwrap().received[0].1 = "bob@example.com".to_owned();
    }),
    ("a mail that was not owed", Mails, |it| {
        it.person_requests.clear();
        let mails = it.mails.as_mut().unwrap();
        mails.received.push(("x@example.com".to_owned(), "ann@example.com".to_owned()));
    }),
    ("a mail that no server received", Mails, |it| {
        it.mails.as_mut().unwrap().received.truncate(1);
    }),
    ("a letter that is not sent when it is due", Mails, |it| {
        it.letters[0] = it.letters[0].due(START);
    }),
    ("a capture for an incomplete order", NothingForNothing, |it| {
        it.payments[1] = payment(GIVEN_UP, Some(GIVEN_UP), captured());
        it.intents[1] = intent(GIVEN_UP, (1, 0));
    }),
    ("no capture for a complete order", Money, |it| it.intents[0] = intent(PAID, (0, 1))),
    ("a second capture", Money, |it| it.intents[0] = intent(PAID, (2, 0))),
    ("another amount at the provider", Money, |it| it.intents[0].amount = usd(999)),
    ("a capture of a second payment", Money, |it| {
        it.payments.push(payment(7, Some(PAID), captured()));
        it.intents.push(intent(7, (1, 0)));
    }),
    ("an order with a price without a payment", Money, |it| it.orders.push(unpaid(1))),
    ("a free order with a payment", Money, |it| it.orders[0].state.total = usd(0)),
    ("an authorisation that remains held", NothingForNothing, |it| it.intents[1].voided = 0),
    ("a payment without an end", NothingForNothing, |it| it.payments[1].state = authorized()),
    ("a payment that only started", NothingForNothing, |it| {
        let token = "tok_visa".to_owned().try_into().unwrap();
        it.payments[1].state = payments::domain::State::Started { token };
    }),
    ("a payment with a task", NothingStuck, |it| it.payments[0].has_news = true),
    ("a charge with an unknown key", OneEffect, |it| it.intents.push(intent(8, (0, 1)))),
    ("an order's copy of another version", CopiesConverge, |it| {
        it.order_copies[0].order.version += 1;
    }),
    ("an order's copy of another total", CopiesConverge, |it| {
        it.order_copies[1].order.total = usd(1);
    }),
    ("a cancelled order of a ticket without an inventory", NoOversell, |it| {
        it.inventories.clear();
        it.orders.retain(|order| matches!(order.state.status, OrderStatus::Cancelled { .. }));
    }),
    ("an order without a copy", CopiesConverge, |it| it.order_copies.truncate(2)),
    ("a copy without an order", CopiesConverge, |it| {
        it.order_copies.push(copy(&order(9, OrderStatus::Created)));
    }),
    ("a deadline of another version", CopiesConverge, |it| it.deadlines[0].version -= 1),
    ("an order without a deadline", CopiesConverge, |it| it.deadlines.truncate(2)),
    ("an older stock", CopiesConverge, |it| it.tickets[0].stock.version -= 1),
    ("a copied suspension", CopiesConverge, |it| it.tickets[0].stock.is_suspended = true),
    ("a ban that is not copied", CopiesConverge, |it| {
        it.users[0].id = it.inventories[0].seller;
        it.users[0].status = AccountStatus::Banned;
    }),
    ("fewer sold units copied", CopiesConverge, |it| it.tickets[0].stock.sold -= 1),
    ("older terms", CopiesConverge, |it| it.tickets[0].version += 1),
    ("a copied price", CopiesConverge, |it| it.inventories[0].price = usd(1)),
    ("a sign-out that is not copied", CopiesConverge, |it| {
        it.revocations[2].1.retain(|kept| *kept != signed_out());
    }),
    ("revoked sessions that are not copied", CopiesConverge, |it| it.revocations[1].1.truncate(1)),
    ("copied revocations without a source", CopiesConverge, |it| it.revocations[0].1.clear()),
    ("a copied revocation that ends earlier", CopiesConverge, |it| {
        it.revocations[1].1[0].forget_after = deadline();
    }),
    ("a copied revocation of an older epoch", CopiesConverge, |it| {
        it.revocations[1].1[1].revoked = Revoked::Account { user_id: id(1), epoch: 1 };
    }),
    ("a revocation at one service alone", CopiesConverge, |it| {
        let revoked = Revoked::Session { session_id: id(2) };
        it.revocations[2].1.push(RevocationState { revoked, ..signed_out() });
    }),
    ("a revocation without a reason", CopiesConverge, |it| it.sessions[0].signed_out_at = None),
    ("a sign-out without a revocation", CopiesConverge, |it| {
        it.sessions[1].signed_out_at = Some(START);
    }),
    ("an epoch without a revocation", CopiesConverge, |it| it.users[0].epoch = 3),
    ("an entry in an outbox", NothingStuck, |it| it.outboxes[0].1 = 1),
    ("an unacknowledged message", NothingStuck, |it| it.lag[0].unsettled = 1),
    ("a deadline that is not announced", NothingStuck, |it| it.deadlines[0].state = State::Pending),
    ("a dead letter", NothingStuck, |it| {
        it.dead_letters.push(DeadLetter {
            id: 1,
            service: "orders".to_owned(),
            subject: "dead.orders.on_ticket_changed.ticket.created".to_owned(),
            origin: "market.ticket.created".to_owned(),
            reason: "data cannot be read".to_owned(),
            body: "{}".to_owned(),
            at: START,
        });
    }),
    ("an early expiry", Punctuality, |it| {
        journaled(it, EXPIRED).seen_expired = Some((after(-1), deadline()));
    }),
    ("a late expiry", Punctuality, |it| {
        journaled(it, EXPIRED).seen_active = Some((after(1_001), deadline()));
    }),
];

#[test]
fn every_defect_is_found() {
    finds_each(sound, DEFECTS);
}

fn active() -> orders::Order {
    let mut active = order(9, OrderStatus::Created);
    active.state.expires_at = tomorrow();
    active
}

fn unpaid(total: i64) -> orders::Order {
    let mut unpaid = order(9, OrderStatus::Complete { payment_id: None });
    unpaid.state.total = usd(total);
    unpaid
}

/// A time relative to the deadline.
fn after(ms: i64) -> contract::Timestamp {
    contract::Timestamp::from_unix_ms(deadline().unix_ms() + ms)
}

/// Changes after which evidence is still valid.
const ALLOWED: &[Change] = &[
    ("an accepted transfer", |it| transferred(it, TransferStatus::Accepted { at: START })),
    ("an open transfer", |it| transferred(it, TransferStatus::Offered)),
    ("a list of holds without the ended ones", |it| it.holdings[0].holds.truncate(1)),
    ("a deleted revocation that no valid token matches", |it| {
        it.read_at = tomorrow();
        it.revocations[1].1.clear();
    }),
    ("an order that is active and expires at the boundaries", |it| {
        journaled(it, EXPIRED).seen_active = Some((after(1_000), deadline()));
        journaled(it, EXPIRED).seen_expired = Some((deadline(), deadline()));
    }),
    ("an order that ends late during a fault", |it| {
        journaled(it, EXPIRED).seen_active = Some((after(5_000), deadline()));
        it.disturbed.push((deadline(), after(10)));
    }),
];

#[test]
fn allowed_changes_pass() {
    passes_each(ALLOWED);
}

#[test]
fn a_list_of_holds_is_optional() {
    let mut unlimited = sound();
    unlimited.orders.push(active());
    unlimited.holdings.clear();
    assert!(!violated(&unlimited).contains(&HoldLimit));
}

/// Evidence with an active order that counts for a network.
fn counted() -> Evidence {
    let mut evidence = sound();
    evidence.journal = None;
    count(&mut evidence, active());
    evidence
}

/// Adds an active order that counts for a network.
fn count(evidence: &mut Evidence, mut active: orders::Order) {
    let network = Network::from("203.0.113.0/24".to_owned());
    let (ticket, held) = (active.state.items[0].ticket_id, active.state.items[0].quantity);
    let none = NetworkHolds::none(LimitScope::Ticket(ticket), network.clone());
    evidence.holdings[0].holds.push(hold(&active));
    evidence.network_holds.push(NetworkHolds { held, ..none });
    (evidence.inventories[0].held, evidence.tickets[0].stock.held) = (held, held);
    active.network = Some(network);
    evidence.order_copies.push(copy(&active));
    evidence.deadlines.push(Deadline::of(&active.state, START));
    evidence.orders.push(active);
}

#[test]
fn a_network_count_that_differs_from_the_active_orders_is_found() {
    let defects: &[Defect] = &[
        ("one unit more", HoldLimit, |it| it.network_holds[0].held += 1),
        ("no count", HoldLimit, |it| it.network_holds.clear()),
        ("no network", HoldLimit, |it| it.orders[4].network = None),
        ("another network", HoldLimit, |it| {
            it.orders[4].network = Some(Network::from("203.0.112.0/24".to_owned()));
        }),
        ("an ended order", HoldLimit, |it| it.orders[4].state.status = CANCELLED),
    ];
    finds_each(counted, defects);
}

#[test]
fn a_free_order_is_complete_without_a_payment() {
    let mut evidence = sound();
    evidence.orders.push(unpaid(0));
    assert!(!violated(&evidence).contains(&Money));
}

#[test]
fn the_deadline_of_an_ended_order_may_be_deleted_after_a_day() {
    let forgotten = |read_at, status| {
        let mut evidence = sound();
        evidence.journal = None;
        evidence.read_at = read_at;
        evidence.deadlines.remove(1);
        evidence.orders[1].state.status = status;
        evidence.order_copies[1] = copy(&evidence.orders[1]);
        violated(&evidence).contains(&CopiesConverge)
    };
    let kept_until = START.plus(DEADLINE_KEPT);
    assert!(forgotten(kept_until.minus(Duration::from_millis(1)), CANCELLED));
    assert!(!forgotten(kept_until, CANCELLED));
    assert!(forgotten(kept_until, OrderStatus::Created));
}

#[test]
fn without_a_journal_an_order_may_be_active_only_until_its_deadline() {
    let active = |read_at| {
        let mut evidence = sound();
        evidence.journal = None;
        assert_eq!(check(&evidence), [], "evidence without a journal is valid");
        evidence.orders[2].state.status = OrderStatus::Created;
        evidence.order_copies[2] = copy(&evidence.orders[2]);
        evidence.inventories[0].held = 2;
        evidence.tickets[0].stock.held = 2;
        violated(&Evidence { read_at, ..evidence })
    };
    assert_eq!(active(deadline().plus(LATENESS_MAX)), []);
    let late = active(deadline().plus(LATENESS_MAX + Duration::from_millis(1)));
    assert_eq!(late, [OneEnd]);
}

#[test]
fn remaining_data_of_an_erased_person_is_found() {
    let defects: &[Defect] = &[
        ("a service that has not erased", Erasure, |it| {
            _ = it.person_requests[0].parts.pop_first();
        }),
        ("a session of an erased person", Erasure, |it| it.sessions.push(session(3, 7, None))),
        ("a list of holds of an erased person", Erasure, |it| it.holdings[0].buyer = id(7)),
        ("a report by an erased person", Erasure, |it| it.reports[1].reporter = id(7)),
        ("a ticket of an erased person", Erasure, |it| it.tickets[0].seller = id(7)),
        ("an erased person with an account", Erasure, |it| it.person_requests[0].user_id = id(1)),
        ("an address without an account", Erasure, |it| {
            let email = it.addresses[0].email.clone();
            it.addresses.push(AddressOwner { email, user_id: id(7) });
        }),
    ];
    finds_each(sound, defects);
}
