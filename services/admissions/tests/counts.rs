//! Numbers of admissions at a door.

use contract::show::ShowStatus;
use contract::{ShowId, TicketId};
use reqwest::Method;
use serde_json::{Value, json};
use testing::samples::{id, item};

use crate::doors::{code, open, scan};
use crate::fixture::{Fixture, OTHER_TICKET, SELLER, SHOW, TICKET, complete_order, returned};
use crate::gates::{show, ticket};

async fn counts(app: &Fixture, query: &str) -> Value {
    let path = format!("/api/check-ins/counts?{query}");
    app.get(Some(&app.seller()), &path).await.expect(200).json()
}

#[tokio::test]
async fn the_counts_of_a_show_are_those_of_its_tickets() {
    let (app, ann, ids) = open().await;
    let mut order = complete_order(2, &ann, 3);
    order.items.push(item(OTHER_TICKET, SELLER, 500, 4));
    app.complete(&order).await;
    app.complete(&returned(&order, 1)).await;
    let code = code(&app, &ann, ids[0]).await;
    for number in ["1", "2"] {
        scan(&app, number, &code).await.expect(200);
    }
    let ticket_query = |number| format!("ticketId={}", id::<TicketId>(number));
    let show_query = format!("showId={}", id::<ShowId>(SHOW));
    let numbers =
        |issued: u32, used: u32, void: u32| json!({"issued": issued, "used": used, "void": void});
    assert_eq!(counts(&app, &ticket_query(TICKET)).await, numbers(5, 1, 1));
    assert_eq!(counts(&app, &ticket_query(OTHER_TICKET)).await, numbers(4, 0, 0));
    assert_eq!(counts(&app, &show_query).await, numbers(9, 1, 1));
    app.change_show(2, ShowStatus::Cancelled).await;
    assert_eq!(counts(&app, &show_query).await, numbers(9, 0, 9));
}

#[tokio::test]
async fn counts_are_for_the_seller_and_for_a_gate_of_the_door() {
    let (app, ann, _) = open().await;
    let path = format!("/api/check-ins/counts?showId={}", id::<ShowId>(SHOW));
    app.get(Some(&ann), &path).await.expect_problem(403, "forbidden");
    app.get(Some(&app.seller()), "/api/check-ins/counts")
        .await
        .expect_problem(400, "invalid_request");
    let (_, gate) = app.gate(show()).await;
    let own = app.by(&gate, (Method::GET, "/api/check-ins/counts"), None).await.expect(200);
    assert_eq!(own.at("issued"), 2);
    let (_, other) = app.gate(ticket(OTHER_TICKET)).await;
    app.by(&other, (Method::GET, &path), None).await.expect_problem(403, "forbidden");
}
