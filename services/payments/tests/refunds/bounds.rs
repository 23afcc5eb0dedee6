//! Many refunds of one payment: none blocks another party's.

use payments::domain::AccountId::Provider;
use serde_json::json;

use crate::counter::books;
use crate::till::Till;

#[tokio::test]
async fn many_small_refunds_of_one_seller_block_neither_another_seller_nor_an_administrator() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    let (first, second, admin) = (till.seller(1), till.seller(2), till.stage.admin());
    let cent = json!({"amount": 0.01});
    let mut refused = 0;
    for _ in 0..25 {
        let reply = till.refund(&first, &sale, &cent).await;
        if reply.status != 201 {
            reply.expect_problem(409, "refund_exceeds");
            refused += 1;
        }
    }
    assert_eq!(refused, 5);
    till.refund(&second, &sale, &json!({})).await.expect(201).text("id");
    till.refund(&admin, &sale, &json!({"amount": 1})).await.expect(201).text("id");
    let rest = till.refund(&first, &sale, &json!({})).await.expect(201);
    assert_eq!(rest.at("amount"), json!(29.8), "all that is left passes");
    till.books_become(&[]).await;
    assert_eq!(till.refunded(&sale).await, json!(41));
}

#[tokio::test]
async fn failed_refunds_block_nothing_and_are_listed_page_by_page() {
    let till = Till::open().await;
    let sale = till.sold("tok_refund_fails").await;
    let seller = till.seller(1);
    for _ in 0..22 {
        let reply = till.refund(&seller, &sale, &json!({"amount": 0.01})).await.expect(201);
        assert_eq!(reply.text("status"), "failed");
    }
    till.books_become(&books(3_100, 1_000, &[(Provider, -4_100)])).await;
    assert_eq!(till.list(&sale.buyer, &sale).await.len(), 22);
    let path = format!("{}?limit=20", sale.path());
    let page = till.stage.get(Some(&seller), &path).await.expect(200);
    assert_eq!(page.json().as_array().unwrap().len(), 20);
    let link = page.header("link").to_owned();
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    let page = till.stage.get(Some(&seller), next).await.expect(200);
    assert_eq!(page.json().as_array().unwrap().len(), 2);
    till.agree(&sale.buyer, &sale, &json!({"credit": true})).await.expect(200);
    let credit = json!({"to": "credit"});
    till.refund(&seller, &sale, &credit).await.expect(201).text("id");
}
