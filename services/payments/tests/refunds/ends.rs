//! The ends of a refund at the provider, and repeated requests.

use contract::part::{Made, Obstacle};
use contract::person::PersonAction;
use payments::domain::AccountId::{Provider, Refunds};
use payments::provider::test_provider::EntryKind::{Authorized, Captured};
use serde_json::json;
use std::time::Duration;

use crate::fixture::{books, sold};

#[tokio::test]
async fn a_rejected_refund_changes_no_balance() {
    let (fixture, sale) = sold("tok_refund_fails").await;
    let seller = fixture.seller(1);
    let reply = fixture.refund(&seller, &sale, &json!({"amount": 30})).await.expect(201);
    let outcome = (reply.text("status"), reply.text("reason"));
    assert_eq!(outcome, ("failed".into(), "lost_or_stolen_card".into()));
    fixture.ledger_becomes(&[&[Authorized, Captured]]).await;
    fixture.books_become(&books(3_100, 1_000, &[(Provider, -4_100)])).await;
    assert_eq!(fixture.refunded(&sale).await, json!(null));
    // It can be refunded by the other method, if the payer agrees.
    let to_credit = json!({"amount": 30, "to": "credit"});
    fixture.agree_to_credit(&sale).await;
    fixture.refund(&seller, &sale, &to_credit).await.expect(201);
    let list = [("failed".to_owned(), json!(30)), ("succeeded".to_owned(), json!(30))];
    assert_eq!(fixture.list(&sale.buyer, &sale).await, list);
    assert_eq!(fixture.refunded(&sale).await, json!(30));
}

#[tokio::test]
async fn a_pending_refund_is_inquired_until_it_has_arrived() {
    let (fixture, sale) = sold("tok_refund_pending").await;
    let reply = fixture.refund(&fixture.seller(1), &sale, &json!({})).await.expect(202);
    assert_eq!(reply.text("status"), "requested");
    assert!(reply.text("stripeId").starts_with("test_"), "it is on its way");
    fixture.books_become(&books(0, 1_000, &[(Refunds, 3_100), (Provider, -4_100)])).await;
    assert_eq!(fixture.refunded(&sale).await, json!(null));
    let more = fixture.refund(&fixture.seller(1), &sale, &json!({"amount": 0.01})).await;
    more.expect_problem(409, "refund_exceeds");
    let waives = PersonAction::CheckErasure { forfeits_credit: true };
    let open = Made::Check { obstacles: vec![Obstacle::OpenPayments] };
    let nothing = Made::Check { obstacles: Vec::new() };
    let (payer, bearer, other) = (sale.buyer.id, fixture.seller(1).id, fixture.seller(2).id);
    for (user, made) in [(payer, &open), (bearer, &open), (other, &nothing)] {
        assert_eq!(fixture.part(user, waives).await, *made, "it may fail, and come back");
    }
    // Longer than the age of unsettled refunds plus the period of the reconciliation.
    fixture.clock().advance(Duration::from_secs(61));
    let arrived = fixture.refund_becomes(&sale, "succeeded", 31.0);
    fixture.while_time_passes(Box::pin(arrived)).await;
    assert_eq!(fixture.paid_refunds().await, [3_100]);
    fixture.books_become(&books(0, 1_000, &[(Provider, -1_000)])).await;
    for user in [payer, bearer] {
        assert_eq!(fixture.part(user, waives).await, nothing);
    }
}

#[tokio::test]
async fn a_repeated_refund_request_refunds_once_and_receives_the_first_response() {
    let (fixture, sale) = sold("tok_visa").await;
    let seller = fixture.seller(1);
    let (path, body) = (sale.refunds(), json!({"amount": 10}));
    let post = || fixture.post_keyed(&seller, &path, "k", &body);
    let (one, two) = tokio::join!(post(), post());
    let (one, two) = (one.expect(201), two.expect(201));
    assert_eq!(one.body, two.body);
    let other = json!({"amount": 11});
    let mismatch = fixture.post_keyed(&seller, &sale.refunds(), "k", &other).await;
    mismatch.expect_problem(422, "idempotency_key_reused");
    // A refusal is stored as a response too.
    let much = json!({"amount": 22});
    let refused = fixture.post_keyed(&seller, &sale.refunds(), "k2", &much).await.expect(409);
    let fixture = fixture.restart().await;
    let again = fixture.post_keyed(&seller, &sale.refunds(), "k2", &much).await.expect(409);
    assert_eq!(refused.body, again.body);
    let again = fixture.post_keyed(&seller, &sale.refunds(), "k", &body).await.expect(201);
    assert_eq!(again.body, one.body, "also after a restart");
    assert_eq!(fixture.paid_refunds().await, [1_000]);
}

#[tokio::test]
async fn a_repeat_of_a_pending_refund_joins_it() {
    let (fixture, sale) = sold("tok_refund_pending").await;
    let seller = fixture.seller(1);
    let body = json!({});
    let first = fixture.post_keyed(&seller, &sale.refunds(), "k", &body).await.expect(202);
    let again = fixture.post_keyed(&seller, &sale.refunds(), "k", &body).await.expect(202);
    assert_eq!(first.at("id"), again.at("id"));
    fixture.clock().advance(Duration::from_secs(61));
    let arrived = fixture.refund_becomes(&sale, "succeeded", 31.0);
    fixture.while_time_passes(Box::pin(arrived)).await;
    let ended = fixture.post_keyed(&seller, &sale.refunds(), "k", &body).await.expect(201);
    assert_eq!((ended.at("id"), ended.text("status")), (first.at("id"), "succeeded".to_owned()));
    assert_eq!(fixture.paid_refunds().await, [3_100]);
}
