//! Lost responses, restarts during a refund, and an unavailable provider: each refund is paid
//! exactly once.

use payments::domain::AccountId::{Provider, Refunds};
use provider_simulator::FaultKind::{LoseRequest, LoseResponse};
use provider_simulator::InProcess;
use provider_simulator::Operation::{self, CreateRefund, ListRefunds};
use serde_json::json;

use crate::fixture::{With, books, in_process, sold};

/// The calls from the first request for a refund on: requests and inquiries.
fn calls(fixture: &With<InProcess>) -> Vec<Operation> {
    fixture.calls().into_iter().skip_while(|call| *call != CreateRefund).collect()
}

#[tokio::test]
async fn a_refund_with_a_known_result_is_called_once() {
    let fixture = in_process().await;
    let sale = fixture.sold("pm_card_visa").await;
    fixture.refund_by_admin(&sale, &json!({})).await.expect(201);
    assert_eq!(calls(&fixture), [CreateRefund]);
}

#[tokio::test]
async fn a_refund_with_a_lost_response_is_paid_once() {
    let fixture = in_process().await;
    let sale = fixture.sold("pm_card_visa").await;
    fixture.plan(LoseResponse, CreateRefund, 1);
    let body = json!({});
    let asking = fixture.refund_by_admin(&sale, &body);
    fixture.while_time_passes(Box::pin(asking)).await.expect(201);
    assert_eq!(calls(&fixture), [CreateRefund, ListRefunds], "an inquiry precedes a repeat");
    assert_eq!(fixture.paid_refunds(), [4_100]);
    fixture.books_become(&[]).await;
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
    let on_its_way = books(2_100, 1_000, &[(Refunds, 1_000), (Provider, -4_100)]);
    fixture.books_become(&on_its_way).await;
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
