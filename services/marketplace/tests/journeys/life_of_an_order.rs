//! Whole journeys through all services.

use std::time::Duration;

use contract::{OrderId, inventory, order, payment};
use serde_json::json;
use testing::marketplace::Engines as _;
use testing::{Platforms, Reply, User};

use crate::test_marketplace::{TestMarketplace, crash_and_restart, open, open_on};

#[tokio::test]
async fn a_paid_order_is_complete_in_every_service() {
    let marketplace = open().await;
    let (buyer, other, ticket, order) = marketplace.order_the_only_unit().await;
    let paid = marketplace.pay(&buyer, order, "tok_visa").await.expect(201);
    assert_eq!(paid.text("status"), "captured");
    assert_eq!(marketplace.show_order(&buyer, order).await.text("status"), "complete");
    marketplace.becomes_available(ticket, 0).await;
    let sold = || async {
        let stock = marketplace.app.published(inventory::CHANGED).await;
        stock.last().is_some_and(|stock| (stock.held, stock.sold) == (0, 1))
    };
    marketplace.eventually("the unit is sold", sold).await;
    assert_eq!(marketplace.captured().await, 2_050);
    marketplace.pass(Duration::from_mins(10));
    assert_eq!(marketplace.show_order(&buyer, order).await.text("status"), "complete", "for good");
    assert!(marketplace.app.dead_letters().await.is_empty());
    let listed = marketplace.get(None, "/api/tickets").await.expect(200);
    assert_eq!(listed.json(), json!([]));
    marketplace
        .get(Some(&other), &format!("/api/orders/{order}"))
        .await
        .expect_problem(404, "not_found");
}

/// A payment that has pinned its order, and ends as time passes.
async fn pinned_by_a_payment(
    marketplace: &TestMarketplace,
    buyer: &User,
    order: OrderId,
) -> impl Future<Output = Reply> {
    let mut pay = Box::pin(marketplace.pay(buyer, order, "tok_slow"));
    let pinned = marketplace.order_becomes(buyer, order, "awaiting:payment");
    tokio::select! { _ = &mut pay => panic!("not decided yet"), () = pinned => {} }
    pay
}

#[tokio::test]
async fn a_late_payment_is_rejected_and_voided() {
    let marketplace = open().await;
    let (_, buyer, ticket, order) = marketplace.ordered(1).await;
    marketplace.quiet().await;
    marketplace.pass(Duration::from_secs(59));
    // The provider takes longer than the order's time with its extension: the clock does not move
    // until the payment has pinned the order.
    let pay = pinned_by_a_payment(&marketplace, &buyer, order).await;
    marketplace.pass(Duration::from_secs(15));
    marketplace.order_becomes(&buyer, order, "cancelled").await;
    let answer = marketplace.app.while_time_passes(pay).await;
    // The response timeout of ten seconds and the end of the payment are due at the same time: the
    // response has the status that comes first. The payment is voided in both cases.
    if answer.status != 202 {
        answer.expect_problem(409, "order_expired");
    }
    let voided = || async { Box::pin(marketplace.app.published(payment::VOIDED)).await.len() == 1 };
    let waiting = marketplace.eventually("the payment is voided", voided);
    marketplace.app.while_time_passes(waiting).await;
    let payment = Box::pin(marketplace.app.published(payment::VOIDED)).await[0].id;
    let shown =
        marketplace.get(Some(&buyer), &format!("/api/payments/{payment}")).await.expect(200);
    assert_eq!(shown.text("status"), "voided");
    assert_eq!(marketplace.captured().await, 0);
    marketplace.becomes_available(ticket, 1).await;
}

#[tokio::test]
async fn a_slow_payment_within_the_extension_is_accepted() {
    let marketplace = open().await;
    let (_, buyer, _, order) = marketplace.ordered(1).await;
    marketplace.quiet().await;
    marketplace.pass(Duration::from_secs(59));
    let pay = pinned_by_a_payment(&marketplace, &buyer, order).await;
    marketplace.app.while_time_passes(pay).await.expect(201);
    assert_eq!(marketplace.captured().await, 2_050);
}

#[tokio::test]
async fn a_charge_without_a_response_is_captured_once() {
    let marketplace = open().await;
    let (_, buyer, _, order) = marketplace.ordered(1).await;
    let pay = marketplace.pay(&buyer, order, "tok_error_after_charge");
    marketplace.app.while_time_passes(pay).await.expect(201);
    assert_eq!(marketplace.captured().await, 2_050);
}

#[tokio::test]
async fn two_hundred_buyers_for_fifty_units_make_fifty_orders_and_fifty_captures() {
    let marketplace = open().await;
    let seller = marketplace.sign_up("seller").await;
    let ticket = marketplace.offer(&seller, 50).await;
    let body = json!({"ticketId": ticket});
    // The first order waits for the ticket to arrive at orders.
    let first = marketplace.app.user();
    marketplace.order(&first, &body).await.expect(201);
    let buyers: Vec<_> = (0..199).map(|_| marketplace.app.user()).collect();
    let replies =
        futures::future::join_all(buyers.iter().map(|buyer| marketplace.order(buyer, &body))).await;
    let made = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(made, 49);
    assert_eq!(replies.iter().filter(|reply| reply.text("code") == "sold_out").count(), 150);
    let orders = buyers.iter().zip(&replies).filter(|(_, reply)| reply.status == 201);
    let pays = orders.map(|(buyer, reply)| {
        marketplace.pay(buyer, reply.text("id").parse().unwrap(), "tok_visa")
    });
    let paid = futures::future::join_all(pays).await;
    assert!(paid.iter().all(|reply| reply.status == 201), "{paid:?}");
    marketplace.pass(Duration::from_mins(1));
    marketplace.becomes_available(ticket, 1).await;
    assert_eq!(marketplace.captured().await, 49 * 2_050);
    let orders = marketplace.app.published(order::COMPLETED).await;
    assert_eq!(orders.len(), 49);
    assert!(marketplace.app.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_crash_loses_no_acknowledged_result() {
    let dir = tempfile::tempdir().unwrap();
    let marketplace = open_on(Platforms::on_disk(dir.path().to_owned())).await;
    let (seller, buyer) = marketplace.seller_and_buyer().await;
    let ticket = marketplace.offer(&seller, 3).await;
    let (unpaid, paid) =
        (marketplace.order_one(&buyer, ticket).await, marketplace.order_one(&buyer, ticket).await);
    marketplace.pay(&buyer, paid, "tok_visa").await.expect(201);
    drop(pinned_by_a_payment(&marketplace, &buyer, unpaid).await);
    let marketplace = Box::pin(crash_and_restart(marketplace)).await;
    assert_eq!(marketplace.show_order(&buyer, paid).await.text("status"), "complete");
    marketplace.app.while_time_passes(marketplace.order_becomes(&buyer, unpaid, "complete")).await;
    assert_eq!(
        marketplace.captured().await,
        2 * 2_050,
        "the payment that was half-way is finished"
    );
    let last = marketplace.order_one(&buyer, ticket).await;
    let marketplace = Box::pin(crash_and_restart(marketplace)).await;
    marketplace.pass(Duration::from_mins(1));
    marketplace.app.while_time_passes(marketplace.order_becomes(&buyer, last, "cancelled")).await;
    marketplace.app.while_time_passes(marketplace.becomes_available(ticket, 1)).await;
    assert_eq!(marketplace.captured().await, 2 * 2_050);
    assert!(marketplace.app.dead_letters().await.is_empty());
}

#[tokio::test]
async fn in_one_process_a_session_ends_immediately_in_every_service() {
    let marketplace = open().await;
    let buyer = marketplace.sign_up("buyer").await;
    marketplace.get(Some(&buyer), "/api/orders").await.expect(200);
    marketplace.post(Some(&buyer), "/api/users/signout", &json!({})).await.expect(200);
    marketplace.get(Some(&buyer), "/api/orders").await.expect_problem(401, "not_signed_in");
}

#[tokio::test]
async fn an_erasure_is_rejected_while_payments_or_sales_are_open() {
    let marketplace = open().await;
    let (seller, buyer) = marketplace.seller_and_buyer().await;
    let begins = marketplace.platforms.clock.now().plus(Duration::from_mins(5));
    let offer = json!({"title": "Concert", "price": 20.5, "quantity": 2, "startsAt": begins});
    let ticket = marketplace.create(&seller, "/api/tickets", offer).await.parse().unwrap();
    let order = marketplace.order_one(&buyer, ticket).await;
    marketplace.becomes_available(ticket, 1).await;
    let forfeiting = json!({"forfeitCredit": true});
    marketplace.erase(&seller, &forfeiting).await.expect_problem(409, "open_sales");
    marketplace.pay(&buyer, order, "tok_visa").await.expect(201);
    marketplace.quiet().await;
    marketplace.erase(&seller, &forfeiting).await.expect_problem(409, "open_sales");
    let slow = json!({"amount": 5, "token": "tok_slow"});
    let mut topping_up = Box::pin(marketplace.post(Some(&buyer), "/api/payments/top-ups", &slow));
    let payments = async || marketplace.get(Some(&buyer), "/api/payments").await.expect(200).json();
    let is_begun = || async { payments().await.as_array().map(Vec::len) == Some(2) };
    let begun = marketplace.eventually("the payment has begun", is_begun);
    // The clock does not move, so the provider does not respond.
    tokio::select! { _ = &mut topping_up => panic!("not settled yet"), () = begun => {} }
    let refused = marketplace.erase(&buyer, &json!({})).await.expect_problem(409, "open_payments");
    assert_eq!(refused.at("errors").as_array().map(Vec::len), Some(1));
    marketplace.app.while_time_passes(topping_up).await.expect(201);
    marketplace.erase(&buyer, &json!({})).await.expect_problem(409, "credit_left");
    marketplace.pass(Duration::from_mins(5));
    marketplace.quiet().await;
    assert_eq!(marketplace.erase(&seller, &forfeiting).await.status, 204, "it has begun");
}
