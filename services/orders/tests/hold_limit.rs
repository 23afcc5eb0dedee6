//! Limit on the unpaid units of one ticket per buyer, through HTTP.

use std::num::NonZeroU32;
use std::time::Duration;

use contract::ticket::TicketState;
use contract::{inventory, payment};
use futures::future::join_all;
use orders::Settings;
use orders::domain::HoldLimits;
use serde_json::json;
use testing::{Reply, User};

use crate::box_office::{self, BoxOffice, limited_to, ticket};

fn unlimited() -> Settings {
    let hold_limits = HoldLimits { per_ticket: None, total: None, unpaid_ends: None };
    Settings { hold_limits, ..Settings::default() }
}

async fn order(office: &BoxOffice, buyer: &User, ticket: &TicketState, units: u32) -> Reply {
    box_office::order(&office.app, buyer, ticket, units).await
}

async fn cancel(office: &BoxOffice, buyer: &User, order: &str) {
    box_office::cancel(&office.app, buyer, order).await;
}

#[tokio::test]
async fn exactly_the_limit_of_units_of_a_ticket_can_be_held() {
    let office = BoxOffice::open_with(limited_to(5)).await;
    let (one, two) = (office.offer(ticket(1, 50)).await, office.offer(ticket(2, 50)).await);
    let (ann, bob) = (office.app.user(), office.app.user());
    order(&office, &ann, &one, 6).await.expect_problem(409, "hold_limit");
    order(&office, &ann, &one, 3).await.expect(201).text("id");
    order(&office, &ann, &one, 2).await.expect(201).text("id");
    let refused = order(&office, &ann, &one, 1).await.expect_problem(409, "hold_limit");
    let detail = refused.text("detail");
    assert!(detail.contains(&one.id.to_string()) && detail.contains("5 units"), "{detail}");
    order(&office, &ann, &two, 5).await.expect(201).text("id");
    order(&office, &bob, &one, 5).await.expect(201).text("id");
    let office = office.restart_with(limited_to(5)).await;
    order(&office, &ann, &one, 1).await.expect_problem(409, "hold_limit");
    let office = office.restart_with(limited_to(6)).await;
    order(&office, &ann, &one, 1).await.expect(201).text("id");
}

#[tokio::test]
async fn cancelled_expired_and_paid_orders_hold_no_units() {
    let office = BoxOffice::open_with(limited_to(1)).await;
    let (app, buyer) = (&office.app, office.app.user());
    let offered = office.offer(ticket(1, 9)).await;
    let first = order(&office, &buyer, &offered, 1).await.expect(201).text("id");
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
    cancel(&office, &buyer, &first).await;
    let second = order(&office, &buyer, &offered, 1).await.expect(201).text("id");
    cancel(&office, &buyer, &first).await;
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
    // An order that awaits a payment holds its units too.
    let paying = office.payment(7, second.parse().unwrap(), &buyer);
    app.publish(&[payment::STARTED.of(paying.clone())]).await;
    app.settle().await;
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
    app.publish(&[payment::AUTHORIZED.of(paying.clone()), payment::AUTHORIZED.of(paying)]).await;
    app.settle().await;
    order(&office, &buyer, &offered, 1).await.expect(201).text("id");
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
    app.clock().advance(Duration::from_secs(61));
    app.settle().await;
    order(&office, &buyer, &offered, 1).await.expect(201).text("id");
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
}

#[tokio::test]
async fn concurrent_orders_hold_no_more_than_the_limit() {
    let office = BoxOffice::open_with(limited_to(7)).await;
    let (offered, buyer) = (office.offer(ticket(1, 50)).await, office.app.user());
    let replies = join_all((0..40).map(|_| order(&office, &buyer, &offered, 1))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 7);
    assert_eq!(replies.iter().filter(|reply| reply.text("code") == "hold_limit").count(), 33);
    office.app.settle().await;
    let stock = office.app.published(inventory::CHANGED).await;
    assert_eq!(stock.last().map(|stock| stock.held), Some(7));
}

#[tokio::test]
async fn an_order_of_several_tickets_is_held_as_a_whole_or_not_at_all() {
    let office = BoxOffice::open_with(limited_to(2)).await;
    let (one, two) = (office.offer(ticket(1, 9)).await, office.offer(ticket(2, 9)).await);
    let (app, buyer) = (&office.app, office.app.user());
    order(&office, &buyer, &two, 1).await.expect(201).text("id");
    let both = json!({"items": [{"ticketId": one.id, "quantity": 1}, {"ticketId": two.id, "quantity": 2}]});
    app.post(Some(&buyer), "/api/orders", &both).await.expect_problem(409, "hold_limit");
    order(&office, &buyer, &one, 2).await.expect(201).text("id");
}

#[tokio::test]
async fn orders_from_before_the_limit_are_not_counted_and_end_normally() {
    let office = BoxOffice::open_with(unlimited()).await;
    let (offered, buyer) = (office.offer(ticket(1, 500)).await, office.app.user());
    for _ in 0..2 {
        order(&office, &buyer, &offered, 100).await.expect(201).text("id");
    }
    let before = order(&office, &buyer, &offered, 3).await.expect(201).text("id");
    let office = office.restart_with(limited_to(2)).await;
    order(&office, &buyer, &offered, 2).await.expect(201).text("id");
    cancel(&office, &buyer, &before).await;
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
}

#[tokio::test]
async fn the_total_counts_the_units_of_all_tickets() {
    let defaults = Settings::default();
    let hold_limits = HoldLimits { total: NonZeroU32::new(5), ..defaults.hold_limits };
    let office = BoxOffice::open_with(Settings { hold_limits, ..defaults }).await;
    let (one, two) = (office.offer(ticket(1, 50)).await, office.offer(ticket(2, 50)).await);
    let (app, ann, bob) = (&office.app, office.app.user(), office.app.user());
    let first = order(&office, &ann, &one, 3).await.expect(201).text("id");
    let refused = order(&office, &ann, &two, 3).await.expect_problem(409, "hold_limit");
    assert_eq!(refused.text("detail"), "No more than 5 units can be held unpaid at once");
    order(&office, &ann, &two, 2).await.expect(201).text("id");
    order(&office, &ann, &one, 1).await.expect_problem(409, "hold_limit");
    cancel(&office, &ann, &first).await;
    order(&office, &ann, &two, 3).await.expect(201).text("id");
    let both = json!({"items": [{"ticketId": one.id, "quantity": 3}, {"ticketId": two.id, "quantity": 3}]});
    app.post(Some(&bob), "/api/orders", &both).await.expect_problem(409, "hold_limit");
}

#[tokio::test]
async fn replicas_count_holds_together() {
    let defaults = Settings::default();
    let hold_limits = HoldLimits { total: NonZeroU32::new(7), ..defaults.hold_limits };
    let (office, second) = BoxOffice::open_replicas(Settings { hold_limits, ..defaults }).await;
    let (one, two) = (office.offer(ticket(1, 50)).await, office.offer(ticket(2, 50)).await);
    let buyer = office.app.user();
    let asking = (0..20).map(|number| {
        let app = if number % 2 == 0 { &office.app } else { &second };
        let ticket = if number % 4 < 2 { &one } else { &two };
        box_office::order(app, &buyer, ticket, 1)
    });
    let replies = join_all(asking).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 7);
    assert_eq!(replies.iter().filter(|reply| reply.text("code") == "hold_limit").count(), 13);
}
