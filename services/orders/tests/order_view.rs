//! Views of an order: its tickets as ordered and their changes, its payments and its refunds.

use std::time::Duration;

use contract::MessageType;
use contract::payment::{
    self, PaymentState, PaymentStatus, RefundMethod, RefundStatus, RefundSummary,
};
use contract::ticket::{Offer, TicketState, UPDATED, WITHDRAWN};
use orders::Order;
use serde_json::{Value, json};
use testing::User;
use testing::samples::{self, usd};

use crate::box_office::{BoxOffice, order, ticket};

async fn shown(office: &BoxOffice, buyer: &User, order: &str) -> Value {
    let order = office.get(Some(buyer), &format!("/api/orders/{order}")).await.expect(200);
    let listed = office.get(Some(buyer), "/api/orders").await.expect(200);
    assert_eq!(listed.at("0"), order.json(), "a list shows the same");
    order.json()
}

#[tokio::test]
async fn an_order_shows_its_tickets_as_ordered_and_their_changes() {
    let (office, buyer) = BoxOffice::with_buyer().await;
    let begins = office.platforms.clock.now().plus(Duration::from_hours(24));
    let offered = TicketState {
        venue: Some("Town hall".to_owned()),
        starts_at: Some(begins),
        ..ticket(1, 50)
    };
    let offered = office.offer(offered).await;
    let placed = order(&office, &buyer, &offered, 2).await.expect(201);
    let bought = json!({
        "ticketId": offered.id, "title": "Concert", "venue": "Town hall", "startsAt": begins,
        "price": 20.5, "quantity": 2, "returned": 0,
    });
    assert_eq!(placed.at("items"), json!([bought]));
    let id = placed.text("id");
    assert_eq!(shown(&office, &buyer, &id).await, placed.json());
    let later = begins.plus(Duration::from_hours(1));
    let as_offered = || offered.clone();
    let edits = [
        // A price is the price at the time of the order.
        TicketState { price: usd(1), ..as_offered() },
        TicketState { title: "Opera".to_owned(), ..as_offered() },
        TicketState { starts_at: Some(later), ..as_offered() },
        TicketState { venue: None, starts_at: None, ..as_offered() },
        TicketState { offer: Offer::Withdrawn, ..as_offered() },
        as_offered(),
    ];
    let changes = [
        None,
        Some(json!({"title": "Opera", "withdrawn": false})),
        Some(json!({"startsAt": later, "withdrawn": false})),
        Some(json!({"venue": null, "startsAt": null, "withdrawn": false})),
        Some(json!({"withdrawn": true})),
        None,
    ];
    for (version, (edited, changed)) in (2..).zip(edits.into_iter().zip(changes)) {
        let is_withdrawn = edited.offer == Offer::Withdrawn;
        let message = if is_withdrawn { WITHDRAWN } else { UPDATED };
        office.deliver(&[message.of(TicketState { version, ..edited })]).await;
        let mut expected = bought.clone();
        if let Some(changed) = changed {
            expected["changed"] = changed;
        }
        let order = shown(&office, &buyer, &id).await;
        assert_eq!(order["items"], json!([expected]), "version {version}");
        assert_eq!(order["version"], 1, "the order itself is as it was");
    }
}

fn at(payment: &PaymentState, version: u64, status: PaymentStatus) -> PaymentState {
    PaymentState { version, status, ..payment.clone() }
}

/// Publishes messages, each twice, and returns the payments that the order shows.
async fn shown_after(
    office: &BoxOffice,
    buyer: &User,
    order: &str,
    messages: &[(MessageType<PaymentState>, PaymentState)],
) -> Value {
    let mut kept = None;
    for _ in 0..2 {
        for (kind, state) in messages {
            office.publish(&[kind.of(state.clone())]).await;
        }
        office.settle().await;
        let order: Order = office.store(orders::NAME).find(order).await.unwrap().unwrap();
        assert!(kept.is_none_or(|kept| kept == order), "a redelivery changes nothing");
        kept = Some(order);
    }
    assert_eq!(office.dead_letters().await.len(), 0);
    shown(office, buyer, order).await
}

#[tokio::test]
async fn an_order_shows_the_present_state_of_each_payment() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 50)).await;
    let id = order(&office, &buyer, &offered, 1).await.expect(201).text("id");
    let [first, second] = [7, 8].map(|number| office.payment(number, id.parse().unwrap(), &buyer));
    let row = |payment: &PaymentState, status: &str| json!({"id": payment.id, "status": status, "amount": 20.5, "refunded": 0});
    let declined = PaymentStatus::Declined { reason: "card_declined".to_owned() };
    let started = (payment::STARTED, at(&first, 1, PaymentStatus::Started));
    let order = shown_after(&office, &buyer, &id, std::slice::from_ref(&started)).await;
    assert_eq!(order["payments"], json!([row(&first, "started")]));
    // The start of the first payment is redelivered after its end, and the start of the second
    // arrives after its authorisation.
    let messages = [
        (payment::DECLINED, at(&first, 2, declined)),
        started,
        (payment::AUTHORIZED, at(&second, 2, second.status.clone())),
        (payment::STARTED, at(&second, 1, PaymentStatus::Started)),
    ];
    let order = shown_after(&office, &buyer, &id, &messages).await;
    assert_eq!(order["payments"], json!([row(&first, "declined"), row(&second, "authorized")]));
    assert_eq!(order["status"], "complete");
    let messages = [(payment::CAPTURED, at(&second, 3, PaymentStatus::Captured))];
    let order = shown_after(&office, &buyer, &id, &messages).await;
    assert_eq!(order["payments"], json!([row(&first, "declined"), row(&second, "captured")]));
    assert_eq!(order["refunds"], json!([]));
}

#[tokio::test]
async fn a_payment_that_crossed_the_deadline_is_shown_too() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 50)).await;
    let id = order(&office, &buyer, &offered, 1).await.expect(201).text("id");
    office.pass(Duration::from_secs(61)).await;
    let late = office.payment(7, id.parse().unwrap(), &buyer);
    let messages = [
        (payment::STARTED, at(&late, 1, PaymentStatus::Started)),
        (payment::AUTHORIZED, at(&late, 2, late.status.clone())),
        (payment::VOIDED, at(&late, 3, PaymentStatus::Voided)),
    ];
    for until in 1..=messages.len() {
        let order = shown_after(&office, &buyer, &id, &messages[..until]).await;
        let status = ["started", "authorized", "voided"][until - 1];
        assert_eq!(order["status"], "cancelled");
        assert_eq!(order["payments"][0]["status"], status);
    }
}

#[tokio::test]
async fn refunds_are_shown_with_the_refunded_amount_of_the_payment() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 50)).await;
    let id = order(&office, &buyer, &offered, 1).await.expect(201).text("id");
    let paid = office.payment(7, id.parse().unwrap(), &buyer);
    let when = office.platforms.clock.now();
    let refund = |number: u8, cents: i64, to, status| RefundSummary {
        id: samples::id(number),
        amount: usd(cents),
        to,
        status,
        at: when,
    };
    let part = refund(40, 500, RefundMethod::Card, RefundStatus::Succeeded);
    let other = refund(41, 1_000, RefundMethod::Credit, RefundStatus::Succeeded);
    let refunded = |version: u64, cents: i64, refunds: Vec<RefundSummary>| {
        let refunded = Some(usd(cents));
        let captured = at(&paid, version, PaymentStatus::Captured);
        (payment::REFUNDED, PaymentState { refunded, refunds, ..captured })
    };
    let captured = (payment::CAPTURED, at(&paid, 3, PaymentStatus::Captured));
    // Newer versions are delivered first.
    let messages = [
        (payment::AUTHORIZED, paid.clone()),
        refunded(5, 1_500, vec![part, other]),
        refunded(4, 500, vec![part]),
        captured,
    ];
    let order = shown_after(&office, &buyer, &id, &messages).await;
    let payment = json!({"id": paid.id, "status": "captured", "amount": 20.5, "refunded": 15});
    assert_eq!(order["payments"], json!([payment]));
    let row = |refund: &RefundSummary, amount: i64, to: &str, status: &str| {
        json!({
            "id": refund.id, "paymentId": paid.id, "amount": amount, "to": to, "status": status, "at": when,
        })
    };
    let rows = [row(&part, 5, "card", "succeeded"), row(&other, 10, "credit", "succeeded")];
    assert_eq!(order["refunds"], json!(rows));
    assert_eq!(order["status"], "complete");
    let returned = RefundSummary { status: RefundStatus::CameBack, ..part };
    let messages = [refunded(6, 1_000, vec![returned, other])];
    let order = shown_after(&office, &buyer, &id, &messages).await;
    assert_eq!(order["payments"][0]["refunded"], 10);
    assert_eq!(order["refunds"][0], row(&part, 5, "card", "came_back"));
}
