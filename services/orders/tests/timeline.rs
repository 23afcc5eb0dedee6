//! GET /api/orders/{id}/timeline: the timeline of an order, for its buyer.

use std::time::Duration;

use contract::payment::{AUTHORIZED, CAPTURED, DECLINED, PaymentStatus, REFUNDED, STARTED};
use contract::payment::{PaymentState, ReturnedUnits};
use contract::{Money, OrderId};
use sources::Trace;
use testing::User;

use crate::box_office::{BoxOffice, ticket};

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

fn with(payment: &PaymentState, version: u64, status: PaymentStatus) -> PaymentState {
    PaymentState { version, status, ..payment.clone() }
}

#[tokio::test]
async fn repeated_commands_record_each_step_once() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 2)).await;
    let order = office.order(&buyer, &offered).await;
    assert_eq!(steps(&office, &buyer, order).await, ["created request"]);
    let (first, second) = (office.payment(7, order, &buyer), office.payment(8, order, &buyer));
    let declined = PaymentStatus::Declined { reason: "card_declined".to_owned() };
    let messages = [
        STARTED.of(with(&first, 1, PaymentStatus::Started)),
        DECLINED.of(with(&first, 2, declined)),
        STARTED.of(with(&second, 1, PaymentStatus::Started)),
        AUTHORIZED.of(second.clone()),
        CAPTURED.of(with(&second, 3, PaymentStatus::Captured)),
    ];
    for message in messages.iter().chain(&messages) {
        office.clock().advance(Duration::from_secs(1));
        office.deliver(std::slice::from_ref(message)).await;
    }
    let refunded = PaymentState {
        refunded: Some(Money::new(2_050, second.amount.currency)),
        returned: vec![ReturnedUnits { ticket_id: offered.id, quantity: 1 }],
        ..with(&second, 4, PaymentStatus::Captured)
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
    let given_up = office.order(&buyer, &offered).await;
    let forgotten = office.order(&buyer, &offered).await;
    let answer = office.delete(Some(&buyer), &format!("/api/orders/{given_up}")).await.expect(204);
    let request_id = answer.header("x-request-id");
    let expected = ["created request".to_owned(), format!("cancelled_by_buyer {request_id}")];
    assert_eq!(steps(&office, &buyer, given_up).await, expected);
    office.pass(Duration::from_secs(61)).await;
    let expected = ["created request", "expired deadline"];
    assert_eq!(steps(&office, &buyer, forgotten).await, expected);
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
