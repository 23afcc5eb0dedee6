//! The ends of a refund at the provider, repeated requests, lost responses and restarts: each
//! refund is paid exactly once.

use std::time::Duration;

use contract::part::{Made, Obstacle};
use contract::person::PersonAction;
use payments::TestProvider;
use payments::domain::AccountId::{Provider, Refunds};
use payments::provider::test_provider::EntryKind::{Authorized, Captured};
use provider_simulator::FaultKind::{LoseRequest, LoseResponse};
use provider_simulator::InProcess;
use provider_simulator::Operation::{self, CreateRefund, ListRefunds};
use serde_json::json;

use crate::fixture::{PaymentsFixture, Sale, books, in_process, sold};

impl PaymentsFixture<TestProvider> {
    /// Waits until a pending refund of 31.00 has succeeded.
    async fn pending_refund_succeeds(&self, sale: &Sale) {
        // Longer than the age of unsettled refunds plus the period of the reconciliation.
        self.clock().advance(Duration::from_secs(61));
        self.while_time_passes(Box::pin(self.refund_becomes(sale, "succeeded", 31.0))).await;
        assert_eq!(self.paid_refunds().await, [3_100]);
    }
}

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
    fixture.pending_refund_succeeds(&sale).await;
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
    let bodies = [&body, &json!({"amount": 11})];
    let first = fixture.post_twice(&seller, &path, bodies, async {}).await;
    // A refusal is stored as a response too.
    let much = json!({"amount": 22});
    let refused = fixture.post_keyed(&seller, &path, "k2", &much).await.expect(409);
    let fixture = fixture.restart().await;
    let again = fixture.post_keyed(&seller, &path, "k2", &much).await.expect(409);
    assert_eq!(refused.body, again.body);
    let again = fixture.post_keyed(&seller, &path, "k", &body).await.expect(201);
    assert_eq!(again.body, first.body, "also after a restart");
    assert_eq!(fixture.paid_refunds().await, [1_000]);
}

#[tokio::test]
async fn administrators_list_refunds_until_they_end() {
    let (fixture, sale) = sold("tok_refund_pending").await;
    let reply = fixture.refund(&fixture.seller(1), &sale, &json!({})).await.expect(202);
    let path = "/api/payments/unsettled-refunds";
    let listed = async || fixture.get(Some(&fixture.admin()), path).await.expect(200).json();
    assert_eq!(listed().await[0]["id"], reply.text("id"));
    fixture.get(Some(&sale.buyer), path).await.expect(403);
    fixture.pending_refund_succeeds(&sale).await;
    assert_eq!(listed().await, json!([]));
}

#[tokio::test]
async fn a_repeat_of_a_pending_refund_joins_it() {
    let (fixture, sale) = sold("tok_refund_pending").await;
    let seller = fixture.seller(1);
    let body = json!({});
    let first = fixture.post_keyed(&seller, &sale.refunds(), "k", &body).await.expect(202);
    let again = fixture.post_keyed(&seller, &sale.refunds(), "k", &body).await.expect(202);
    assert_eq!(first.at("id"), again.at("id"));
    fixture.pending_refund_succeeds(&sale).await;
    let ended = fixture.post_keyed(&seller, &sale.refunds(), "k", &body).await.expect(201);
    assert_eq!((ended.at("id"), ended.text("status")), (first.at("id"), "succeeded".to_owned()));
    assert_eq!(fixture.paid_refunds().await, [3_100]);
}

/// The calls from the first request for a refund on.
fn calls(fixture: &PaymentsFixture<InProcess>) -> Vec<Operation> {
    fixture.calls().into_iter().skip_while(|call| *call != CreateRefund).collect()
}

#[tokio::test]
async fn a_refund_with_a_known_or_lost_response_is_paid_once() {
    // An inquiry precedes a repeat.
    for (lost, expected) in [(0, &[CreateRefund][..]), (1, &[CreateRefund, ListRefunds])] {
        println!("{lost} responses are lost");
        let fixture = in_process().await;
        let sale = fixture.sold("pm_card_visa").await;
        fixture.plan(LoseResponse, CreateRefund, lost);
        let body = json!({});
        let asking = fixture.refund_by_admin(&sale, &body);
        // With a known response, no time passes.
        let reply = if lost == 0 {
            asking.await
        } else {
            fixture.while_time_passes(Box::pin(asking)).await
        };
        reply.expect(201);
        assert_eq!(calls(&fixture), expected);
        assert_eq!(fixture.paid_refunds(), [4_100]);
        fixture.books_become(&[]).await;
    }
}

#[tokio::test]
async fn a_restart_before_the_call_refunds_once() {
    let fixture = in_process().await;
    let sale = fixture.sold("pm_card_visa").await;
    fixture.plan(LoseRequest, CreateRefund, 1_000);
    let (seller, body) = (fixture.seller(1), json!({"amount": 10}));
    let asking = fixture.refund(&seller, &sale, &body);
    let reply = fixture.while_time_passes(Box::pin(asking)).await.expect(202);
    assert_eq!((reply.text("status"), reply.at("stripeId")), ("requested".into(), json!(null)));
    let repeated = [CreateRefund, ListRefunds, CreateRefund, ListRefunds];
    assert!(calls(&fixture).starts_with(&repeated), "{:?}", calls(&fixture));
    fixture.books_become(&books(2_100, 1_000, &[(Refunds, 1_000), (Provider, -4_100)])).await;
    assert!(fixture.paid_refunds().is_empty());
    let fixture = fixture.restart_without_faults().await;
    fixture.refund_becomes(&sale, "succeeded", 10.0).await;
    assert_eq!(fixture.paid_refunds(), [1_000]);
    fixture.books_become(&books(2_100, 1_000, &[(Provider, -3_100)])).await;
}

#[tokio::test]
async fn a_restart_during_the_call_refunds_once() {
    let (fixture, sale) = sold("tok_error_after_refund").await;
    let (seller, body) = (fixture.seller(1), json!({"amount": 10}));
    let given = || async { fixture.paid_refunds().await == [1_000] };
    let given = fixture.eventually("it is refunded", given);
    // The response is lost, and no time passes for a retry.
    fixture.hang_up(fixture.refund(&seller, &sale, &body), given).await;
    fixture.books_become(&books(2_100, 1_000, &[(Refunds, 1_000), (Provider, -4_100)])).await;
    let fixture = fixture.restart().await;
    fixture.refund_becomes(&sale, "succeeded", 10.0).await;
    assert_eq!(fixture.paid_refunds().await, [1_000]);
    fixture.books_become(&books(2_100, 1_000, &[(Provider, -3_100)])).await;
}
