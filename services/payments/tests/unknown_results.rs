//! Unknown or slow responses of the provider are followed by an inquiry.

use std::time::Duration;

use contract::order::{CancelReason, OrderState};
use provider_simulator::Operation::{
    CancelIntent, CaptureIntent, ConfirmIntent, CreateIntent, RetrieveIntent,
};
use provider_simulator::{FaultKind, InProcess, Outcome, Request};
use serde_json::json;
use testing::{Reply, User};

use crate::fixture::{Sale, With, ended, in_process};

/// A card without a challenge.
const CARD: &str = "pm_card_visa";

/// A card that requires a challenge.
const CHALLENGED: &str = "pm_card_authenticationRequired";

/// Longer than the age of unsettled payments plus the period of the reconciliation.
const A_LOOK_LATER: Duration = Duration::from_secs(61);

async fn opened() -> (With<InProcess>, User, OrderState) {
    let fixture = in_process().await;
    let buyer = fixture.user();
    let order = fixture.made(&buyer).await;
    (fixture, buyer, order)
}

/// Payments with an order whose payment requires a challenge.
async fn challenged() -> (With<InProcess>, Sale) {
    let (fixture, buyer, order) = opened().await;
    let sale = fixture.challenged_by(buyer, order).await;
    (fixture, sale)
}

impl With<InProcess> {
    /// Pays without a challenge, while time passes, and returns the final response.
    async fn paid_in_time(&self, buyer: &User, order: &OrderState) -> Reply {
        self.app.while_time_passes(Box::pin(self.paid(buyer, order, CARD))).await
    }

    /// Waits, while time passes, until the payment has this status.
    async fn becomes_in_time(&self, sale: &Sale, status: &str) {
        self.app.while_time_passes(Box::pin(self.becomes(sale, status))).await;
    }
}

#[tokio::test]
async fn known_results_need_no_inquiry() {
    let (fixture, buyer, order) = opened().await;
    fixture.paid_in_time(&buyer, &order).await.expect(201);
    assert_eq!(fixture.calls(), [CreateIntent, ConfirmIntent, CaptureIntent]);
}

#[tokio::test]
async fn a_lost_response_is_followed_by_an_inquiry() {
    for (lost, expected) in [
        (CreateIntent, [CreateIntent, CreateIntent, ConfirmIntent, CaptureIntent]),
        (ConfirmIntent, [CreateIntent, ConfirmIntent, RetrieveIntent, CaptureIntent]),
        (CaptureIntent, [CreateIntent, ConfirmIntent, CaptureIntent, RetrieveIntent]),
    ] {
        let (fixture, buyer, order) = opened().await;
        fixture.plan(FaultKind::LoseResponse, lost, 1);
        fixture.paid_in_time(&buyer, &order).await.expect(201);
        assert_eq!(fixture.calls(), expected);
    }
    let (fixture, sale) = challenged().await;
    fixture.plan(FaultKind::LoseResponse, CancelIntent, 1);
    fixture.publish(ended(&sale.order, sale.id, Some(CancelReason::Buyer))).await;
    fixture.becomes_in_time(&sale, "voided").await;
    assert_eq!(fixture.calls(), [CreateIntent, ConfirmIntent, CancelIntent, RetrieveIntent]);
}

#[tokio::test]
async fn a_required_action_is_returned_at_once_and_the_order_continues_after_it() {
    let (fixture, buyer, order) = opened().await;
    let reply = fixture.pay(&buyer, &order, CHALLENGED).await.expect(202);
    assert_eq!(reply.text("status"), "requires_action");
    let intent = fixture.provider.with(|provider, now| {
        let retrieve = Request::retrieve_intent(&provider.intents[0].id);
        let response = provider.handle(&retrieve, now).response().unwrap().json();
        provider.calls.pop();
        response
    });
    let url = &intent["next_action"]["redirect_to_url"]["url"];
    assert!(url.is_string() && intent["client_secret"].is_string(), "{intent}");
    assert_eq!(reply.at("action"), json!({"clientSecret": intent["client_secret"], "url": url}));
    // No event arrives; the reconciliation inquires.
    fixture.finish_challenge(Outcome::Succeeded);
    fixture.clock().advance(A_LOOK_LATER);
    let accepting = fixture.complete_when_authorized(&order, None);
    fixture.while_time_passes(Box::pin(accepting)).await;
    fixture.becomes_in_time(&Sale::of(buyer, order, &reply), "captured").await;
    // A payment of that age is inquired once more before its capture.
    let calls = [CreateIntent, ConfirmIntent, RetrieveIntent, RetrieveIntent, CaptureIntent];
    assert_eq!(fixture.calls(), calls);
}

#[tokio::test]
async fn an_order_that_ends_before_the_action_is_not_paid() {
    let (fixture, sale) = challenged().await;
    fixture.publish(ended(&sale.order, sale.id, Some(CancelReason::Expired))).await;
    fixture.becomes_in_time(&sale, "voided").await;
    assert_eq!(fixture.calls(), [CreateIntent, ConfirmIntent, CancelIntent]);
}

#[tokio::test]
async fn after_a_failed_action_another_card_can_be_tried() {
    let (fixture, sale) = challenged().await;
    fixture.finish_challenge(Outcome::Failed);
    fixture.clock().advance(A_LOOK_LATER);
    fixture.becomes_in_time(&sale, "declined").await;
    fixture.paid_in_time(&sale.buyer, &sale.order).await.expect(201);
}

#[tokio::test]
async fn an_uncompleted_top_up_is_voided_after_an_hour() {
    let fixture = in_process().await;
    fixture.top_up(&fixture.user(), 5, CHALLENGED).await.expect(202);
    fixture.clock().advance(Duration::from_mins(59));
    let inquired = [CreateIntent, ConfirmIntent, RetrieveIntent];
    let calls = || async { fixture.calls() == inquired };
    fixture.eventually("an inquiry is made", calls).await;
    fixture.clock().advance(Duration::from_mins(2));
    let given_up = || async { fixture.calls().last() == Some(&CancelIntent) };
    let given_up = fixture.eventually("it is voided", given_up);
    fixture.while_time_passes(Box::pin(given_up)).await;
}

#[tokio::test]
async fn a_rejected_amount_is_not_a_declined_card() {
    let insufficient_funds = "pm_card_chargeDeclinedInsufficientFunds";
    for (fault, card, status, code) in [
        (Some(FaultKind::AmountTooSmall), CARD, 409, "amount_not_chargeable"),
        (Some(FaultKind::AmountTooLarge), CARD, 409, "amount_not_chargeable"),
        (None, insufficient_funds, 402, "payment_declined"),
    ] {
        let (fixture, buyer, order) = opened().await;
        if let Some(fault) = fault {
            fixture.plan(fault, ConfirmIntent, 1);
        }
        let detail =
            fixture.pay(&buyer, &order, card).await.expect_problem(status, code).text("detail");
        assert_eq!(detail.contains("card"), status == 402, "{detail}");
    }
}
