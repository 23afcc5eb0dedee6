//! Limit on the unpaid units of one ticket per buyer, through HTTP.

use std::num::NonZeroU32;
use std::time::Duration;

use contract::{inventory, payment};
use futures::future::join_all;
use orders::Settings;
use orders::domain::HoldLimits;

use crate::box_office::{BoxOffice, cancel, items, limited_to, order, outcomes, ticket};

fn unlimited() -> Settings {
    let hold_limits = HoldLimits { per_ticket: None, total: None, unpaid_ends: None };
    Settings { hold_limits, ..Settings::default() }
}

#[tokio::test]
async fn exactly_the_limit_of_units_of_a_ticket_can_be_held() {
    let (office, ann, one) = BoxOffice::with_settings(limited_to(5), ticket(1, 50)).await;
    let (bob, two) = (office.user(), office.offer(ticket(2, 50)).await);
    order(&office, &ann, &one, 6).await.expect_problem(409, "hold_limit");
    order(&office, &ann, &one, 3).await.expect(201);
    order(&office, &ann, &one, 2).await.expect(201);
    let refused = order(&office, &ann, &one, 1).await.expect_problem(409, "hold_limit");
    let detail = refused.text("detail");
    assert!(detail.contains(&one.id.to_string()) && detail.contains("5 units"), "{detail}");
    order(&office, &ann, &two, 5).await.expect(201);
    order(&office, &bob, &one, 5).await.expect(201);
    let office = office.restart_with(limited_to(5)).await;
    order(&office, &ann, &one, 1).await.expect_problem(409, "hold_limit");
    let office = office.restart_with(limited_to(6)).await;
    order(&office, &ann, &one, 1).await.expect(201);
}

#[tokio::test]
async fn cancelled_expired_and_paid_orders_hold_no_units() {
    let (office, buyer, offered) = BoxOffice::with_settings(limited_to(1), ticket(1, 9)).await;
    let first = order(&office, &buyer, &offered, 1).await.expect(201).text("id");
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
    cancel(&office, &buyer, &first).await;
    let second = order(&office, &buyer, &offered, 1).await.expect(201).text("id");
    cancel(&office, &buyer, &first).await;
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
    // An order that awaits a payment holds its units too.
    let paying = office.payment(7, second.parse().unwrap(), &buyer);
    office.deliver(&[payment::STARTED.of(paying.clone())]).await;
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
    office.deliver(&[payment::AUTHORIZED.of(paying.clone()), payment::AUTHORIZED.of(paying)]).await;
    order(&office, &buyer, &offered, 1).await.expect(201);
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
    office.pass(Duration::from_secs(61)).await;
    order(&office, &buyer, &offered, 1).await.expect(201);
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
}

#[tokio::test]
async fn concurrent_orders_hold_no_more_than_the_limit() {
    let (office, buyer, offered) = BoxOffice::with_settings(limited_to(7), ticket(1, 50)).await;
    let replies = join_all((0..40).map(|_| order(&office, &buyer, &offered, 1))).await;
    assert_eq!(outcomes(&replies, "hold_limit"), (7, 33));
    office.settle().await;
    let stock = office.published(inventory::CHANGED).await;
    assert_eq!(stock.last().map(|stock| stock.held), Some(7));
}

#[tokio::test]
async fn an_order_of_several_tickets_is_held_as_a_whole_or_not_at_all() {
    let (office, buyer, one) = BoxOffice::with_settings(limited_to(2), ticket(1, 9)).await;
    let two = office.offer(ticket(2, 9)).await;
    order(&office, &buyer, &two, 1).await.expect(201);
    let both = items(&[(&one, 1), (&two, 2)]);
    office.post(Some(&buyer), "/api/orders", &both).await.expect_problem(409, "hold_limit");
    order(&office, &buyer, &one, 2).await.expect(201);
}

#[tokio::test]
async fn orders_from_before_the_limit_are_not_counted_and_end_normally() {
    let (office, buyer, offered) = BoxOffice::with_settings(unlimited(), ticket(1, 500)).await;
    for _ in 0..2 {
        order(&office, &buyer, &offered, 100).await.expect(201);
    }
    let before = order(&office, &buyer, &offered, 3).await.expect(201).text("id");
    let office = office.restart_with(limited_to(2)).await;
    order(&office, &buyer, &offered, 2).await.expect(201);
    cancel(&office, &buyer, &before).await;
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
}

#[tokio::test]
async fn the_total_counts_the_units_of_all_tickets() {
    let defaults = Settings::default();
    let hold_limits = HoldLimits { total: NonZeroU32::new(5), ..defaults.hold_limits };
    let (office, ann, one) =
        BoxOffice::with_settings(Settings { hold_limits, ..defaults }, ticket(1, 50)).await;
    let (bob, two) = (office.user(), office.offer(ticket(2, 50)).await);
    let first = order(&office, &ann, &one, 3).await.expect(201).text("id");
    let refused = order(&office, &ann, &two, 3).await.expect_problem(409, "hold_limit");
    assert_eq!(refused.text("detail"), "No more than 5 units can be held unpaid at once");
    order(&office, &ann, &two, 2).await.expect(201);
    order(&office, &ann, &one, 1).await.expect_problem(409, "hold_limit");
    cancel(&office, &ann, &first).await;
    order(&office, &ann, &two, 3).await.expect(201);
    let both = items(&[(&one, 3), (&two, 3)]);
    office.post(Some(&bob), "/api/orders", &both).await.expect_problem(409, "hold_limit");
}

#[tokio::test]
async fn replicas_count_holds_together() {
    let defaults = Settings::default();
    let hold_limits = HoldLimits { total: NonZeroU32::new(7), ..defaults.hold_limits };
    let (office, second) = BoxOffice::open_replicas(Settings { hold_limits, ..defaults }).await;
    let (one, two) = (office.offer(ticket(1, 50)).await, office.offer(ticket(2, 50)).await);
    let buyer = office.user();
    let asking = (0..20).map(|number| {
        let app = if number % 2 == 0 { &office.app } else { &second };
        let ticket = if number % 4 < 2 { &one } else { &two };
        order(app, &buyer, ticket, 1)
    });
    let replies = join_all(asking).await;
    assert_eq!(outcomes(&replies, "hold_limit"), (7, 13));
}
