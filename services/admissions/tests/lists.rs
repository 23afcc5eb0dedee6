//! Reads of own admissions.

use serde_json::json;
use testing::samples::id;

use crate::fixture::{Fixture, SHOW, TICKET, complete_order, returned};

#[tokio::test]
async fn a_holder_lists_own_admissions_by_order_and_by_ticket() {
    let app = Fixture::open().await;
    let (ann, bob) = (app.user(), app.user());
    let (first, second) = (complete_order(1, &ann, 2), complete_order(2, &ann, 1));
    app.complete(&first).await;
    app.complete(&returned(&first, 1)).await;
    app.complete(&second).await;
    app.complete(&complete_order(3, &bob, 1)).await;
    let list = async |query: &str| {
        let listed = app.get(Some(&ann), &format!("/api/admissions{query}")).await.expect(200);
        listed.json().as_array().unwrap().clone()
    };
    assert_eq!(list("").await.len(), 3);
    let of_first = list(&format!("?order={}", first.id)).await;
    let states: Vec<_> = of_first.iter().map(|it| (&it["unit"], &it["state"])).collect();
    assert!(states.contains(&(&json!(1), &json!("valid"))), "{states:?}");
    assert!(states.contains(&(&json!(2), &json!("void"))), "{states:?}");
    let one = &of_first[0];
    assert_eq!(one["orderId"], json!(first.id));
    assert_eq!(one["showId"], json!(id::<contract::ShowId>(SHOW)));
    assert_eq!((&one["holder"], &one["credentialVersion"]), (&json!(ann.id), &json!(1)));
    let ticket = id::<contract::TicketId>(TICKET);
    assert_eq!(list(&format!("?ticket={ticket}")).await.len(), 3);
    assert_eq!(list(&format!("?ticket={}", id::<contract::TicketId>(99))).await.len(), 0);
    let both = format!("/api/admissions?ticket={ticket}&order={}", first.id);
    app.get(Some(&ann), &both).await.expect_problem(400, "invalid_request");
    assert_eq!(app.pages(Some(&ann), "/api/admissions?limit=1").await.len(), 3);
}

#[tokio::test]
async fn another_persons_admission_looks_like_a_missing_one() {
    let app = Fixture::open().await;
    let (ann, bob) = (app.user(), app.user());
    let order = complete_order(1, &ann, 1);
    app.complete(&order).await;
    let id = app.admissions(&order).await[0].id;
    let path = format!("/api/admissions/{id}");
    let shown = app.get(Some(&ann), &path).await.expect(200);
    assert_eq!(shown.text("state"), "valid");
    assert!(shown.header("etag").starts_with("\"1-"), "{:?}", shown.headers);
    app.get(Some(&bob), &path).await.expect_problem(404, "not_found");
    app.get(None, &path).await.expect_problem(401, "not_signed_in");
    app.get(Some(&ann), "/api/admissions/000000000000000000000000").await.expect(404);
}
