//! Views of an order: its tickets as ordered and their changes, its payments, refunds and timeline.

use std::time::Duration;

use contract::payment::{
    AUTHORIZED, CAPTURED, DECLINED, PaymentState, PaymentStatus, REFUNDED, RefundMethod,
    RefundStatus, RefundSummary, ReturnedUnits, STARTED, VOIDED,
};
use contract::ticket::{Offer, TicketState, UPDATED, WITHDRAWN};
use contract::{MessageType, Money, OrderId};
use orders::Order;
use serde_json::{Value, json};
use sources::Trace;
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
        let message = if edited.offer == Offer::Withdrawn { WITHDRAWN } else { UPDATED };
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
    let started = (STARTED, at(&first, 1, PaymentStatus::Started));
    let order = shown_after(&office, &buyer, &id, std::slice::from_ref(&started)).await;
    assert_eq!(order["payments"], json!([row(&first, "started")]));
    // The start of the first payment is redelivered after its end, and the start of the second
    // arrives after its authorisation.
    let messages = [
        (DECLINED, at(&first, 2, declined)),
        started,
        (AUTHORIZED, at(&second, 2, second.status.clone())),
        (STARTED, at(&second, 1, PaymentStatus::Started)),
    ];
    let order = shown_after(&office, &buyer, &id, &messages).await;
    assert_eq!(order["payments"], json!([row(&first, "declined"), row(&second, "authorized")]));
    assert_eq!(order["status"], "complete");
    let messages = [(CAPTURED, at(&second, 3, PaymentStatus::Captured))];
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
        (STARTED, at(&late, 1, PaymentStatus::Started)),
        (AUTHORIZED, at(&late, 2, late.status.clone())),
        (VOIDED, at(&late, 3, PaymentStatus::Voided)),
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
        (REFUNDED, PaymentState { refunded, refunds, ..captured })
    };
    let captured = (CAPTURED, at(&paid, 3, PaymentStatus::Captured));
    // Newer versions are delivered first.
    let messages = [
        (AUTHORIZED, paid.clone()),
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

/// The steps, as `step cause`.
async fn steps(office: &BoxOffice, buyer: &User, order: OrderId) -> Vec<String> {
    let path = format!("/api/orders/{order}/timeline");
    let timeline = office.get(Some(buyer), &path).await.expect(200).json();
    assert_eq!(timeline["orderId"], order.to_string());
    assert_eq!(timeline["traceId"], Trace::of(order).trace_id());
    let mut times = Vec::new();
    let steps = timeline["steps"].as_array().unwrap().iter().map(|step| {
        assert_eq!(step["traceId"], timeline["traceId"]);
        times.push(step["at"].as_str().unwrap().to_owned());
        let cause = step["cause"]["id"].as_str().or(step["cause"]["kind"].as_str());
        format!("{} {}", step["step"].as_str().unwrap(), cause.unwrap())
    });
    let steps: Vec<String> = steps.collect();
    assert!(times.is_sorted(), "{times:?}");
    steps
}

#[tokio::test]
async fn repeated_commands_record_each_step_once() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 2)).await;
    let order = office.order(&buyer, &offered).await;
    assert_eq!(steps(&office, &buyer, order).await, ["created request"]);
    let (first, second) = (office.payment(7, order, &buyer), office.payment(8, order, &buyer));
    let declined = PaymentStatus::Declined { reason: "card_declined".to_owned() };
    let messages = [
        STARTED.of(at(&first, 1, PaymentStatus::Started)),
        DECLINED.of(at(&first, 2, declined)),
        STARTED.of(at(&second, 1, PaymentStatus::Started)),
        AUTHORIZED.of(second.clone()),
        CAPTURED.of(at(&second, 3, PaymentStatus::Captured)),
    ];
    for message in messages.iter().chain(&messages) {
        office.clock().advance(Duration::from_secs(1));
        office.deliver(std::slice::from_ref(message)).await;
    }
    let refunded = PaymentState {
        refunded: Some(Money::new(2_050, second.amount.currency)),
        returned: vec![ReturnedUnits { ticket_id: offered.id, quantity: 1 }],
        ..at(&second, 4, PaymentStatus::Captured)
    };
    office.publish(&[REFUNDED.of(refunded.clone())]).await;
    office.deliver(&[REFUNDED.of(refunded)]).await;
    let (first, second) = (format!("payment:{}", first.id), format!("payment:{}", second.id));
    let expected = [
        "created request".to_owned(),
        format!("payment_started {first}:1"),
        format!("payment_declined {first}:2"),
        format!("payment_started {second}:1"),
        format!("completed {second}:2"),
        format!("payment_captured {second}:3"),
        format!("units_returned {second}:4"),
    ];
    assert_eq!(steps(&office, &buyer, order).await, expected);
}

#[tokio::test]
async fn the_timeline_shows_why_an_order_ended_unpaid() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 2)).await;
    let cancelled = office.order(&buyer, &offered).await;
    let expired = office.order(&buyer, &offered).await;
    let answer = office.delete(Some(&buyer), &format!("/api/orders/{cancelled}")).await.expect(204);
    let request_id = answer.header("x-request-id");
    let expected = ["created request".to_owned(), format!("cancelled_by_buyer {request_id}")];
    assert_eq!(steps(&office, &buyer, cancelled).await, expected);
    office.pass(Duration::from_secs(61)).await;
    let expected = ["created request", "expired deadline"];
    assert_eq!(steps(&office, &buyer, expired).await, expected);
}

#[tokio::test]
async fn the_timeline_of_another_user_is_unknown() {
    let (office, buyer, order) = BoxOffice::with_order().await;
    let path = format!("/api/orders/{order}/timeline");
    let stranger = office.get(Some(&office.user()), &path).await.expect(404);
    let unknown = "/api/orders/0123456789abcdef01234567/timeline";
    let nothing = office.get(Some(&buyer), unknown).await.expect(404);
    assert_eq!(stranger.text("detail"), nothing.text("detail"));
    office.get(None, &path).await.expect(401);
    office.get(Some(&buyer), "/api/orders/x/timeline").await.expect(400);
}
