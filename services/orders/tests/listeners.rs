//! Every listener of orders, with redeliveries and out of order.

use std::time::Duration;

use contract::expiration::{self, ExpirationState};
use contract::revision::{self, RevisionState};
use contract::ticket::{CREATED, Offer, TicketState, UPDATED};
use contract::{Currency, Id, Money, inventory, order, payment};
use serde_json::json;

use crate::box_office::{BoxOffice, ticket};

#[tokio::test]
async fn an_inventory_follows_its_ticket_in_any_order() {
    let office = BoxOffice::open().await;
    let app = &office.app;
    let mut edited = ticket(1, 9);
    edited.version = 2;
    app.publish(&[UPDATED.of(edited.clone())]).await;
    app.publish(&[CREATED.of(ticket(1, 5))]).await;
    app.publish(&[UPDATED.of(edited.clone()), UPDATED.of(edited)]).await;
    app.settle().await;
    let stock = app.published(inventory::CHANGED).await;
    assert_eq!(stock.len(), 1, "late and repeated ones change nothing");
    assert_eq!(stock.first().map(|stock| (stock.capacity, stock.ticket_version)), Some((9, 2)));
}

#[tokio::test]
async fn a_revision_is_decided_once_and_in_force_from_then_on() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
    let offered = office.offer(ticket(1, 9)).await;
    let mut dearer = TicketState { version: 2, ..offered.clone() };
    dearer.price.minor_units = 9_900;
    let requested = |number, ticket: &TicketState| {
        revision::REQUESTED.of(RevisionState { number, ticket: ticket.clone() })
    };
    app.publish(&[requested(1, &dearer), requested(1, &dearer)]).await;
    app.settle().await;
    let decided = app.published(inventory::CHANGED).await;
    assert_eq!(decided.len(), 2, "offered, and revised once");
    let outcome = inventory::RevisionOutcome::Accepted;
    let accepted = Some(inventory::DecidedRevision { number: 1, outcome });
    assert_eq!(
        decided.last().map(|state| (state.revision, state.ticket_version)),
        Some((accepted, 2))
    );
    // The message of the changed ticket arrives later, and has no effect.
    app.publish(&[UPDATED.of(dearer.clone())]).await;
    let order = app.post(Some(&buyer), "/api/orders", &json!({"ticketId": offered.id})).await;
    assert_eq!(order.expect(201).at("total"), json!(99));
    let withdrawn = TicketState { version: 3, offer: Offer::Withdrawn, ..dearer };
    app.publish(&[requested(2, &withdrawn)]).await;
    app.settle().await;
    let refused = app.post(Some(&buyer), "/api/orders", &json!({"ticketId": offered.id})).await;
    refused.expect_problem(409, "not_offered");
    assert_eq!(app.published(inventory::CHANGED).await.len(), 4);
    assert!(app.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_revision_may_arrive_before_the_ticket_itself() {
    let office = BoxOffice::open().await;
    let app = &office.app;
    let edited = TicketState { version: 2, quantity: 4, ..ticket(1, 9) };
    let requested = RevisionState { number: 1, ticket: edited };
    app.publish(&[revision::REQUESTED.of(requested)]).await;
    app.publish(&[CREATED.of(ticket(1, 9))]).await;
    app.settle().await;
    let stock = app.published(inventory::CHANGED).await;
    assert_eq!(stock.last().map(|state| (state.capacity, state.ticket_version)), Some((4, 2)));
}

#[tokio::test]
async fn a_started_payment_pins_the_order_once() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
    let order = office.order(&buyer, &office.offer(ticket(1, 1)).await).await;
    app.clock().advance(Duration::from_secs(55));
    let started = office.payment(7, order, &buyer);
    app.publish(&[payment::STARTED.of(started.clone())]).await;
    app.publish(&[payment::STARTED.of(started)]).await;
    app.settle().await;
    assert_eq!(office.status(&buyer, order).await, "awaiting:payment");
    let updated = app.published(order::UPDATED).await;
    assert_eq!(updated.len(), 1);
    assert_eq!(updated.first().unwrap().expires_at.to_string(), "2026-11-21T12:01:10.000Z");
}

#[tokio::test]
async fn an_authorised_payment_completes_the_order_with_or_without_its_start() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
    let order = office.order(&buyer, &office.offer(ticket(1, 1)).await).await;
    let paid = office.payment(7, order, &buyer);
    app.publish(&[payment::AUTHORIZED.of(paid.clone())]).await;
    app.settle().await;
    app.publish(&[payment::STARTED.of(paid.clone())]).await;
    app.publish(&[payment::AUTHORIZED.of(paid.clone())]).await;
    app.publish(&[payment::AUTHORIZED.of(office.payment(8, order, &buyer))]).await;
    app.settle().await;
    let completed = app.published(order::COMPLETED).await;
    assert_eq!(completed.len(), 1);
    let status = order::OrderStatus::Complete { payment_id: Some(paid.id) };
    assert_eq!(completed.first().unwrap().status, status, "the first one counts");
    let stock = app.published(inventory::CHANGED).await;
    assert_eq!(stock.last().map(|stock| (stock.held, stock.sold)), Some((0, 1)));
}

#[tokio::test]
async fn a_payment_authorised_at_the_deadline_is_too_late() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
    let order = office.order(&buyer, &office.offer(ticket(1, 1)).await).await;
    app.clock().advance(Duration::from_mins(1));
    app.publish(&[payment::AUTHORIZED.of(office.payment(7, order, &buyer))]).await;
    app.settle().await;
    assert_eq!(office.status(&buyer, order).await, "cancelled");
    assert!(app.published(order::COMPLETED).await.is_empty());
    assert_eq!(app.published(order::CANCELLED).await.len(), 1);
}

#[tokio::test]
async fn a_payment_that_does_not_match_is_a_dead_letter() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
    let order = office.order(&buyer, &office.offer(ticket(1, 1)).await).await;
    let mut wrong = office.payment(7, order, &buyer);
    wrong.amount = Money::new(1, Currency::USD);
    let unknown = office.payment(8, Id::from_bytes([5; 12]).into(), &buyer);
    app.publish(&[payment::AUTHORIZED.of(wrong), payment::AUTHORIZED.of(unknown)]).await;
    app.settle().await;
    assert_eq!(office.status(&buyer, order).await, "created");
    let reasons: Vec<String> =
        app.dead_letters().await.into_iter().map(|letter| letter.reason).collect();
    assert_eq!(reasons.len(), 2);
    assert!(reasons.contains(&"the payment does not match the order".to_owned()));
}

#[tokio::test]
async fn refunded_units_return_to_sale_once_and_the_order_records_it() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
    let order = office.paid_order(&buyer).await;
    let ticket_id = ticket(99, 1).id;
    let units = payment::ReturnedUnits { ticket_id, quantity: 1 };
    let status = payment::PaymentStatus::Captured;
    let refunded = payment::PaymentState { status, ..office.payment(98, order, &buyer) };
    let in_part = payment::PaymentState { version: 4, ..refunded.clone() };
    let all = payment::PaymentState { version: 5, returned: vec![units], ..refunded.clone() };
    app.publish(&[payment::REFUNDED.of(all.clone())]).await;
    app.publish(&[payment::REFUNDED.of(in_part)]).await;
    app.publish(&[payment::REFUNDED.of(all.clone()), payment::REFUNDED.of(all)]).await;
    app.settle().await;
    let stock = app.published(inventory::CHANGED).await;
    let last = stock.last().unwrap();
    assert_eq!((last.held, last.sold, last.holder), (0, 0, None), "it is on offer again");
    let shown = app.get(Some(&buyer), &format!("/api/orders/{order}")).await.expect(200);
    assert_eq!(shown.text("status"), "complete");
    assert_eq!(shown.at("items")[0]["returned"], 1);
    let completed = app.published(order::COMPLETED).await;
    assert_eq!(completed.iter().map(|state| state.version).collect::<Vec<_>>(), [2, 3]);
    let items = completed.iter().map(|state| state.items.first().unwrap());
    let in_version: Vec<_> = items.map(|item| item.returned_in_version).collect();
    assert_eq!(in_version, [None, Some(last.version)]);
    office.order(&app.user(), &ticket(99, 1)).await;
    app.publish(&[payment::REFUNDED.of(payment::PaymentState {
        returned: vec![payment::ReturnedUnits { quantity: 2, ..units }],
        ..refunded
    })])
    .await;
    app.settle().await;
    assert_eq!(app.dead_letters().await.len(), 1, "more than was sold cannot come back");
}

#[tokio::test]
async fn a_hint_expires_an_order_at_its_deadline_and_not_before() {
    let office = BoxOffice::open().await;
    let (app, buyer) = (&office.app, office.app.user());
    let order = office.order(&buyer, &office.offer(ticket(1, 1)).await).await;
    let expires_at = app.clock().now().plus(Duration::from_mins(1));
    let hint =
        || expiration::COMPLETE.of(ExpirationState { order_id: order, version: 1, expires_at });
    app.clock().advance(Duration::from_millis(59_999));
    app.publish(&[hint()]).await;
    app.settle().await;
    assert_eq!(office.status(&buyer, order).await, "created", "an early hint changes nothing");
    app.clock().advance(Duration::from_millis(1));
    app.publish(&[hint(), hint()]).await;
    app.settle().await;
    assert_eq!(office.status(&buyer, order).await, "cancelled");
    assert_eq!(app.published(order::CANCELLED).await.len(), 1);
    let stock = app.published(inventory::CHANGED).await;
    assert_eq!(stock.last().map(|stock| stock.held), Some(0));
}

#[tokio::test]
async fn without_hints_an_order_ends_within_a_second_of_its_deadline_also_after_a_restart() {
    let office = BoxOffice::open().await;
    let buyer = office.app.user();
    let order = office.order(&buyer, &office.offer(ticket(1, 1)).await).await;
    let office = office.restart().await;
    office.app.clock().advance(Duration::from_millis(60_300));
    office.app.settle().await;
    assert_eq!(office.status(&buyer, order).await, "created", "the hint still has its time");
    office.app.clock().advance(Duration::from_millis(700));
    office.app.settle().await;
    assert_eq!(office.status(&buyer, order).await, "cancelled");
}
