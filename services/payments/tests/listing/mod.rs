//! Payments of the signed-in user, newest first, in pages.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::json;
use testing::{Reply, User};

use crate::fixture::PaymentsFixture;

fn ids(page: &Reply) -> Vec<String> {
    let list = page.json();
    list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

async fn paid(fixture: &PaymentsFixture, buyer: &User) -> (String, String) {
    let order = fixture.made(buyer).await;
    let accepting = fixture.complete_when_authorized(&order, None);
    let (reply, ()) = tokio::join!(fixture.pay(buyer, &order, "tok_visa"), accepting);
    (order.id.to_string(), reply.expect(201).text("id"))
}

#[tokio::test]
async fn a_payer_lists_own_payments_newest_first_and_by_order() {
    let fixture = PaymentsFixture::open().await;
    let (buyer, other) = (fixture.app.user(), fixture.app.user());
    let (first_order, first) = paid(&fixture, &buyer).await;
    let body = json!({"amount": 5, "token": "tok_visa"});
    let top_up = fixture.app.post(Some(&buyer), "/api/payments/top-ups", &body).await.expect(201);
    let (_, newest) = paid(&fixture, &buyer).await;
    paid(&fixture, &other).await;
    let list = async |who: &User, query: &str| {
        let path = format!("/api/payments{query}");
        fixture.app.get(Some(who), &path).await.expect(200)
    };
    let all = [newest, top_up.text("id"), first];
    assert_eq!(ids(&list(&buyer, "").await), all);
    assert_eq!(ids(&list(&buyer, &format!("?order={first_order}")).await), all[2..]);
    assert!(ids(&list(&other, &format!("?order={first_order}")).await).is_empty(), "another's");
    assert!(ids(&list(&fixture.app.admin(), "").await).is_empty(), "an administrator's own");
    let page = list(&buyer, "?limit=2").await;
    assert_eq!(ids(&page), all[..2]);
    let link = page.header("link").to_owned();
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    let page = fixture.app.get(Some(&buyer), next).await.expect(200);
    assert_eq!(ids(&page), all[2..]);
    assert!(!page.headers.contains_key("link"));
}

#[tokio::test]
async fn a_declined_attempt_is_listed_beside_the_one_that_paid() {
    let fixture = PaymentsFixture::open().await;
    let buyer = fixture.app.user();
    let order = fixture.made(&buyer).await;
    fixture.pay(&buyer, &order, "tok_declined").await.expect_problem(402, "payment_declined");
    let accepting = fixture.complete_when_authorized(&order, None);
    let (reply, ()) = tokio::join!(fixture.pay(&buyer, &order, "tok_visa"), accepting);
    reply.expect(201).text("id");
    let path = format!("/api/payments?order={}", order.id);
    let page = fixture.app.get(Some(&buyer), &path).await.expect(200).json();
    let statuses: Vec<_> =
        page.as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, ["captured", "declined"]);
}
