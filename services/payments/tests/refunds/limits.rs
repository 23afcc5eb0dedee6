//! Many refunds of one payment: none blocks another party's.

use payments::domain::AccountId::Provider;
use serde_json::json;

use crate::fixture::{books, sold};

#[tokio::test]
async fn many_small_refunds_block_no_other_party() {
    let (fixture, sale) = sold("tok_visa").await;
    let (first, second, admin) = (fixture.seller(1), fixture.seller(2), fixture.admin());
    let cent = json!({"amount": 0.01});
    let mut refused = 0;
    for _ in 0..25 {
        let reply = fixture.refund(&first, &sale, &cent).await;
        if reply.status != 201 {
            reply.expect_problem(409, "refund_exceeds");
            refused += 1;
        }
    }
    assert_eq!(refused, 5);
    fixture.refund(&second, &sale, &json!({})).await.expect(201);
    fixture.refund(&admin, &sale, &json!({"amount": 1})).await.expect(201);
    let rest = fixture.refund(&first, &sale, &json!({})).await.expect(201);
    assert_eq!(rest.at("amount"), json!(29.8), "all that is left passes");
    fixture.books_become(&[]).await;
    assert_eq!(fixture.refunded(&sale).await, json!(41));
}

#[tokio::test]
async fn failed_refunds_block_no_others_and_are_listed_in_pages() {
    let (fixture, sale) = sold("tok_refund_fails").await;
    let seller = fixture.seller(1);
    for _ in 0..22 {
        let reply = fixture.refund(&seller, &sale, &json!({"amount": 0.01})).await.expect(201);
        assert_eq!(reply.text("status"), "failed");
    }
    fixture.books_become(&books(3_100, 1_000, &[(Provider, -4_100)])).await;
    assert_eq!(fixture.list(&sale.buyer, &sale).await.len(), 22);
    let pages = fixture.pages(Some(&seller), &format!("{}?limit=20", sale.refunds())).await;
    assert_eq!(pages.iter().map(|page| page.list().len()).collect::<Vec<_>>(), [20, 2]);
    fixture.agree_to_credit(&sale).await;
    let credit = json!({"to": "credit"});
    fixture.refund(&seller, &sale, &credit).await.expect(201);
}
