//! Unknown or slow responses of the provider, and missing events, are followed by an inquiry.

use std::time::Duration;

use contract::order::{CancelReason, OrderState};
use provider_simulator::Operation::{
    self, CancelIntent, CaptureIntent, ConfirmIntent, CreateIntent, RetrieveIntent,
};
use provider_simulator::{Action, FaultKind, InProcess, Outcome, Request};
use serde_json::json;
use testing::{Reply, User};

use crate::fixture::{PaymentsFixture, Sale, challenged, ended, in_process, simulated, sold_for};

const CARD: &str = "pm_card_visa";
const CHALLENGED: &str = "pm_card_authenticationRequired";

/// Longer than the age of unsettled payments plus the period of the reconciliation.
const A_LOOK_LATER: Duration = Duration::from_secs(61);

async fn opened() -> (PaymentsFixture<InProcess>, User, OrderState) {
    let fixture = in_process().await;
    let buyer = fixture.user();
    let order = fixture.made(&buyer).await;
    (fixture, buyer, order)
}

/// Payments with an order whose payment requires a challenge.
async fn required_action() -> (PaymentsFixture<InProcess>, Sale) {
    let (fixture, buyer, order) = opened().await;
    let sale = fixture.challenged_by(buyer, order).await;
    (fixture, sale)
}

impl PaymentsFixture<InProcess> {
    /// Pays without a challenge, while time passes, and returns the final response.
    async fn paid_in_time(&self, buyer: &User, order: &OrderState) -> Reply {
        self.while_time_passes(Box::pin(self.paid(buyer, order, CARD))).await
    }

    /// Waits, while time passes, until the payment has this status.
    async fn becomes_in_time(&self, sale: &Sale, status: &str) {
        self.while_time_passes(Box::pin(self.becomes(sale, status))).await;
    }
}

#[tokio::test]
async fn only_a_lost_response_is_followed_by_an_inquiry() {
    for (lost, expected) in [
        (None, &[CreateIntent, ConfirmIntent, CaptureIntent][..]),
        (Some(CreateIntent), &[CreateIntent, CreateIntent, ConfirmIntent, CaptureIntent]),
        (Some(ConfirmIntent), &[CreateIntent, ConfirmIntent, RetrieveIntent, CaptureIntent]),
        (Some(CaptureIntent), &[CreateIntent, ConfirmIntent, CaptureIntent, RetrieveIntent]),
    ] {
        println!("lost: {lost:?}");
        let (fixture, buyer, order) = opened().await;
        if let Some(lost) = lost {
            fixture.plan(FaultKind::LoseResponse, lost, 1);
        }
        fixture.paid_in_time(&buyer, &order).await.expect(201);
        assert_eq!(fixture.calls(), expected);
    }
}

#[tokio::test]
async fn an_order_that_ends_before_the_action_is_not_paid() {
    for (lost, reason, expected) in [
        (0, CancelReason::Expired, &[CreateIntent, ConfirmIntent, CancelIntent][..]),
        (1, CancelReason::Buyer, &[CreateIntent, ConfirmIntent, CancelIntent, RetrieveIntent]),
    ] {
        println!("{lost} responses are lost");
        let (fixture, sale) = required_action().await;
        fixture.plan(FaultKind::LoseResponse, CancelIntent, lost);
        fixture.publish(ended(&sale.order, sale.id, Some(reason))).await;
        fixture.becomes_in_time(&sale, "voided").await;
        assert_eq!(fixture.calls(), expected);
    }
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
    fixture.while_time_passes(Box::pin(fixture.complete_when_authorized(&order, None))).await;
    fixture.becomes_in_time(&Sale::of(buyer, order, &reply), "captured").await;
    // A payment of that age is inquired once more before its capture.
    let calls = [CreateIntent, ConfirmIntent, RetrieveIntent, RetrieveIntent, CaptureIntent];
    assert_eq!(fixture.calls(), calls);
}

#[tokio::test]
async fn after_a_failed_action_another_card_can_be_tried() {
    let (fixture, sale) = required_action().await;
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
    let calls = || async { fixture.calls() == [CreateIntent, ConfirmIntent, RetrieveIntent] };
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

#[tokio::test]
async fn a_read_by_the_payer_finds_the_completed_payment() {
    let (fixture, payment) = challenged().await;
    fixture.clock().advance(Duration::from_secs(3));
    fixture.act(Action::EndChallenge(Outcome::Succeeded), &payment.reference);
    assert_eq!(fixture.shown(&payment).await["status"], "authorized");
    fixture.accept(&payment).await;
    fixture.becomes(&payment, "captured").await;
}

#[tokio::test]
async fn reads_by_the_payer_inquire_at_most_once_a_second() {
    let (fixture, payment) = challenged().await;
    let status = async |user: &User| {
        fixture.get(Some(user), &payment.path()).await.expect(200).text("status")
    };
    fixture.clock().advance(Duration::from_secs(2));
    assert_eq!(status(&payment.buyer).await, "requires_action");
    fixture.act(Action::EndChallenge(Outcome::Succeeded), &payment.reference);
    assert_eq!(status(&fixture.admin()).await, "requires_action");
    assert_eq!(status(&payment.buyer).await, "requires_action", "inquired a moment ago");
    fixture.clock().advance(Duration::from_secs(1));
    assert_eq!(status(&payment.buyer).await, "authorized");
}

#[tokio::test]
async fn administrators_list_payments_until_they_end() {
    let (fixture, payment) = challenged().await;
    let path = "/api/payments/unsettled";
    let listed = async || fixture.get(Some(&fixture.admin()), path).await.expect(200).json();
    let open = &listed().await[0];
    assert_eq!(open["orderId"], payment.order.id.to_string());
    assert_eq!(open["payer"], payment.buyer.id.to_string());
    assert_eq!(open["action"], json!(null), "the payer's action is secret");
    fixture.get(Some(&payment.buyer), path).await.expect(403);
    fixture.act(Action::EndChallenge(Outcome::Succeeded), &payment.reference);
    fixture.clock().advance(Duration::from_secs(1));
    fixture.get(Some(&payment.buyer), &payment.path()).await.expect(200);
    fixture.accept(&payment).await;
    fixture.becomes(&payment, "captured").await;
    assert_eq!(listed().await, json!([]));
}

#[tokio::test]
async fn a_repeated_request_finds_the_completed_payment() {
    let fixture = simulated().await;
    let buyer = fixture.user();
    let order = fixture.made(&buyer).await;
    let body = json!({"orderId": order.id, "token": "pm_card_authenticationRequired"});
    let pay = || fixture.post_keyed(&buyer, "/api/payments", "key", &body);
    let reference = pay().await.expect(202).text("stripeId");
    fixture.act(Action::EndChallenge(Outcome::Succeeded), &reference);
    fixture.clock().advance(Duration::from_secs(1));
    let (again, ()) = tokio::join!(pay(), fixture.complete_when_authorized(&order, None));
    assert_eq!(again.expect(201).text("status"), "captured");
}

#[tokio::test]
async fn an_abandoned_payment_is_inquired_before_the_deadline() {
    let (fixture, payment) = challenged().await;
    // The deadline is an hour away; the reconciliation of each minute does not find the payment
    // here.
    let deadline = payment.order.expires_at;
    let to = deadline.minus(Duration::from_millis(8_700));
    fixture.clock().advance(to.since(fixture.now()));
    let is_reconciled = || async { !fixture.stored(&payment).await.has_news };
    fixture.eventually("all is reconciled", is_reconciled).await;
    fixture.act(Action::EndChallenge(Outcome::Succeeded), &payment.reference);
    let authorized = Box::pin(fixture.authorized(&payment.order));
    Box::pin(fixture.while_time_passes(authorized)).await;
    assert!(fixture.now() < deadline.minus(Duration::from_secs(2)));
}

#[tokio::test]
async fn repeated_and_refused_refund_requests_do_not_call_the_provider() {
    let (fixture, sale) = sold_for("pm_card_visa").await;
    let path = sale.refunds();
    let (admin, credit) = (fixture.admin(), json!({"to": "credit", "amount": 1}));
    let first = fixture.post_keyed(&admin, &path, "key", &credit).await.expect(201);
    fixture.clock().advance(Duration::from_secs(1));
    fixture.refuse(Operation::ListRefunds);
    let again = fixture.post_keyed(&admin, &path, "key", &credit).await.expect(201);
    assert_eq!(again.body, first.body);
    for _ in 0..50 {
        let too_much = json!({"to": "credit", "amount": 41});
        fixture.refund(&admin, &sale, &too_much).await.expect_problem(409, "refund_exceeds");
    }
    fixture.refund(&admin, &sale, &credit).await.expect_problem(503, "unavailable");
}

#[tokio::test]
async fn refund_requests_read_the_record_at_most_once_a_second() {
    let (fixture, sale) = sold_for("pm_card_visa").await;
    let credit = json!({"to": "credit", "amount": 1});
    let refund = || fixture.refund_by_admin(&sale, &credit);
    refund().await.expect(201);
    fixture.refuse(Operation::ListRefunds);
    refund().await.expect(201);
    fixture.clock().advance(Duration::from_secs(1));
    refund().await.expect_problem(503, "unavailable");
    fixture.clear_faults();
    // The last call to the provider is recent, without a response.
    refund().await.expect_problem(503, "unavailable");
    fixture.clock().advance(Duration::from_secs(1));
    refund().await.expect(201);
}
