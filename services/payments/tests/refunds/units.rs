//! Units that return to sale: only for their price, and acknowledged once they are on sale.

use contract::payment::{REFUNDED, RefundMethod, RefundStatus};
use serde_json::json;

use crate::fixture::{returns, sold, ticket};

#[tokio::test]
async fn a_seller_cannot_return_sold_units_for_a_cent() {
    let (fixture, sale) = sold("tok_visa").await;
    let seller = fixture.seller(1);
    let attack = json!({"amount": 0.01, "returns": [returns(1, 2)]});
    let refused = fixture.refund(&seller, &sale, &attack).await;
    assert_eq!(refused.text("errors/0/field"), "returns");
    assert!(refused.text("detail").contains("23.99 usd"), "{}", refused.body);
    refused.expect_problem(409, "units_not_refunded");
    // In two steps, and over two tickets.
    let one = json!({"amount": 12, "returns": [returns(1, 1)]});
    fixture.refund_with_units(&seller, &sale, &one, &[(1, 1)]).await.expect(201);
    for more in [returns(1, 1), returns(3, 1)] {
        let more = json!({"amount": 6.99, "returns": [more]});
        fixture.refund(&seller, &sale, &more).await.expect_problem(409, "units_not_refunded");
    }
    // Another seller's money does not count.
    fixture.refund(&fixture.seller(2), &sale, &json!({})).await.expect(201);
    let more = json!({"amount": 6.99, "returns": [returns(3, 1)]});
    fixture.refund(&seller, &sale, &more).await.expect_problem(409, "units_not_refunded");
    let published = fixture.published(REFUNDED).await;
    assert!(published.iter().all(|published| published.returned.len() <= 1));
    let paid_for = json!({"returns": [returns(1, 1), returns(3, 1)]});
    let all = [(1, 2), (3, 1)];
    fixture.refund_with_units(&seller, &sale, &paid_for, &all).await.expect(201);
}

#[tokio::test]
async fn an_administrator_returns_units_for_any_amount() {
    let (fixture, sale) = sold("tok_visa").await;
    let body = json!({"amount": 0.01, "returns": [returns(1, 2), returns(2, 1)]});
    let all = [(1, 2), (2, 1)];
    let admin = fixture.admin();
    fixture.refund_with_units(&admin, &sale, &body, &all).await.expect(201);
}

#[tokio::test]
async fn units_of_a_failed_refund_cost_their_price_again() {
    let (fixture, sale) = sold("tok_refund_fails").await;
    let seller = fixture.seller(1);
    let all = json!({"amount": 24, "returns": [returns(1, 2)]});
    let failed = fixture.refund(&seller, &sale, &all).await.expect(201);
    assert_eq!(failed.text("status"), "failed");
    let cheap = json!({"amount": 0.01, "returns": [returns(1, 2)]});
    fixture.refund(&seller, &sale, &cheap).await.expect_problem(409, "units_not_refunded");
    fixture.agree_to_credit(&sale).await;
    let to_credit = json!({"amount": 24, "to": "credit", "returns": [returns(1, 2)]});
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
    let seller = fixture.seller(1);
    let one = json!({"amount": 12, "returns": [returns(1, 1)]});
    fixture.refund(&seller, &sale, &one).await.expect(202);
    let more = json!({"amount": 0.01, "returns": [returns(1, 1)]});
    fixture.refund(&seller, &sale, &more).await.expect_problem(409, "units_not_refunded");
    fixture.refund(&seller, &sale, &one).await.expect(202);
}

#[tokio::test]
async fn a_refund_with_units_is_acknowledged_when_they_are_on_sale() {
    let (fixture, sale) = sold("tok_visa").await;
    let seller = fixture.seller(1);
    let body = json!({"amount": 12, "returns": [returns(1, 1)]});
    let path = sale.refunds();
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
