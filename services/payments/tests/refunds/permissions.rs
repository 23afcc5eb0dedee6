//! Permissions to refund and to read refunds, and invalid requests.

use contract::payment::{REFUNDED, ReturnedUnits};
use serde_json::json;

use crate::fixture::{ordered, returns, sold, ticket};

#[tokio::test]
async fn only_sellers_and_administrators_refund_and_others_receive_404() {
    let (fixture, sale) = sold("tok_visa").await;
    let all = json!({});
    fixture.refund(&sale.buyer, &sale, &all).await.expect_problem(403, "forbidden");
    let stranger = fixture.user();
    fixture.refund(&stranger, &sale, &all).await.expect_problem(404, "not_found");
    fixture.post(None, &sale.refunds(), &all).await.expect_problem(401, "not_signed_in");
    fixture.get(Some(&stranger), &sale.refunds()).await.expect_problem(404, "not_found");
    fixture.get(None, &sale.refunds()).await.expect_problem(401, "not_signed_in");
    let unknown = "/api/payments/000000000000000000000000/refunds";
    let admin = fixture.admin();
    fixture.post(Some(&admin), unknown, &all).await.expect_problem(404, "not_found");
    fixture.get(Some(&admin), unknown).await.expect_problem(404, "not_found");
    let malformed = "/api/payments/x/refunds";
    fixture.post(Some(&admin), malformed, &all).await.expect_problem(400, "invalid_id");
    fixture.get(Some(&admin), malformed).await.expect_problem(400, "invalid_id");
    assert!(fixture.paid_refunds().await.is_empty());
}

#[tokio::test]
async fn buyer_sellers_and_administrators_read_the_payment_and_their_refunds() {
    let (fixture, sale) = sold("tok_visa").await;
    let admin = fixture.admin();
    fixture.refund(&admin, &sale, &json!({"amount": 4.1})).await.expect(201);
    fixture.refund(&fixture.seller(1), &sale, &json!({"amount": 1})).await.expect(201);
    let line = |amount| ("succeeded".to_owned(), amount);
    for who in [&sale.buyer, &admin] {
        let list = fixture.list(who, &sale).await;
        assert_eq!(list, [line(json!(4.1)), line(json!(1))]);
    }
    assert_eq!(fixture.list(&fixture.seller(1), &sale).await, [line(json!(3.1)), line(json!(1))]);
    assert_eq!(fixture.list(&fixture.seller(2), &sale).await, [line(json!(1))]);
    for who in [&sale.buyer, &admin, &fixture.seller(1), &fixture.seller(2)] {
        let shown = fixture.get(Some(who), &sale.path()).await.expect(200);
        assert_eq!((shown.text("status"), shown.at("refunded")), ("captured".into(), json!(5.1)));
    }
}

#[tokio::test]
async fn an_uncaptured_payment_is_not_refunded() {
    let (fixture, buyer, order) = ordered().await;
    let refusing = async {
        let id = fixture.authorized(&order).await;
        let path = format!("/api/payments/{id}/refunds");
        let refused = fixture.post(Some(&fixture.seller(1)), &path, &json!({})).await;
        refused.expect_problem(409, "not_captured");
        fixture.complete_when_authorized(&order, None).await;
    };
    let (reply, ()) = tokio::join!(fixture.pay(&buyer, &order, "tok_visa"), refusing);
    reply.expect(201);
}

#[tokio::test]
async fn an_invalid_request_refunds_nothing() {
    let (fixture, sale) = sold("tok_visa").await;
    let seller = fixture.seller(1);
    for (body, fields) in [
        (json!({"amount": 0}), vec!["amount"]),
        (json!({"amount": -1}), vec!["amount"]),
        (json!({"amount": 0.001}), vec!["amount"]),
        (json!({"amount": "1", "to": "cash"}), vec!["amount", "to"]),
        (json!({"all": true}), vec!["all"]),
        (json!({"returns": [{"ticketId": "x", "quantity": 1}]}), vec!["returns"]),
        (json!({"returns": [returns(1, 0)]}), vec!["returns"]),
        (json!({"returns": [returns(1, 1), returns(1, 1)]}), vec!["returns"]),
        (json!({"returns": vec![returns(1, 1); 11]}), vec!["returns"]),
        (json!({"returns": [returns(9, 1)]}), vec!["returns"]),
    ] {
        fixture.refund(&seller, &sale, &body).await.expect_fields(&fields);
    }
    let others = json!({"returns": [returns(2, 1)]});
    fixture.refund(&seller, &sale, &others).await.expect_problem(403, "forbidden");
    let too_many = json!({"amount": 1, "returns": [returns(1, 3)]});
    fixture.refund(&seller, &sale, &too_many).await.expect_problem(409, "refund_exceeds");
    fixture.post_raw(&seller, &sale.refunds(), "{").await.expect_problem(400, "malformed_json");
    assert!(fixture.paid_refunds().await.is_empty());
    assert!(fixture.list(&sale.buyer, &sale).await.is_empty());
}

#[tokio::test]
async fn units_return_to_sale_only_if_the_refund_requests_it() {
    let (fixture, sale) = sold("tok_visa").await;
    let seller = fixture.seller(1);
    fixture.refund(&seller, &sale, &json!({"amount": 1})).await.expect(201);
    let one = json!({"amount": 11, "returns": [returns(1, 1)]});
    let reply = fixture.refund_with_units(&seller, &sale, &one, &[(1, 1)]).await.expect(201);
    assert_eq!(reply.at("returns"), json!([returns(1, 1)]));
    let two = json!({"amount": 12, "returns": [returns(1, 2)]});
    fixture.refund(&seller, &sale, &two).await.expect_problem(409, "refund_exceeds");
    let one = json!({"amount": 12, "returns": [returns(1, 1)]});
    fixture.refund_with_units(&seller, &sale, &one, &[(1, 2)]).await.expect(201);
    let published = fixture.published_in_all(REFUNDED, 3).await;
    let returned: Vec<_> = published.into_iter().map(|state| state.returned).collect();
    let units = |quantity| vec![ReturnedUnits { ticket_id: ticket(1), quantity }];
    assert_eq!(returned, [Vec::new(), units(1), units(2)], "in all");
}
