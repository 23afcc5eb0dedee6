//! The ways a refund can end at the provider, and answers that are given once.

use contract::part::{Made, Obstacle};
use contract::person::Wish;
use payments::domain::AccountId::{Provider, Refunds};
use payments::test_provider::EntryKind::{Authorized, Captured};
use serde_json::json;
use std::time::Duration;

use crate::counter::books;
use crate::till::Till;

#[tokio::test]
async fn a_refund_that_the_provider_refuses_costs_nobody_anything() {
    let till = Till::open().await;
    let sale = till.sold("tok_refund_fails").await;
    let seller = till.seller(1);
    let reply = till.refund(&seller, &sale, &json!({"amount": 30})).await.expect(201);
    let said = (reply.text("status"), reply.text("reason"));
    assert_eq!(said, ("failed".into(), "lost_or_stolen_card".into()));
    till.ledger_becomes(&[&[Authorized, Captured]]).await;
    till.books_become(&books(3_100, 1_000, &[(Provider, -4_100)])).await;
    assert_eq!(till.refunded(&sale).await, json!(null));
    // It can be given back in another way, if the payer agrees.
    let to_credit = json!({"amount": 30, "to": "credit"});
    till.agree(&sale.buyer, &sale, &json!({"credit": true})).await.expect(200);
    till.refund(&seller, &sale, &to_credit).await.expect(201).text("id");
    let list = [("failed".to_owned(), json!(30)), ("succeeded".to_owned(), json!(30))];
    assert_eq!(till.list(&sale.buyer, &sale).await, list);
    assert_eq!(till.refunded(&sale).await, json!(30));
}

#[tokio::test]
async fn a_refund_that_takes_its_time_is_asked_about_until_it_has_arrived() {
    let till = Till::open().await;
    let sale = till.sold("tok_refund_pending").await;
    let reply = till.refund(&till.seller(1), &sale, &json!({})).await.expect(202);
    assert_eq!(reply.text("status"), "requested");
    assert!(reply.text("stripeId").starts_with("test_"), "it is on its way");
    till.books_become(&books(0, 1_000, &[(Refunds, 3_100), (Provider, -4_100)])).await;
    assert_eq!(till.refunded(&sale).await, json!(null));
    let more = till.refund(&till.seller(1), &sale, &json!({"amount": 0.01})).await;
    more.expect_problem(409, "refund_exceeds");
    let waives = Wish::CheckErasure { forfeits_credit: true };
    let open = Made::Check { obstacles: vec![Obstacle::OpenPayments] };
    let nothing = Made::Check { obstacles: Vec::new() };
    let (payer, bearer, other) = (sale.buyer.id, till.seller(1).id, till.seller(2).id);
    for (user, made) in [(payer, &open), (bearer, &open), (other, &nothing)] {
        assert_eq!(till.part(user, waives).await, *made, "it may fail, and come back");
    }
    // Past the age at which an unsettled refund is looked at, and past the period of those looks.
    till.stage.clock().advance(Duration::from_secs(61));
    let arrived = till.list_becomes(&sale, &[("succeeded", 31.0)]);
    till.stage.while_time_passes(Box::pin(arrived)).await;
    assert_eq!(till.given_back().await, [3_100]);
    till.books_become(&books(0, 1_000, &[(Provider, -1_000)])).await;
    for user in [payer, bearer] {
        assert_eq!(till.part(user, waives).await, nothing);
    }
}

#[tokio::test]
async fn a_repeated_request_for_a_refund_gives_back_once_and_gets_the_first_answer() {
    let till = Till::open().await;
    let sale = till.sold("tok_visa").await;
    let seller = till.seller(1);
    let (path, body) = (sale.path(), json!({"amount": 10}));
    let post = || till.stage.post_keyed(&seller, &path, "k", &body);
    let (one, two) = tokio::join!(post(), post());
    let (one, two) = (one.expect(201), two.expect(201));
    assert_eq!(one.body, two.body);
    let other = json!({"amount": 11});
    let mismatch = till.stage.post_keyed(&seller, &sale.path(), "k", &other).await;
    mismatch.expect_problem(422, "idempotency_key_reused");
    // A refusal is an answer too.
    let much = json!({"amount": 22});
    let refused = till.stage.post_keyed(&seller, &sale.path(), "k2", &much).await.expect(409);
    let till = till.restart().await;
    let again = till.stage.post_keyed(&seller, &sale.path(), "k2", &much).await.expect(409);
    assert_eq!(refused.body, again.body);
    let again = till.stage.post_keyed(&seller, &sale.path(), "k", &body).await.expect(201);
    assert_eq!(again.body, one.body, "also after a restart");
    assert_eq!(till.given_back().await, [1_000]);
}

#[tokio::test]
async fn a_repeat_of_what_is_still_on_its_way_joins_it() {
    let till = Till::open().await;
    let sale = till.sold("tok_refund_pending").await;
    let seller = till.seller(1);
    let body = json!({});
    let first = till.stage.post_keyed(&seller, &sale.path(), "k", &body).await.expect(202);
    let again = till.stage.post_keyed(&seller, &sale.path(), "k", &body).await.expect(202);
    assert_eq!(first.at("id"), again.at("id"));
    till.stage.clock().advance(Duration::from_secs(61));
    let arrived = till.list_becomes(&sale, &[("succeeded", 31.0)]);
    till.stage.while_time_passes(Box::pin(arrived)).await;
    let ended = till.stage.post_keyed(&seller, &sale.path(), "k", &body).await.expect(201);
    assert_eq!((ended.at("id"), ended.text("status")), (first.at("id"), "succeeded".to_owned()));
    assert_eq!(till.given_back().await, [3_100]);
}
