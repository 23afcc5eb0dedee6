//! Shows, sales and the refunds of cancelled shows: valid evidence passes, and defects are found.

use contract::order::{CancelReason, OrderStatus};
use contract::show::ShowStatus;
use orders::NetworkHolds;
use orders::domain::LimitScope;
use payments::domain::refund::{Destination, Origin};
use payments::domain::{Refund, Sale, ShowRefund, ShowRefunds};
use serde_json::json;
use testing::platforms::START;
use testing::samples::{id, usd};
use tickets::Show;
use tickets::domain::{ImageSize, SaleCopy, SaleSums, ShowCopy, hour_of};

use super::refunds::{paid, refund, request, requested, succeeded, to_card};
use super::sold::{admitted, informed};
use super::sound::{
    CREDITED, Defect, GIVEN_UP, PAID, copy, finds_each, journal, sound, tomorrow, violated,
};
use super::{active, count};
use crate::Rule::{
    Books, CopiesConverge, HoldLimit, InForce, Money, NothingStuck, OneEffect, Shows,
};
use crate::{Evidence, ProviderRefundFacts, check};

const SHOW: u8 = 70;

/// The ticket is the only category of a show, so that all orders are of the show.
fn staged() -> Evidence {
    let mut evidence = sound();
    let details = json!({
        "title": "Hamlet", "venue": {"name": "Hall", "timeZone": "Europe/Berlin"},
        "startsAt": tomorrow(),
    });
    let details = serde_json::from_value(details).unwrap();
    let mut show = Show::create(id(SHOW), id(9), details, START).unwrap();
    (show.tickets, show.on_offer) = (vec![id(3)], vec![id(3)]);
    evidence.shows = vec![show];
    for order in &mut evidence.orders {
        order.state.show_id = Some(id(SHOW));
    }
    evidence.order_copies = evidence.orders.iter().map(copy).collect();
    evidence.show_refunds = vec![ShowRefunds::unknown(id(SHOW))];
    evidence.sales = evidence.orders.iter().filter_map(|order| Sale::of(&order.state)).collect();
    copy_money(&mut evidence);
    copy_sales(&mut evidence);
    copy_show(&mut evidence);
    journal(&mut evidence).shows.push(id(SHOW));
    evidence
}

/// Updates the copies of the show.
fn copy_show(evidence: &mut Evidence) {
    let show = &evidence.shows[0];
    let ticket = &mut evidence.tickets[0];
    ticket.show = Some(ShowCopy::from(show));
    let state = ticket.state();
    let inventory =
        orders::Inventory { version: 7, sold: 4, ..orders::Inventory::of(state.clone()) };
    let copied = orders::Show::unknown(show.id).follow(&state).with_ticket(inventory.show_ticket());
    evidence.inventories = vec![inventory.in_show(&copied)];
    evidence.order_shows = vec![orders::Show { is_ending: false, ..copied }];
    if let Some(updated) = evidence.show_refunds[0].update(&show.state()) {
        evidence.show_refunds[0] = ShowRefunds { is_marking: false, ..updated };
    }
}

/// Updates the amounts of the sales.
fn copy_money(evidence: &mut Evidence) {
    for sale in &mut evidence.sales {
        let mut payments = evidence.payments.iter();
        let payment = payments.find(|payment| Some(payment.id) == sale.payment_id).unwrap();
        *sale = sale.with_money(payment, 0, START).unwrap();
    }
}

/// Updates the copies of sales and their sums.
fn copy_sales(evidence: &mut Evidence) {
    let states: Vec<_> = evidence.sales.iter().map(|sale| sale.state.clone()).collect();
    let first = states.first().unwrap();
    evidence.sale_sums = [None, Some(hour_of(START))]
        .map(|hour| {
            let none = SaleSums::none(first.show_id, hour, first.paid.currency);
            states.iter().fold(none, |sums, sale| sums.changed(None, sale).unwrap())
        })
        .to_vec();
    evidence.sale_copies = states.into_iter().map(SaleCopy).collect();
}

/// The show is cancelled; the order paid by card and the one paid by credit are refunded.
pub(super) fn cancelled() -> Evidence {
    let mut evidence = staged();
    (evidence.shows[0].status, evidence.shows[0].version) = (ShowStatus::Cancelled, 2);
    evidence.tickets[0].version += 1;
    copy_show(&mut evidence);
    journal(&mut evidence).cancelled_shows.insert(id(SHOW));
    let by_card = refund(31, PAID, 1_000, to_card(), requested());
    let to_credit = refund(32, CREDITED, 1_000, Destination::Credit, succeeded());
    for (refund, reports) in [(by_card, vec![paid()]), (to_credit, Vec::new())] {
        let origin = Origin::ShowCancelled;
        request(&mut evidence, Refund { origin, ..refund }, &reports);
    }
    let (refund_id, payment_id, amount) = (id(31), id(PAID), usd(1_000));
    evidence.provider_refunds = vec![ProviderRefundFacts { refund_id, payment_id, amount }];
    for sale in &mut evidence.sales {
        (sale.refund, sale.state.refunded) = (ShowRefund::Done, usd(1_000));
    }
    copy_sales(&mut evidence);
    let refunds = &mut evidence.show_refunds[0].state;
    (refunds.version, refunds.done) = (4, 2);
    evidence.shows[0].refunds = (&*refunds).into();
    informed(&mut evidence);
    admitted(&mut evidence);
    evidence
}

const OF_SHOWS: &[Defect] = &[
    ("a show is lost", OneEffect, |it| it.shows.clear()),
    ("a revision that is not decided", NothingStuck, |it| {
        let show = &it.shows[0];
        let revision = json!({
            "number": 1, "title": "Lear", "venue": show.details.venue, "doorsAt": null,
            "startsAt": show.details.starts_at, "status": "scheduled",
        });
        it.shows[0].revision = Some(serde_json::from_value(revision).unwrap());
    }),
    ("a ticket with an older show", CopiesConverge, |it| {
        it.tickets[0].show.as_mut().unwrap().version = 0;
    }),
    ("a show without its ticket", CopiesConverge, |it| it.shows[0].tickets.clear()),
    ("a ticket that is not on offer", CopiesConverge, |it| it.shows[0].on_offer.clear()),
    ("no copy at orders", CopiesConverge, |it| it.order_shows.clear()),
    ("another start at orders", CopiesConverge, |it| it.order_shows[0].starts_at = Some(START)),
    ("another status at orders", CopiesConverge, |it| {
        it.order_shows[0].status = ShowStatus::Cancelled;
    }),
    ("another capacity in an inventory", CopiesConverge, |it| {
        it.inventories[0].show.as_mut().unwrap().offered += 1;
    }),
    ("orders that are not ended", NothingStuck, |it| it.order_shows[0].is_ending = true),
    ("an order of another show", CopiesConverge, |it| it.orders[1].state.show_id = Some(id(71))),
    ("another status at payments", CopiesConverge, |it| {
        it.show_refunds[0].status = ShowStatus::Cancelled;
    }),
    ("no copy at payments", CopiesConverge, |it| it.show_refunds.clear()),
    ("no sale", CopiesConverge, |it| _ = it.sales.remove(0)),
    ("a sale of an order that is not complete", CopiesConverge, |it| {
        it.sales[0].state.order_id = id(GIVEN_UP);
    }),
    ("a sale of other units", CopiesConverge, |it| it.sales[0].state.items[0].quantity += 1),
    ("a sale of another buyer", CopiesConverge, |it| it.sales[0].state.buyer = id(2)),
    ("a sale of another amount", Books, |it| it.sales[0].state.paid = usd(999)),
    ("a refund that the books have not", Books, |it| it.sales[0].state.refunded = usd(1)),
    ("a dispute that the books have not", Books, |it| it.sales[0].state.disputed = usd(1)),
    ("a sale that is not copied", CopiesConverge, |it| _ = it.sale_copies.remove(0)),
    ("a sale's copy of another version", CopiesConverge, |it| it.sale_copies[0].0.version += 1),
    ("another sum of a show", CopiesConverge, |it| it.sale_sums[0].paid = usd(1_000)),
    ("another sum of an hour", CopiesConverge, |it| it.sale_sums[1].orders = 1),
    ("another hour", CopiesConverge, |it| it.sale_sums[1].hour = Some(hour_of(tomorrow()))),
    ("other units of a category", CopiesConverge, |it| {
        it.sale_sums[0].categories.get_mut(&id(3)).unwrap().sold = 3;
    }),
    ("an image of no show", CopiesConverge, |it| it.images.push((id(80), ImageSize::Small))),
    ("a show without its image", CopiesConverge, |it| it.shows[0].image = Some(id(80))),
    ("a refund without a cancellation", Shows, |it| it.sales[0].refund = ShowRefund::Done),
    ("an acknowledged cancellation that is not in force", InForce, |it| {
        journal(it).cancelled_shows.insert(id(SHOW));
    }),
];

const OF_CANCELLED: &[Defect] = &[
    ("a sale that is not marked", NothingStuck, |it| it.sales[0].refund = ShowRefund::Unmarked),
    ("a refund that is not requested", NothingStuck, |it| {
        it.sales[0].refund = ShowRefund::Owed { due_at: START, rejected: None };
    }),
    ("a refund without an end", NothingStuck, |it| {
        it.sales[0].refund = ShowRefund::Requested { refund_id: id(31) };
    }),
    ("sales that are not marked", NothingStuck, |it| it.show_refunds[0].is_marking = true),
    ("an order without its refund", Shows, |it| it.sales[1].state.refunded = usd(999)),
    ("a second refund", Money, |it| {
        it.refunds.push(Refund { id: id(33), ..it.refunds[1].clone() });
    }),
    ("an order that is active", Shows, |it| {
        it.orders[1].state.status = OrderStatus::Created;
    }),
    ("a refund that is not counted", Shows, |it| it.show_refunds[0].state.done = 1),
    ("refunds without counts", Shows, |it| it.show_refunds.clear()),
    ("other counts at tickets", CopiesConverge, |it| it.shows[0].refunds.failed = 1),
    ("older counts at tickets", CopiesConverge, |it| it.shows[0].refunds.version = 3),
];

#[test]
fn every_defect_of_shows_is_found() {
    finds_each(staged, OF_SHOWS);
}

#[test]
fn every_defect_of_cancelled_shows_is_found() {
    finds_each(cancelled, OF_CANCELLED);
}

#[test]
fn an_order_may_end_with_its_show_and_a_refund_may_wait_for_a_bank() {
    let mut ended = cancelled();
    let reason = CancelReason::ShowCancelled;
    ended.journal = None;
    ended.orders[1].state.status = OrderStatus::Cancelled { reason };
    ended.order_copies[1] = copy(&ended.orders[1]);
    assert_eq!(check(&ended), []);
    let mut waiting = cancelled();
    let sale = &mut waiting.sales[0];
    (sale.refund, sale.frozen) = (ShowRefund::Owed { due_at: START, rejected: None }, usd(1));
    let rules = violated(&waiting);
    assert!(!rules.contains(&NothingStuck), "{rules:?}");
}

/// Evidence with an active order that counts for a network, also by its show, and an empty count.
fn counted() -> Evidence {
    let mut evidence = staged();
    evidence.journal = None;
    let mut active = active();
    active.state.show_id = Some(id(SHOW));
    count(&mut evidence, active);
    let NetworkHolds { network, held, .. } = evidence.network_holds[0].clone();
    let none = |show| NetworkHolds::none(LimitScope::Show(id(show)), network.clone());
    evidence.network_holds.push(NetworkHolds { held, ..none(SHOW) });
    evidence.network_holds.push(none(71));
    evidence
}

#[test]
fn a_network_count_of_a_show_that_differs_from_the_active_orders_is_found() {
    let defects: &[Defect] = &[
        ("one unit less", HoldLimit, |it| it.network_holds[1].held -= 1),
        ("no count of the show", HoldLimit, |it| _ = it.network_holds.remove(1)),
        ("another show", HoldLimit, |it| it.network_holds[1].of = LimitScope::Show(id(72))),
        ("a count without an order", HoldLimit, |it| it.network_holds[2].held = 1),
    ];
    finds_each(counted, defects);
}
