//! Who may give money back, who may see it, and what is no refund at all.

use contract::payment::{REFUNDED, ReturnedUnits};
use serde_json::json;

use crate::till::{Till, ticket};

#[tokio::test]
async fn only_sellers_and_administrators_refund_and_strangers_learn_of_nothing() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    let all = json!({});
    till.refund(&sale.buyer, &sale, &all).await.expect_problem(403, "forbidden");
    let stranger = till.stage.user();
    till.refund(&stranger, &sale, &all).await.expect_problem(404, "not_found");
    let nobody = till.stage.post(None, &sale.path(), &all).await;
    nobody.expect_problem(401, "not_signed_in");
    till.stage.get(Some(&stranger), &sale.path()).await.expect_problem(404, "not_found");
    till.stage.get(None, &sale.path()).await.expect_problem(401, "not_signed_in");
    let unknown = "/api/payments/000000000000000000000000/refunds";
    let admin = till.stage.admin();
    till.stage.post(Some(&admin), unknown, &all).await.expect_problem(404, "not_found");
    till.stage.get(Some(&admin), unknown).await.expect_problem(404, "not_found");
    let malformed = "/api/payments/x/refunds";
    till.stage.post(Some(&admin), malformed, &all).await.expect_problem(400, "invalid_id");
    till.stage.get(Some(&admin), malformed).await.expect_problem(400, "invalid_id");
    assert!(till.given_back().await.is_empty());
}

#[tokio::test]
async fn buyer_sellers_and_administrators_see_payment_and_refunds_each_their_part() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    let admin = till.stage.admin();
    till.refund(&admin, &sale, &json!({"amount": 4.1})).await.expect(201).text("id");
    till.refund(&till.seller(1), &sale, &json!({"amount": 1})).await.expect(201).text("id");
    let line = |amount| ("succeeded".to_owned(), amount);
    for who in [&sale.buyer, &admin] {
        let list = till.list(who, &sale).await;
        assert_eq!(list, [line(json!(4.1)), line(json!(1))]);
    }
    assert_eq!(till.list(&till.seller(1), &sale).await, [line(json!(3.1)), line(json!(1))]);
    assert_eq!(till.list(&till.seller(2), &sale).await, [line(json!(1))]);
    let path = format!("/api/payments/{}", sale.payment);
    for who in [&sale.buyer, &admin, &till.seller(1), &till.seller(2)] {
        let shown = till.stage.get(Some(who), &path).await.expect(200);
        assert_eq!((shown.text("status"), shown.at("refunded")), ("captured".into(), json!(5.1)));
    }
}

#[tokio::test]
async fn what_is_not_captured_is_not_refunded() {
    let till = Till::open().await;
    let buyer = till.stage.user();
    let order = till.made(&buyer).await;
    let refusing = async {
        let id = till.authorized(&order).await;
        let path = format!("/api/payments/{id}/refunds");
        let refused = till.stage.post(Some(&till.seller(1)), &path, &json!({})).await;
        refused.expect_problem(409, "not_captured");
        till.answer_authorized(&order, None).await;
    };
    let (reply, ()) = tokio::join!(till.pay(&buyer, &order, "tok_visa"), refusing);
    reply.expect(201).text("id");
}

#[tokio::test]
async fn a_bad_request_gives_nothing_back() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    let seller = till.seller(1);
    let returns = |number, quantity| json!({"ticketId": ticket(number), "quantity": quantity});
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
        till.refund(&seller, &sale, &body).await.expect_fields(&fields);
    }
    let others = json!({"returns": [returns(2, 1)]});
    till.refund(&seller, &sale, &others).await.expect_problem(403, "forbidden");
    let too_many = json!({"amount": 1, "returns": [returns(1, 3)]});
    till.refund(&seller, &sale, &too_many).await.expect_problem(409, "refund_exceeds");
    till.stage.post_raw(&seller, &sale.path(), "{").await.expect_problem(400, "malformed_json");
    assert!(till.given_back().await.is_empty());
    assert!(till.list(&sale.buyer, &sale).await.is_empty());
}

#[tokio::test]
async fn units_go_back_to_sale_only_when_the_refund_asks_for_it() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    let seller = till.seller(1);
    till.refund(&seller, &sale, &json!({"amount": 1})).await.expect(201).text("id");
    let one = json!({"amount": 11, "returns": [{"ticketId": ticket(1), "quantity": 1}]});
    let reply = till.refund_with_units(&seller, &sale, &one, &[(1, 1)]).await.expect(201);
    assert_eq!(reply.at("returns"), json!([{"ticketId": ticket(1), "quantity": 1}]));
    let two = json!({"amount": 12, "returns": [{"ticketId": ticket(1), "quantity": 2}]});
    till.refund(&seller, &sale, &two).await.expect_problem(409, "refund_exceeds");
    let one = json!({"amount": 12, "returns": [{"ticketId": ticket(1), "quantity": 1}]});
    let reply = till.refund_with_units(&seller, &sale, &one, &[(1, 2)]).await;
    reply.expect(201).text("id");
    let told = || async { till.stage.published(REFUNDED).await };
    till.stage.eventually("all are told", || async { told().await.len() == 3 }).await;
    let returned: Vec<_> = told().await.into_iter().map(|state| state.returned).collect();
    let units = |quantity| vec![ReturnedUnits { ticket_id: ticket(1), quantity }];
    assert_eq!(returned, [Vec::new(), units(1), units(2)], "in all");
}
