//! Every listener of orders, with redeliveries and out of order.

use std::time::Duration;

use contract::expiration::{self, ExpirationState};
use contract::revision::{self, RevisionState};
use contract::ticket::{CREATED, Offer, TicketState, UPDATED};
use contract::{Currency, Id, Money, inventory, order, payment};
use serde_json::json;

use crate::box_office::{BoxOffice, order, ticket};

#[tokio::test]
async fn an_inventory_follows_its_ticket_in_any_order() {
    let office = BoxOffice::open().await;
    let edited = TicketState { version: 2, ..ticket(1, 9) };
    office.publish(&[UPDATED.of(edited.clone())]).await;
    office.publish(&[CREATED.of(ticket(1, 5))]).await;
    office.deliver(&[UPDATED.of(edited.clone()), UPDATED.of(edited)]).await;
    let stock = office.published(inventory::CHANGED).await;
    assert_eq!(stock.len(), 1, "late and repeated ones change nothing");
    assert_eq!(stock.first().map(|stock| (stock.capacity, stock.ticket_version)), Some((9, 2)));
}

#[tokio::test]
async fn a_revision_is_decided_once_and_in_force_from_then_on() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 9)).await;
    let mut dearer = TicketState { version: 2, ..offered.clone() };
    dearer.price.minor_units = 9_900;
    let requested = |number, ticket: &TicketState| {
        revision::REQUESTED.of(RevisionState { number, ticket: ticket.clone() })
    };
    office.deliver(&[requested(1, &dearer), requested(1, &dearer)]).await;
    let decided = office.published(inventory::CHANGED).await;
    assert_eq!(decided.len(), 2, "offered, and revised once");
    let outcome = inventory::RevisionOutcome::Accepted;
    let accepted = Some(inventory::DecidedRevision { number: 1, outcome });
    let last = decided.last().unwrap();
    assert_eq!((last.revision, last.ticket_version), (accepted, 2));
    // The message of the changed ticket arrives later, and has no effect.
    office.publish(&[UPDATED.of(dearer.clone())]).await;
    assert_eq!(order(&office, &buyer, &offered, 1).await.expect(201).at("total"), json!(99));
    let withdrawn = TicketState { version: 3, offer: Offer::Withdrawn, ..dearer };
    office.deliver(&[requested(2, &withdrawn)]).await;
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "not_offered");
    assert_eq!(office.published(inventory::CHANGED).await.len(), 4);
    assert!(office.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_revision_may_arrive_before_the_ticket_itself() {
    let office = BoxOffice::open().await;
    let edited = TicketState { version: 2, quantity: 4, ..ticket(1, 9) };
    let requested = RevisionState { number: 1, ticket: edited };
    office.publish(&[revision::REQUESTED.of(requested)]).await;
    office.deliver(&[CREATED.of(ticket(1, 9))]).await;
    let stock = office.published(inventory::CHANGED).await;
    assert_eq!(stock.last().map(|state| (state.capacity, state.ticket_version)), Some((4, 2)));
}

#[tokio::test]
async fn a_started_payment_pins_the_order_once() {
    let (office, buyer, order) = BoxOffice::with_order().await;
    office.clock().advance(Duration::from_secs(55));
    let started = office.payment(7, order, &buyer);
    office.publish(&[payment::STARTED.of(started.clone())]).await;
    office.deliver(&[payment::STARTED.of(started)]).await;
    assert_eq!(office.status(&buyer, order).await, "awaiting:payment");
    let updated = office.published(order::UPDATED).await;
    assert_eq!(updated.len(), 1);
    assert_eq!(updated.first().unwrap().expires_at.to_string(), "2026-11-21T12:01:10.000Z");
}

#[tokio::test]
async fn an_authorised_payment_completes_the_order_with_or_without_its_start() {
    let (office, buyer, order) = BoxOffice::with_order().await;
    let paid = office.payment(7, order, &buyer);
    office.deliver(&[payment::AUTHORIZED.of(paid.clone())]).await;
    office.publish(&[payment::STARTED.of(paid.clone())]).await;
    office.publish(&[payment::AUTHORIZED.of(paid.clone())]).await;
    office.pay(8, order, &buyer).await;
    let completed = office.published(order::COMPLETED).await;
    assert_eq!(completed.len(), 1);
    let status = order::OrderStatus::Complete { payment_id: Some(paid.id) };
    assert_eq!(completed.first().unwrap().status, status, "the first one counts");
    let stock = office.published(inventory::CHANGED).await;
    assert_eq!(stock.last().map(|stock| (stock.held, stock.sold)), Some((0, 1)));
}

#[tokio::test]
async fn a_payment_authorised_at_the_deadline_is_too_late() {
    let (office, buyer, order) = BoxOffice::with_order().await;
    office.clock().advance(Duration::from_mins(1));
    office.pay(7, order, &buyer).await;
    assert_eq!(office.status(&buyer, order).await, "cancelled");
    assert!(office.published(order::COMPLETED).await.is_empty());
    assert_eq!(office.published(order::CANCELLED).await.len(), 1);
}

#[tokio::test]
async fn a_payment_that_does_not_match_is_a_dead_letter() {
    let (office, buyer, order) = BoxOffice::with_order().await;
    let mut wrong = office.payment(7, order, &buyer);
    wrong.amount = Money::new(1, Currency::USD);
    let unknown = office.payment(8, Id::from_bytes([5; 12]).into(), &buyer);
    office.deliver(&[payment::AUTHORIZED.of(wrong), payment::AUTHORIZED.of(unknown)]).await;
    assert_eq!(office.status(&buyer, order).await, "created");
    let reasons: Vec<String> =
        office.dead_letters().await.into_iter().map(|letter| letter.reason).collect();
    assert_eq!(reasons.len(), 2);
    assert!(reasons.contains(&"the payment does not match the order".to_owned()));
}

#[tokio::test]
async fn refunded_units_return_to_sale_once_and_the_order_records_it() {
    let (office, buyer) = BoxOffice::with_buyer().await;
    let order = office.paid_order(&buyer).await;
    let ticket_id = ticket(99, 1).id;
    let units = payment::ReturnedUnits { ticket_id, quantity: 1 };
    let status = payment::PaymentStatus::Captured;
    let refunded = payment::PaymentState { status, ..office.payment(98, order, &buyer) };
    let in_part = payment::PaymentState { version: 4, ..refunded.clone() };
    let all = payment::PaymentState { version: 5, returned: vec![units], ..refunded.clone() };
    office.publish(&[payment::REFUNDED.of(all.clone())]).await;
    office.publish(&[payment::REFUNDED.of(in_part)]).await;
    office.deliver(&[payment::REFUNDED.of(all.clone()), payment::REFUNDED.of(all)]).await;
    let stock = office.published(inventory::CHANGED).await;
    let last = stock.last().unwrap();
    assert_eq!((last.held, last.sold, last.holder), (0, 0, None), "it is on offer again");
    let shown = office.get(Some(&buyer), &format!("/api/orders/{order}")).await.expect(200);
    assert_eq!(shown.text("status"), "complete");
    assert_eq!(shown.at("items")[0]["returned"], 1);
    let completed = office.published(order::COMPLETED).await;
    assert_eq!(completed.iter().map(|state| state.version).collect::<Vec<_>>(), [2, 3]);
    let items = completed.iter().map(|state| state.items.first().unwrap());
    let in_version: Vec<_> = items.map(|item| item.returned_in_version).collect();
    assert_eq!(in_version, [None, Some(last.version)]);
    office.order(&office.user(), &ticket(99, 1)).await;
    office
        .publish(&[payment::REFUNDED.of(payment::PaymentState {
            returned: vec![payment::ReturnedUnits { quantity: 2, ..units }],
            ..refunded
        })])
        .await;
    office.settle().await;
    assert_eq!(office.dead_letters().await.len(), 1, "more than was sold cannot come back");
}

#[tokio::test]
async fn a_hint_expires_an_order_at_its_deadline_and_not_before() {
    let (office, buyer, order) = BoxOffice::with_order().await;
    let expires_at = office.clock().now().plus(Duration::from_mins(1));
    let hint =
        || expiration::COMPLETE.of(ExpirationState { order_id: order, version: 1, expires_at });
    office.clock().advance(Duration::from_millis(59_999));
    office.deliver(&[hint()]).await;
    assert_eq!(office.status(&buyer, order).await, "created", "an early hint changes nothing");
    office.clock().advance(Duration::from_millis(1));
    office.deliver(&[hint(), hint()]).await;
    assert_eq!(office.status(&buyer, order).await, "cancelled");
    assert_eq!(office.published(order::CANCELLED).await.len(), 1);
    let stock = office.published(inventory::CHANGED).await;
    assert_eq!(stock.last().map(|stock| stock.held), Some(0));
}

#[tokio::test]
async fn without_hints_an_order_ends_within_a_second_of_its_deadline_also_after_a_restart() {
    let (office, buyer, order) = BoxOffice::with_order().await;
    let office = office.restart().await;
    office.pass(Duration::from_millis(60_300)).await;
    assert_eq!(office.status(&buyer, order).await, "created", "the hint still has its time");
    office.pass(Duration::from_millis(700)).await;
    assert_eq!(office.status(&buyer, order).await, "cancelled");
}
