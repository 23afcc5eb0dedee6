//! `on_inventory_changed`, with redeliveries, out of order, in one envelope, through outages and
//! crashes.

use std::time::Duration;

use contract::{inventory, ticket};
use serde_json::json;
use store::{Fault, Operation};

use crate::box_office::{BoxOffice, stock};

#[tokio::test]
async fn stock_is_followed_in_any_order_and_any_number() {
    let (office, _, offered) = BoxOffice::of(9).await;
    let untouched = office.show(&offered.path).await.header("etag").to_owned();
    for (version, held, available) in
        [(4, 2, 7), (2, 9, 7), (4, 9, 7), (4, 2, 7), (5, 0, 9), (3, 1, 9)]
    {
        office.publish_all(&[stock(&offered.id, version, held, 0)]).await;
        office.publish_all(&[stock(&offered.id, version, held, 0)]).await;
        assert_eq!(office.show(&offered.path).await.at("available"), json!(available), "{version}");
    }
    let one_envelope =
        [stock(&offered.id, 8, 3, 0), stock(&offered.id, 7, 1, 0), stock(&offered.id, 8, 3, 0)];
    office.publish_all(&one_envelope).await;
    let shown = office.show(&offered.path).await;
    assert_eq!(shown.at("available"), json!(6));
    assert_eq!(shown.at("version"), json!(1), "no edit");
    assert_ne!(shown.header("etag"), untouched, "another representation");
    assert!(office.published(ticket::UPDATED).await.is_empty());
    assert!(office.dead_letters().await.is_empty());
}

#[tokio::test]
async fn more_held_than_offered_shows_as_none_left() {
    // An edit here and a hold in orders may cross; the hold remains.
    let (office, _, offered) = BoxOffice::of(9).await;
    office.publish_all(&[stock(&offered.id, 2, u32::MAX, 1)]).await;
    assert_eq!(office.show(&offered.path).await.at("available"), json!(0));
    assert!(office.list("").await.is_empty());
}

#[tokio::test]
async fn an_inapplicable_message_alone_becomes_a_dead_letter() {
    let (office, _, offered) = BoxOffice::of(9).await;
    let unknown = "000000000000000000000000";
    office.publish_all(&[stock(unknown, 1, 1, 0), stock(&offered.id, 2, 1, 0)]).await;
    assert_eq!(office.show(&offered.path).await.at("available"), json!(8));
    let reasons: Vec<String> =
        office.dead_letters().await.into_iter().map(|letter| letter.reason).collect();
    assert_eq!(reasons, ["There is no such ticket"]);
    for garbage in ["not json", "{}", "[{\"id\": 7}]"] {
        office.publish_raw(inventory::CHANGED.name(), garbage).await;
    }
    office.publish_all(&[stock(&offered.id, 3, 2, 0)]).await;
    assert_eq!(
        office.show(&offered.path).await.at("available"),
        json!(7),
        "garbage holds nothing up"
    );
    assert_eq!(office.dead_letters().await.len(), 4);
}

#[tokio::test]
async fn an_outage_delays_a_message_and_kills_none() {
    let (office, _, offered) = BoxOffice::of(9).await;
    office.settle().await;
    for fault in [Fault::Fail, Fault::Fail, Fault::TimeOutBefore, Fault::TimeOutAfter] {
        office.faults().plan(Operation::Commit, fault);
    }
    office.publish(&[stock(&offered.id, 2, 4, 0)]).await;
    for _ in 0..8 {
        office.settle_through_faults().await;
        office.clock().advance(Duration::from_secs(1));
    }
    assert_eq!(office.show(&offered.path).await.at("available"), json!(5));
    assert!(office.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_crash_before_the_acknowledgement_changes_nothing() {
    let (office, _, offered) = BoxOffice::of(9).await;
    office.publish_all(&[stock(&offered.id, 2, 4, 0)]).await;
    let office = office.crash().await;
    // Handled messages are redelivered, and others arrive late.
    office.publish_all(&[stock(&offered.id, 2, 4, 0)]).await;
    office.publish_all(&[stock(&offered.id, 1, 9, 0)]).await;
    assert_eq!(office.show(&offered.path).await.at("available"), json!(5));
    assert_eq!(office.published(ticket::CREATED).await.len(), 1);
}
