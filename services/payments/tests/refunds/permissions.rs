//! Permissions to refund, to return units below their price, and to read refunds; the payer's
//! consent; invalid requests.

use contract::payment::{REFUNDED, RefundMethod, RefundStatus, ReturnedUnits};
use serde_json::json;

use crate::fixture::{ordered, returning, returns, sold, ticket};

#[tokio::test]
async fn only_sellers_and_administrators_refund_and_others_receive_404() {
    let (fixture, sale) = sold("tok_visa").await;
    let all = json!({});
    fixture.refund(&sale.buyer, &sale, &all).await.expect_problem(403, "forbidden");
    let (stranger, admin) = (fixture.user(), fixture.admin());
    let unknown = "/api/payments/000000000000000000000000/refunds";
    for (name, who, path, status, code) in [
        ("a stranger", Some(&stranger), sale.refunds().as_str(), 404, "not_found"),
        ("without a session", None, &sale.refunds(), 401, "not_signed_in"),
        ("an unknown payment", Some(&admin), unknown, 404, "not_found"),
        ("an invalid id", Some(&admin), "/api/payments/x/refunds", 400, "invalid_id"),
    ] {
        println!("case: {name}");
        fixture.post(who, path, &all).await.expect_problem(status, code);
        fixture.get(who, path).await.expect_problem(status, code);
    }
    assert!(fixture.paid_refunds().await.is_empty());
}

#[tokio::test]
async fn buyer_sellers_and_administrators_read_the_payment_and_their_refunds() {
    let (fixture, sale) = sold("tok_visa").await;
    let admin = fixture.admin();
    fixture.refund(&admin, &sale, &json!({"amount": 4.1})).await.expect(201);
    fixture.refund(&fixture.seller(1), &sale, &json!({"amount": 1})).await.expect(201);
    let line = |amount| ("succeeded".to_owned(), amount);
    for (name, who, seen) in [
        ("the buyer", &sale.buyer, vec![line(json!(4.1)), line(json!(1))]),
        ("an administrator", &admin, vec![line(json!(4.1)), line(json!(1))]),
        ("seller 1", &fixture.seller(1), vec![line(json!(3.1)), line(json!(1))]),
        ("seller 2", &fixture.seller(2), vec![line(json!(1))]),
    ] {
        println!("reader: {name}");
        assert_eq!(fixture.list(who, &sale).await, seen);
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
    fixture.pay_while(&buyer, &order, "tok_visa", refusing).await.expect(201);
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
        (json!({"returns": returns(&[(1, 0)])}), vec!["returns"]),
        (json!({"returns": returns(&[(1, 1), (1, 1)])}), vec!["returns"]),
        (json!({"returns": returns(&[(1, 1); 11])}), vec!["returns"]),
        (json!({"returns": returns(&[(9, 1)])}), vec!["returns"]),
    ] {
        fixture.refund(&seller, &sale, &body).await.expect_fields(&fields);
    }
    let others = json!({"returns": returns(&[(2, 1)])});
    fixture.refund(&seller, &sale, &others).await.expect_problem(403, "forbidden");
    let too_many = returning(1, &[(1, 3)]);
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
    let one = returning(11, &[(1, 1)]);
    let reply = fixture.refund_with_units(&seller, &sale, &one, &[(1, 1)]).await.expect(201);
    assert_eq!(reply.at("returns"), returns(&[(1, 1)]));
    let two = returning(12, &[(1, 2)]);
    fixture.refund(&seller, &sale, &two).await.expect_problem(409, "refund_exceeds");
    let one = returning(12, &[(1, 1)]);
    fixture.refund_with_units(&seller, &sale, &one, &[(1, 2)]).await.expect(201);
    let published = fixture.published_in_all(REFUNDED, 3).await;
    let returned: Vec<_> = published.into_iter().map(|state| state.returned).collect();
    let units = |quantity| vec![ReturnedUnits { ticket_id: ticket(1), quantity }];
    assert_eq!(returned, [Vec::new(), units(1), units(2)], "in all");
}

#[tokio::test]
async fn a_seller_cannot_return_sold_units_for_a_cent() {
    let (fixture, sale) = sold("tok_visa").await;
    let seller = fixture.seller(1);
    let refused = fixture.refund(&seller, &sale, &returning(0.01, &[(1, 2)])).await;
    assert_eq!(refused.text("errors/0/field"), "returns");
    assert!(refused.text("detail").contains("23.99 usd"), "{}", refused.body);
    refused.expect_problem(409, "units_not_refunded");
    // In two steps, and over two tickets.
    let one = returning(12, &[(1, 1)]);
    fixture.refund_with_units(&seller, &sale, &one, &[(1, 1)]).await.expect(201);
    let refuse = async |name, units| {
        println!("case: {name}");
        let reply = fixture.refund(&seller, &sale, &returning(6.99, &[units])).await;
        reply.expect_problem(409, "units_not_refunded");
    };
    refuse("a second unit", (1, 1)).await;
    refuse("another ticket", (3, 1)).await;
    // Another seller's money does not count.
    fixture.refund(&fixture.seller(2), &sale, &json!({})).await.expect(201);
    refuse("after another seller's refund", (3, 1)).await;
    let published = fixture.published(REFUNDED).await;
    assert!(published.iter().all(|published| published.returned.len() <= 1));
    let paid_for = json!({"returns": returns(&[(1, 1), (3, 1)])});
    fixture.refund_with_units(&seller, &sale, &paid_for, &[(1, 2), (3, 1)]).await.expect(201);
}

#[tokio::test]
async fn an_administrator_returns_units_for_any_amount() {
    let (fixture, sale) = sold("tok_visa").await;
    let all = [(1, 2), (2, 1)];
    let admin = fixture.admin();
    fixture.refund_with_units(&admin, &sale, &returning(0.01, &all), &all).await.expect(201);
}

#[tokio::test]
async fn units_of_a_failed_refund_cost_their_price_again() {
    let (fixture, sale) = sold("tok_refund_fails").await;
    let seller = fixture.seller(1);
    let failed = fixture.refund(&seller, &sale, &returning(24, &[(1, 2)])).await.expect(201);
    assert_eq!(failed.text("status"), "failed");
    let cheap = returning(0.01, &[(1, 2)]);
    fixture.refund(&seller, &sale, &cheap).await.expect_problem(409, "units_not_refunded");
    fixture.agree_to_credit(&sale).await;
    let to_credit = json!({"amount": 24, "to": "credit", "returns": returns(&[(1, 2)])});
    let reply = fixture.refund_with_units(&seller, &sale, &to_credit, &[(1, 2)]).await.expect(201);
    assert_eq!(reply.text("status"), "succeeded");
    let published = fixture.published(REFUNDED).await.pop().unwrap();
    let summary = published.refunds.first().unwrap();
    assert_eq!((summary.to, summary.status), (RefundMethod::Credit, RefundStatus::Succeeded));
    let shown = (summary.amount.minor_units, published.refunds.len());
    assert_eq!(shown, (2_400, 1), "the failed one not");
}

#[tokio::test]
async fn units_of_a_pending_refund_are_claimed() {
    let (fixture, sale) = sold("tok_refund_pending").await;
    let (seller, one) = (fixture.seller(1), returning(12, &[(1, 1)]));
    fixture.refund(&seller, &sale, &one).await.expect(202);
    let more = returning(0.01, &[(1, 1)]);
    fixture.refund(&seller, &sale, &more).await.expect_problem(409, "units_not_refunded");
    fixture.refund(&seller, &sale, &one).await.expect(202);
}

#[tokio::test]
async fn a_refund_with_units_is_acknowledged_when_they_are_on_sale() {
    let (fixture, sale) = sold("tok_visa").await;
    let seller = fixture.seller(1);
    let (path, body) = (sale.refunds(), returning(12, &[(1, 1)]));
    let asking = || fixture.post_keyed(&seller, &path, "k", &body);
    // Without a response of orders the refund is returned in its present state after the timeout.
    let reply = fixture.while_time_passes(Box::pin(asking())).await.expect(202);
    assert_eq!(reply.text("status"), "succeeded");
    let (ended, ()) = tokio::join!(asking(), fixture.put_on_sale(&sale, &[(1, 1)]));
    let ended = ended.expect(201);
    assert_eq!(ended.at("id"), reply.at("id"));
    let seen = format!("seen-inventory-{}=4;", ticket(1));
    assert!(ended.header("set-cookie").starts_with(&seen), "what follows reads that stock");
}

#[tokio::test]
async fn a_seller_refunds_a_card_payment_to_credit_only_with_consent() {
    let (fixture, sale) = sold("tok_visa").await;
    let seller = fixture.seller(1);
    let credit = json!({"amount": 1, "to": "credit"});
    let refused = fixture.refund(&seller, &sale, &credit).await;
    assert_eq!(refused.text("errors/0/field"), "to");
    refused.expect_problem(409, "payer_must_agree");
    fixture.refund_by_admin(&sale, &credit).await.expect(201);
    fixture.agree_to_credit(&sale).await;
    fixture.refund(&seller, &sale, &credit).await.expect(201);
    fixture.refund(&seller, &sale, &credit).await.expect_problem(409, "payer_must_agree");
}

#[tokio::test]
async fn a_seller_returns_units_below_their_price_only_with_the_payers_consent() {
    let (fixture, sale) = sold("tok_visa").await;
    let (seller, cheap) = (fixture.seller(1), returning(0.01, &[(1, 1)]));
    let two = returning(0.01, &[(1, 2)]);
    let refuse = async |name, body| {
        println!("case: {name}");
        let reply = fixture.refund(&seller, &sale, body).await;
        reply.expect_problem(409, "units_not_refunded");
    };
    refuse("without a consent", &cheap).await;
    for quantity in [2, 1] {
        let consent = json!({"returns": returns(&[(1, quantity)])});
        fixture.agree(&sale.buyer, &sale, &consent).await.expect(200);
    }
    refuse("more units than agreed", &two).await;
    fixture.refund_with_units(&seller, &sale, &cheap, &[(1, 1)]).await.expect(201);
    refuse("the consent is used up", &cheap).await;
}

#[tokio::test]
async fn only_the_payer_sets_the_consent_and_all_parties_read_it() {
    let (fixture, sale) = sold("tok_visa").await;
    let body = json!({"credit": true, "returns": returns(&[(1, 1), (2, 1)])});
    let others = [fixture.seller(1), fixture.seller(2), fixture.admin()];
    for party in &others {
        fixture.agree(party, &sale, &body).await.expect_problem(403, "forbidden");
    }
    fixture.agree(&fixture.user(), &sale, &body).await.expect_problem(404, "not_found");
    for _ in 0..2 {
        let agreed = fixture.agree(&sale.buyer, &sale, &body).await.expect(200);
        assert_eq!(agreed.json(), body, "once or twice");
    }
    for who in others.iter().chain([&sale.buyer]) {
        let shown = fixture.get(Some(who), &sale.path()).await.expect(200);
        assert_eq!(shown.at("consent"), body);
    }
    fixture.agree(&sale.buyer, &sale, &json!({})).await.expect(200);
    assert_eq!(fixture.shown(&sale).await["consent"], json!(null), "the consent is withdrawn");
}

#[tokio::test]
async fn an_invalid_consent_has_no_effect() {
    let (fixture, sale) = sold("tok_visa").await;
    for (body, field) in [
        (json!({"credit": "yes"}), "credit"),
        (json!({"returns": returns(&[(1, 0)])}), "returns"),
        (json!({"returns": returns(&[(1, 1), (1, 1)])}), "returns"),
        (json!({"returns": returns(&[(1, 1); 11])}), "returns"),
        (json!({"returns": returns(&[(9, 1)])}), "returns"),
        (json!({"money": 1}), "money"),
    ] {
        fixture.agree(&sale.buyer, &sale, &body).await.expect_fields(&[field]);
    }
    let many = json!({"returns": returns(&[(1, 3)])});
    fixture.agree(&sale.buyer, &sale, &many).await.expect_problem(409, "refund_exceeds");
    assert_eq!(fixture.shown(&sale).await["consent"], json!(null));
}
