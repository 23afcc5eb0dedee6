//! Changes of shows: every buyer who still has units is informed, of the last change only.

use std::time::Duration;

use contract::order::{COMPLETED, OrderState};
use contract::show::{CANCELLED, CREATED, POSTPONED, ShowState, ShowStatus, VenueState};
use contract::{Outgoing, ShowId, Timestamp};
use mail::domain::FailureKind;
use testing::platforms::START;
use testing::samples::id;

use crate::post_office::{ANN, BOB, PostOffice, order, verified};

const DAY: Duration = Duration::from_hours(24);

fn starts_at(days: u32) -> Timestamp {
    START.plus(DAY * days)
}

fn show(version: u64, days: u32, status: ShowStatus) -> ShowState {
    let venue = VenueState {
        name: "Town hall".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        address: None,
    };
    ShowState {
        id: id::<ShowId>(70),
        version,
        seller: id(90),
        title: "Opera".to_owned(),
        description: None,
        venue,
        doors_at: None,
        starts_at: starts_at(days),
        status,
        image: None,
        created_at: START,
    }
}

/// An order of the show at its first time.
fn booked(number: u8, buyer: u8) -> OrderState {
    let mut order = OrderState { buyer: id(buyer), show_id: Some(id(70)), ..order(number) };
    for item in &mut order.items {
        item.venue = Some("Town hall".to_owned());
        item.starts_at = Some(starts_at(10));
    }
    order
}

fn postponed(version: u64, days: u32) -> Outgoing {
    POSTPONED.of(show(version, days, ShowStatus::Postponed { refunds_until: starts_at(9) }))
}

async fn open() -> PostOffice {
    let office = PostOffice::open().await;
    let mut returned = booked(12, 3);
    for item in &mut returned.items {
        item.returned = item.quantity;
    }
    let orders = [booked(10, 1), booked(11, 2), returned].map(|order| COMPLETED.of(order));
    let contacts = [verified(1, ANN), verified(2, BOB), verified(3, "carol@example.com")];
    let created = CREATED.of(show(1, 10, ShowStatus::Scheduled));
    office.receive(&[contacts.as_slice(), &orders, &[created]].concat()).await;
    office
}

fn about_show(office: &PostOffice) -> Vec<String> {
    let mails = office.mails().into_iter().filter(|mail| mail.message_id.starts_with("show."));
    let mut to: Vec<String> = mails.map(|mail| mail.to).collect();
    to.sort();
    to
}

#[tokio::test]
async fn a_postponement_and_a_cancellation_reach_every_buyer_with_units_once() {
    let office = open().await;
    assert!(about_show(&office).is_empty());
    office.receive(&[postponed(2, 20), postponed(2, 20)]).await;
    assert_eq!(about_show(&office), [ANN, BOB]);
    office.receive(&[CANCELLED.of(show(3, 20, ShowStatus::Cancelled))]).await;
    assert_eq!(about_show(&office), [ANN, ANN, BOB, BOB]);
}

#[tokio::test]
async fn a_later_change_replaces_one_that_is_not_sent_yet() {
    let office = open().await;
    office.fail(&[FailureKind::Temporary; 2]);
    office.receive(&[postponed(2, 20)]).await;
    assert!(about_show(&office).is_empty());
    office.receive(&[postponed(3, 30)]).await;
    office.pass(Duration::from_mins(2)).await;
    let mails = office.mails();
    let mails: Vec<_> = mails.iter().filter(|mail| mail.message_id.starts_with("show.")).collect();
    assert_eq!(mails.len(), 2, "{mails:?}");
    assert!(mails.iter().all(|mail| mail.message_id.contains(".3.")), "{mails:?}");
}

#[tokio::test]
async fn an_order_that_becomes_known_after_the_change_is_informed_too() {
    let office = open().await;
    office.receive(&[postponed(2, 20)]).await;
    office.receive(&[COMPLETED.of(booked(13, 3))]).await;
    assert_eq!(about_show(&office), [ANN, BOB, "carol@example.com"]);
    // An order of the new time is not.
    let mut later = booked(14, 1);
    for item in &mut later.items {
        item.starts_at = Some(starts_at(20));
    }
    office.receive(&[COMPLETED.of(later)]).await;
    assert_eq!(about_show(&office).len(), 3);
}

#[tokio::test]
async fn a_change_is_announced_over_many_pages_of_orders() {
    let office = open().await;
    let orders = (0..250_u8).map(|number| {
        let mut order = booked(number, 1);
        order.id = office.platforms.id().into();
        COMPLETED.of(order)
    });
    let orders: Vec<Outgoing> = orders.collect();
    office.receive(&orders).await;
    office.receive(&[CANCELLED.of(show(2, 10, ShowStatus::Cancelled))]).await;
    office.pass(Duration::from_secs(5)).await;
    let letters = office.letters().await;
    let about_show = letters.iter().filter(|letter| letter.id.starts_with("show."));
    assert_eq!(about_show.count(), 252);
}
