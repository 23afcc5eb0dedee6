//! Totals of orders: free orders complete in the commit that places them, and totals that the
//! payment provider does not charge are rejected.

use std::time::Duration;

use contract::amount_rules::AmountRules;
use contract::order::{CANCELLED, COMPLETED, CREATED, OrderStatus};
use contract::ticket::TicketState;
use contract::{Money, inventory};
use futures::future::join_all;
use orders::{NetworkHolds, Settings};
use serde_json::json;
use testing::samples::usd;

use crate::box_office::{
    BoxOffice, cancel, in_currency, items, limited, order, order_from, outcomes, ticket,
};

fn free(number: u8, quantity: u32) -> TicketState {
    let ticket = ticket(number, quantity);
    TicketState { price: Money::zero(ticket.price.currency), ..ticket }
}

#[tokio::test]
async fn a_free_order_is_complete_at_once_and_its_units_are_sold() {
    let (office, buyer, offered) = BoxOffice::with(free(1, 5)).await;
    let placed = order_from("203.0.113.1", &office, &buyer, &offered, 2).await.expect(201);
    let id = placed.text("id");
    assert_eq!((placed.text("status"), placed.at("total")), ("complete".to_owned(), json!(0)));
    assert_eq!((placed.at("version"), placed.at("payments")), (json!(1), json!([])));
    office.pass(Duration::from_mins(5)).await;
    let stock = office.published(inventory::CHANGED).await.pop().unwrap();
    assert_eq!((stock.capacity, stock.held, stock.sold), (5, 0, 2));
    let [completed] = office.published(COMPLETED).await.try_into().unwrap();
    assert_eq!(completed.status, OrderStatus::Complete { payment_id: None });
    assert_eq!((completed.version, office.published(CREATED).await.len()), (1, 0));
    assert_eq!(office.published(CANCELLED).await.len(), 0);
    let path = format!("/api/orders/{id}");
    assert_eq!(office.get(Some(&buyer), &path).await.expect(200).text("status"), "complete");
    office.delete(Some(&buyer), &path).await.expect_problem(409, "order_complete");
    let timeline = office.get(Some(&buyer), &format!("{path}/timeline")).await.expect(200);
    let steps = timeline.at("steps");
    let steps: Vec<_> = steps.as_array().unwrap().iter().map(|step| &step["step"]).collect();
    assert_eq!(steps, ["created", "completed"]);
    let counts: Vec<NetworkHolds> = office.store(orders::NAME).scan("", 9).await.unwrap();
    assert_eq!(counts, [], "nothing is held unpaid, so no network is stored");
}

#[tokio::test]
async fn one_buyer_takes_no_more_free_units_of_a_ticket_than_may_be_held() {
    let office = BoxOffice::open_with(limited(3, 500, 0)).await;
    let (ann, bob) = (office.user(), office.user());
    let starts_at = Some(office.platforms.clock.now().plus(Duration::from_hours(20)));
    let offered = office.offer(TicketState { starts_at, late_sales: true, ..free(1, 50) }).await;
    let replies = join_all((0..9).map(|_| order(&office, &ann, &offered, 1))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 3);
    office.clock().advance(Duration::from_hours(19));
    let ann = office.platforms.signed_in(ann.id);
    order(&office, &ann, &offered, 1).await.expect_problem(409, "hold_limit");
    order(&office, &office.platforms.signed_in(bob.id), &offered, 3).await.expect(201);
    office.clock().advance(Duration::from_hours(1));
    order(&office, &office.platforms.signed_in(ann.id), &offered, 3).await.expect(201);
}

#[tokio::test]
async fn no_more_free_units_are_given_than_there_are() {
    let (office, _, offered) = BoxOffice::with(free(1, 7)).await;
    let buyers: Vec<_> = (0..12).map(|_| office.user()).collect();
    let replies = join_all(buyers.iter().map(|buyer| order(&office, buyer, &offered, 1))).await;
    assert_eq!(outcomes(&replies, "sold_out"), (7, 5));
}

#[tokio::test]
async fn a_repeat_of_a_free_order_takes_nothing_more() {
    let (office, buyer) = BoxOffice::with_buyer().await;
    let body = json!({"ticketId": office.offer(free(1, 7)).await.id, "quantity": 2});
    let first = office.post_keyed(&buyer, "/api/orders", "key", &body).await.expect(201);
    let again = office.post_keyed(&buyer, "/api/orders", "key", &body).await.expect(201);
    assert_eq!(first.body, again.body);
    office.settle().await;
    assert_eq!(office.published(inventory::CHANGED).await.pop().unwrap().sold, 2);
    assert_eq!(office.published(COMPLETED).await.len(), 1);
}

#[tokio::test]
async fn an_order_of_free_and_other_tickets_waits_for_its_payment() {
    let (office, buyer, free) = BoxOffice::with_settings(limited(2, 500, 0), free(1, 7)).await;
    let other = office.offer(ticket(2, 7)).await;
    let both = items(&[(&free, 2), (&other, 1)]);
    let placed = office.post(Some(&buyer), "/api/orders", &both).await.expect(201);
    assert_eq!((placed.text("status"), placed.at("total")), ("created".to_owned(), json!(20.5)));
    order(&office, &buyer, &free, 1).await.expect_problem(409, "hold_limit");
    cancel(&office, &buyer, &placed.text("id")).await;
    let placed = office.post(Some(&buyer), "/api/orders", &both).await.expect(201).text("id");
    office.pay(7, placed.parse().unwrap(), &buyer).await;
    assert_eq!(office.status(&buyer, placed.parse().unwrap()).await, "complete");
    // Paid units are no longer held; free units count in any order.
    order(&office, &buyer, &free, 1).await.expect_problem(409, "hold_limit");
    order(&office, &buyer, &other, 2).await.expect(201);
}

#[tokio::test]
async fn a_cent_beside_free_units_does_not_take_them_off_the_list() {
    for unpaid_ends in [0, 2] {
        let settings = limited(8, 500, unpaid_ends);
        let (office, buyer, free) = BoxOffice::with_settings(settings, free(1, 40)).await;
        let other = office.offer(ticket(2, 40)).await;
        let both = items(&[(&free, 8), (&other, 1)]);
        for number in 1..4_u8 {
            let placed = office.post(Some(&buyer), "/api/orders", &both).await;
            if number > 1 {
                placed.expect_problem(409, "hold_limit");
                continue;
            }
            let placed = placed.expect(201).text("id");
            office.pay(number, placed.parse().unwrap(), &buyer).await;
            assert_eq!(office.status(&buyer, placed.parse().unwrap()).await, "complete");
            // After the end of an unpaid order's hold.
            office.clock().advance(Duration::from_mins(10));
        }
    }
}

#[tokio::test]
async fn the_order_is_refused_that_costs_something_else_than_expected() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 50)).await;
    let free = office.offer(free(2, 50)).await;
    let ask = async |ticket: &TicketState, expected: &str| {
        let id = ticket.id;
        let body = format!(r#"{{"ticketId":"{id}","quantity":2,"expectedTotal":{expected}}}"#);
        office.post_raw(&buyer, "/api/orders", body).await
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
    office.settle().await;
    assert!(office.published(CREATED).await.is_empty());
    assert!(office.published(COMPLETED).await.is_empty());
    for expected in ["41", "41.0", "41.00", "41.000"] {
        ask(&offered, expected).await.expect(201);
    }
    for expected in ["0", "0.00", "-0"] {
        ask(&free, expected).await.expect(201);
    }
}

#[tokio::test]
async fn an_expected_total_is_part_of_the_body_of_an_idempotency_key() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 50)).await;
    let ask = async |expected: f64| {
        let body = json!({"ticketId": offered.id, "expectedTotal": expected});
        office.post_keyed(&buyer, "/api/orders", "key", &body).await
    };
    let first = ask(20.0).await.expect_problem(409, "total_changed");
    let again = ask(20.0).await;
    assert_eq!((again.status, again.body), (409, first.body));
    ask(20.5).await.expect_problem(422, "idempotency_key_reused");
}

fn priced(number: u8, minor_units: i64) -> TicketState {
    TicketState { price: usd(minor_units), ..ticket(number, 10) }
}

#[tokio::test]
async fn an_order_whose_total_no_card_can_be_charged_holds_nothing() {
    let settings = Settings { amount_rules: AmountRules::Stripe, ..Settings::default() };
    let (office, buyer, cheap) = BoxOffice::with_settings(settings, priced(1, 49)).await;
    let dear = office.offer(priced(2, 99_999_999)).await;
    let dinar = office.offer(in_currency("kwd", priced(3, 1_234))).await;
    let before = office.published(inventory::CHANGED).await.len();
    for (offered, units, limit) in [
        (&cheap, 1, "the total must be at least 0.50 usd, the least that a card can be charged"),
        (&dear, 2, "the total must be at most 999999.99 usd, the most that a card can be charged"),
        (
            &dinar,
            1,
            "the total must be a multiple of 0.010 kwd, which is what cards are charged in",
        ),
    ] {
        let refused = order(&office, &buyer, offered, units).await;
        assert_eq!(refused.text("errors/0/message"), limit);
        refused.expect_fields(&["items"]);
    }
    office.settle().await;
    assert_eq!(office.published(inventory::CHANGED).await.len(), before, "nothing is held");
    for (offered, units) in [(&cheap, 2), (&dear, 1), (&dinar, 5)] {
        order(&office, &buyer, offered, units).await.expect(201);
    }
}

#[tokio::test]
async fn the_built_in_provider_charges_every_total() {
    let office = BoxOffice::open().await;
    order(&office, &office.user(), &office.offer(priced(1, 1)).await, 1).await.expect(201);
}
