//! Free orders: complete in the commit that places them.

use std::num::NonZeroU32;
use std::time::Duration;

use contract::order::{CANCELLED, COMPLETED, CREATED, OrderStatus};
use contract::ticket::TicketState;
use contract::{Money, inventory, payment};
use futures::future::join_all;
use orders::domain::HoldLimits;
use orders::{NetworkHolds, Settings};
use serde_json::json;

use crate::box_office::{BoxOffice, cancel, limited_to, order, order_from, ticket};

/// A free ticket.
fn free(number: u8, quantity: u32) -> TicketState {
    let ticket = ticket(number, quantity);
    TicketState { price: Money::zero(ticket.price.currency), ..ticket }
}

#[tokio::test]
async fn a_free_order_is_complete_at_once_and_its_units_are_sold() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
    let offered = office.offer(free(1, 5)).await;
    let placed = order_from("203.0.113.1", app, &buyer, &offered, 2).await.expect(201);
    let id = placed.text("id");
    assert_eq!((placed.text("status"), placed.at("total")), ("complete".to_owned(), json!(0)));
    assert_eq!((placed.at("version"), placed.at("payments")), (json!(1), json!([])));
    app.clock().advance(Duration::from_mins(5));
    app.settle().await;
    let stock = app.published(inventory::CHANGED).await.pop().unwrap();
    assert_eq!((stock.capacity, stock.held, stock.sold), (5, 0, 2));
    let [completed] = app.published(COMPLETED).await.try_into().unwrap();
    assert_eq!(completed.status, OrderStatus::Complete { payment_id: None });
    assert_eq!((completed.version, app.published(CREATED).await.len()), (1, 0));
    assert_eq!(app.published(CANCELLED).await.len(), 0);
    let path = format!("/api/orders/{id}");
    assert_eq!(app.get(Some(&buyer), &path).await.expect(200).text("status"), "complete");
    app.delete(Some(&buyer), &path).await.expect_problem(409, "order_complete");
    let timeline = app.get(Some(&buyer), &format!("{path}/timeline")).await.expect(200);
    let steps = timeline.at("steps");
    let steps: Vec<_> = steps.as_array().unwrap().iter().map(|step| &step["step"]).collect();
    assert_eq!(steps, ["created", "completed"]);
    let counts: Vec<NetworkHolds> = app.store(orders::NAME).scan("", 9).await.unwrap();
    assert_eq!(counts, [], "nothing is held unpaid, so no network is stored");
}

#[tokio::test]
async fn one_buyer_takes_no_more_free_units_of_a_ticket_than_may_be_held() {
    let office = BoxOffice::open_with(limited_to(3)).await;
    let (app, ann, bob) = (&office.app, office.app.user(), office.app.user());
    let begins = office.platforms.clock.now().plus(Duration::from_hours(20));
    let starts_at = Some(begins);
    let offered = office.offer(TicketState { starts_at, late_sales: true, ..free(1, 50) }).await;
    let replies = join_all((0..9).map(|_| order(app, &ann, &offered, 1))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 3);
    app.clock().advance(Duration::from_hours(19));
    let ann = office.user(ann.id);
    order(app, &ann, &offered, 1).await.expect_problem(409, "hold_limit");
    order(app, &office.user(bob.id), &offered, 3).await.expect(201);
    app.clock().advance(Duration::from_hours(1));
    order(app, &office.user(ann.id), &offered, 3).await.expect(201);
}

#[tokio::test]
async fn no_more_free_units_are_given_than_there_are() {
    let office = BoxOffice::open().await;
    let (app, offered) = (&office.app, office.offer(free(1, 7)).await);
    let buyers: Vec<_> = (0..12).map(|_| app.user()).collect();
    let replies = join_all(buyers.iter().map(|buyer| order(app, buyer, &offered, 1))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 7);
    assert_eq!(replies.iter().filter(|reply| reply.text("code") == "sold_out").count(), 5);
}

#[tokio::test]
async fn a_repeat_of_a_free_order_takes_nothing_more() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
    let body = json!({"ticketId": office.offer(free(1, 7)).await.id, "quantity": 2});
    let first = app.post_keyed(&buyer, "/api/orders", "key", &body).await.expect(201);
    let again = app.post_keyed(&buyer, "/api/orders", "key", &body).await.expect(201);
    assert_eq!(first.body, again.body);
    app.settle().await;
    assert_eq!(app.published(inventory::CHANGED).await.pop().unwrap().sold, 2);
    assert_eq!(app.published(COMPLETED).await.len(), 1);
}

#[tokio::test]
async fn an_order_of_free_and_other_tickets_waits_for_its_payment() {
    let office = BoxOffice::open_with(limited_to(2)).await;
    let (app, buyer) = (&office.app, office.app.user());
    let (free, other) = (office.offer(free(1, 7)).await, office.offer(ticket(2, 7)).await);
    let both = json!({"items": [{"ticketId": free.id, "quantity": 2}, {"ticketId": other.id, "quantity": 1}]});
    let placed = app.post(Some(&buyer), "/api/orders", &both).await.expect(201);
    assert_eq!((placed.text("status"), placed.at("total")), ("created".to_owned(), json!(20.5)));
    order(app, &buyer, &free, 1).await.expect_problem(409, "hold_limit");
    cancel(app, &buyer, &placed.text("id")).await;
    let placed = app.post(Some(&buyer), "/api/orders", &both).await.expect(201).text("id");
    let paying = office.payment(7, placed.parse().unwrap(), &buyer);
    app.publish(&[payment::AUTHORIZED.of(paying)]).await;
    app.settle().await;
    assert_eq!(office.status(&buyer, placed.parse().unwrap()).await, "complete");
    // Paid units are no longer held; free units count in any order.
    order(app, &buyer, &free, 1).await.expect_problem(409, "hold_limit");
    order(app, &buyer, &other, 2).await.expect(201);
}

#[tokio::test]
async fn a_cent_beside_free_units_does_not_take_them_off_the_list() {
    let unpaid_ends = NonZeroU32::new(2);
    for unpaid_ends in [None, unpaid_ends] {
        let limits = limited_to(8);
        let hold_limits = HoldLimits { unpaid_ends, ..limits.hold_limits };
        let office = BoxOffice::open_with(Settings { hold_limits, ..limits }).await;
        let (app, buyer) = (&office.app, office.app.user());
        let (free, other) = (office.offer(free(1, 40)).await, office.offer(ticket(2, 40)).await);
        let both = json!({"items": [{"ticketId": free.id, "quantity": 8}, {"ticketId": other.id, "quantity": 1}]});
        for number in 1..4_u8 {
            let placed = app.post(Some(&buyer), "/api/orders", &both).await;
            if number > 1 {
                placed.expect_problem(409, "hold_limit");
                continue;
            }
            let placed = placed.expect(201).text("id");
            let paying = office.payment(number, placed.parse().unwrap(), &buyer);
            app.publish(&[payment::AUTHORIZED.of(paying)]).await;
            app.settle().await;
            assert_eq!(office.status(&buyer, placed.parse().unwrap()).await, "complete");
            // After the end of an unpaid order's hold.
            app.clock().advance(Duration::from_mins(10));
        }
    }
}

#[tokio::test]
async fn the_order_is_refused_that_costs_something_else_than_expected() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
    let (offered, free) = (office.offer(ticket(1, 50)).await, office.offer(free(2, 50)).await);
    let ask = async |ticket: &TicketState, expected: &str| {
        let id = ticket.id;
        let body = format!(r#"{{"ticketId":"{id}","quantity":2,"expectedTotal":{expected}}}"#);
        app.post_raw(&buyer, "/api/orders", body).await
    };
    for (ticket, expected, total) in
        [(&offered, "40.99", "41 usd"), (&offered, "0", "41 usd"), (&free, "41", "0 usd")]
    {
        let problem = ask(ticket, expected).await.expect_problem(409, "total_changed");
        assert_eq!(problem.text("detail"), format!("The total is {total} now"));
    }
    for (expected, rule) in [
        ("41.001", "must have at most 2 decimals in this currency"),
        ("-1", "must be zero or more"),
        ("1e20", "is too large"),
        ("\"41\"", "must be a number such as 20.10"),
        ("99999999999999999999", "is too large"),
    ] {
        let problem = ask(&offered, expected).await.expect_problem(400, "invalid_request");
        assert_eq!(problem.at("errors")[0], json!({"field": "expectedTotal", "message": rule}));
    }
    app.settle().await;
    assert!(app.published(CREATED).await.is_empty() && app.published(COMPLETED).await.is_empty());
    for expected in ["41", "41.0", "41.00", "41.000"] {
        ask(&offered, expected).await.expect(201);
    }
    for expected in ["0", "0.00", "-0"] {
        ask(&free, expected).await.expect(201);
    }
}

#[tokio::test]
async fn an_expected_total_is_part_of_the_body_of_an_idempotency_key() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
    let offered = office.offer(ticket(1, 50)).await;
    let ask = async |expected: f64| {
        let body = json!({"ticketId": offered.id, "expectedTotal": expected});
        app.post_keyed(&buyer, "/api/orders", "key", &body).await
    };
    let first = ask(20.0).await.expect_problem(409, "total_changed");
    let again = ask(20.0).await;
    assert_eq!((again.status, again.body), (409, first.body));
    ask(20.5).await.expect_problem(422, "idempotency_key_reused");
}
