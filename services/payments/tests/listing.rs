//! Payments of the signed-in user, newest first, in pages.

use testing::{Reply, User};

use crate::fixture::ordered;

#[tokio::test]
async fn a_payer_lists_own_payments_newest_first_and_by_order() {
    let (fixture, buyer, order) = ordered().await;
    let first = fixture.paid(&buyer, &order, "tok_visa").await.expect(201).text("id");
    let top_up = fixture.top_up(&buyer, 5, "tok_visa").await.expect(201).text("id");
    let later = fixture.made(&buyer).await;
    let newest = fixture.paid(&buyer, &later, "tok_visa").await.expect(201).text("id");
    let other = fixture.sold("tok_visa").await.buyer;
    let list = async |who: &User, query: &str| {
        let path = format!("/api/payments{query}");
        fixture.app.get(Some(who), &path).await.expect(200)
    };
    let of_first = format!("?order={}", order.id);
    let all = [newest, top_up, first];
    assert_eq!(list(&buyer, "").await.ids(), all);
    assert_eq!(list(&buyer, &of_first).await.ids(), all[2..]);
    assert!(list(&other, &of_first).await.ids().is_empty(), "another's");
    assert!(list(&fixture.app.admin(), "").await.ids().is_empty(), "an administrator's own");
    let pages = fixture.app.pages(Some(&buyer), "/api/payments?limit=2").await;
    let pages: Vec<_> = pages.iter().map(Reply::ids).collect();
    assert_eq!(pages, [&all[..2], &all[2..]]);
}

#[tokio::test]
async fn a_declined_attempt_is_listed_beside_the_one_that_paid() {
    let (fixture, buyer, order) = ordered().await;
    fixture.pay(&buyer, &order, "tok_declined").await.expect_problem(402, "payment_declined");
    fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    let path = format!("/api/payments?order={}", order.id);
    let list = fixture.app.get(Some(&buyer), &path).await.expect(200).list();
    let statuses: Vec<_> = list.iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, ["captured", "declined"]);
}
