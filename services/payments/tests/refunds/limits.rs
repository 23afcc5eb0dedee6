//! Many refunds of one payment: none blocks another party's.

use payments::domain::AccountId::Provider;
use serde_json::json;

use crate::fixture::PaymentsFixture;
use crate::sale::books;

#[tokio::test]
async fn many_small_refunds_block_no_other_party() {
    let fixture = PaymentsFixture::open().await;
    let sale = fixture.sold("tok_visa").await;
    let (first, second, admin) = (fixture.seller(1), fixture.seller(2), fixture.app.admin());
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
    fixture.refund(&second, &sale, &json!({})).await.expect(201).text("id");
    fixture.refund(&admin, &sale, &json!({"amount": 1})).await.expect(201).text("id");
    let rest = fixture.refund(&first, &sale, &json!({})).await.expect(201);
    assert_eq!(rest.at("amount"), json!(29.8), "all that is left passes");
    fixture.books_become(&[]).await;
    assert_eq!(fixture.refunded(&sale).await, json!(41));
}

#[tokio::test]
async fn failed_refunds_block_no_others_and_are_listed_in_pages() {
    let fixture = PaymentsFixture::open().await;
    let sale = fixture.sold("tok_refund_fails").await;
    let seller = fixture.seller(1);
    for _ in 0..22 {
        let reply = fixture.refund(&seller, &sale, &json!({"amount": 0.01})).await.expect(201);
        assert_eq!(reply.text("status"), "failed");
    }
    fixture.books_become(&books(3_100, 1_000, &[(Provider, -4_100)])).await;
    assert_eq!(fixture.list(&sale.buyer, &sale).await.len(), 22);
    let path = format!("{}?limit=20", sale.path());
    let page = fixture.app.get(Some(&seller), &path).await.expect(200);
    assert_eq!(page.json().as_array().unwrap().len(), 20);
    let link = page.header("link").to_owned();
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    let page = fixture.app.get(Some(&seller), next).await.expect(200);
    assert_eq!(page.json().as_array().unwrap().len(), 2);
    fixture.agree(&sale.buyer, &sale, &json!({"credit": true})).await.expect(200);
    let credit = json!({"to": "credit"});
    fixture.refund(&seller, &sale, &credit).await.expect(201).text("id");
}
