//! Refunds that end later, and actions of an operator in the provider's dashboard: each is booked
//! once, or the money is refunded once.

use contract::order::CancelReason;
use contract::payment::REFUNDED;
use metrics_exporter_prometheus::PrometheusBuilder;
use payments::domain::AccountId::{House, Provider};
use provider_simulator::EntryKind::{Authorized, Captured, Refunded, Released, Returned};
use provider_simulator::{Action, FaultKind, Operation, Outcome};
use serde_json::{Value, json};
use testing::samples::item;

use crate::fixture::{CREDIT, Sale, confirmed, ended, of, returns, simulated, sold_for};

fn expired(sale: &Sale) -> contract::Outgoing {
    ended(&sale.order, sale.id, Some(CancelReason::Expired))
}

#[tokio::test]
async fn an_event_completes_a_pending_refund() {
    let (fixture, sale) = sold_for("pm_card_pendingRefund").await;
    let reply = fixture.refund_by_admin(&sale, &json!({"amount": 10})).await.expect(202);
    assert_eq!(reply.text("status"), "requested");
    assert!(reply.text("stripeId").starts_with("re_"));
    fixture.deliver().await;
    fixture.refund_becomes(&sale, "requested", 10.0).await;
    fixture.finish_refund(Outcome::Succeeded);
    fixture.deliver().await;
    fixture.refund_becomes(&sale, "succeeded", 10.0).await;
    assert_eq!(fixture.ledger(&sale), [Authorized, Captured, Refunded]);
    fixture.settles(3_100, 0, &[(Provider, -3_100)]).await;
}

#[tokio::test]
async fn a_returned_refund_is_credited_to_the_sellers() {
    let (fixture, sale) = sold_for("pm_card_refundFail").await;
    let reply = fixture.refund_by_admin(&sale, &json!({})).await.expect(201);
    assert_eq!(reply.text("status"), "succeeded");
    fixture.deliver().await;
    fixture.refund_becomes(&sale, "succeeded", 41.0).await;
    fixture.settles(0, 0, &[]).await;
    fixture.finish_refund(Outcome::Failed);
    fixture.deliver().await;
    fixture.refund_becomes(&sale, "failed", 41.0).await;
    assert_eq!(fixture.ledger(&sale), [Authorized, Captured, Refunded, Returned]);
    fixture.settles(4_100, 0, &[(Provider, -4_100)]).await;
    let published = fixture.published_in_all(REFUNDED, 2).await;
    let refunded = published.iter().map(|state| state.refunded.unwrap().minor_units);
    assert_eq!(refunded.collect::<Vec<_>>(), [4_100, 0]);
    // It can be refunded again.
    fixture.refund_by_admin(&sale, &json!({"to": "credit"})).await.expect(201);
    fixture.settles(0, 0, &[(of(sale.buyer.id), 4_100), (Provider, -4_100)]).await;
}

#[tokio::test]
async fn a_returned_refund_with_units_on_sale_is_credited_to_the_payer() {
    let (fixture, sale) = sold_for("pm_card_refundFail").await;
    let (admin, body) = (fixture.admin(), json!({"returns": returns(&[(0, 1)])}));
    let reply = fixture.refund_with_units(&admin, &sale, &body, &[(0, 1)]).await.expect(201);
    assert_eq!(reply.text("to"), "card");
    fixture.deliver().await;
    fixture.finish_refund(Outcome::Failed);
    fixture.deliver().await;
    let published = fixture.published_in_all(REFUNDED, 2).await.pop().unwrap();
    let refund = fixture.refunds(&sale).await.remove(0);
    assert_eq!((&refund["status"], &refund["to"]), (&json!("succeeded"), &json!("credit")));
    assert_eq!(refund["amount"], json!(41));
    assert!(!refund["reason"].as_str().unwrap().is_empty(), "the reason of the failure");
    let credited = [(of(sale.buyer.id), 4_100), (Provider, -4_100)];
    fixture.settles(0, 0, &credited).await;
    assert_eq!(fixture.account(&sale.buyer).await["entries"][0]["cause"], "refund_credited");
    assert_eq!(published.refunded.unwrap().minor_units, 4_100, "the payer receives credit");
    assert_eq!(published.refunds.len(), 1);
    // Neither the money nor the unit can be claimed again.
    fixture.refund_by_admin(&sale, &json!({})).await.expect_problem(409, "refund_exceeds");
    // Repeated events of the provider have no effect.
    fixture.deliver().await;
    fixture.settles(0, 0, &credited).await;
}

#[tokio::test]
async fn a_capture_in_the_dashboard_in_time_pays_the_order() {
    let (fixture, sale) = confirmed().await;
    fixture.act(Action::Capture(None), &sale.reference);
    fixture.deliver_twice().await;
    assert_eq!(fixture.authorized(&sale.order).await, sale.id);
    fixture.accept(&sale).await;
    fixture.becomes(&sale, "captured").await;
    assert_eq!(fixture.ledger(&sale), [Authorized, Captured]);
    fixture.settles(4_100, 0, &[(Provider, -4_100)]).await;
}

#[tokio::test]
async fn a_late_capture_in_the_dashboard_is_refunded_once() {
    for part in [None, Some(500)] {
        let metrics = PrometheusBuilder::new().build_recorder();
        let _recorded = metrics::set_default_local_recorder(&metrics);
        let (fixture, sale) = confirmed().await;
        fixture.act(Action::Capture(part), &sale.reference);
        // No event arrives before the order has expired.
        fixture.publish(expired(&sale)).await;
        fixture.becomes(&sale, "voided").await;
        let taken = part.unwrap_or(4_100);
        fixture.shows(&sale, "refunded", json!(taken / 100)).await;
        fixture.deliver_twice().await;
        let refunds = fixture.refunds(&sale).await;
        assert_eq!(refunds.len(), 1, "{refunds:?}");
        assert_eq!(refunds[0]["origin"], "returned");
        let mut expected = vec![(Authorized, 4_100), (Captured, taken)];
        expected.extend(part.map(|part| (Released, 4_100 - part)));
        expected.push((Refunded, taken));
        assert_eq!(fixture.moved(&sale), expected);
        fixture.settles(0, 0, &[]).await;
        let metrics = metrics.handle().render();
        let uncounted = "card_attempts_total{outcome=\"succeeded\"} 0";
        assert!(metrics.contains(uncounted), "{metrics}");
    }
}

#[tokio::test]
async fn a_returned_capture_is_refunded_once_after_a_crash() {
    let (fixture, sale) = confirmed().await;
    fixture.act(Action::Capture(None), &sale.reference);
    fixture.plan(FaultKind::LoseResponse, Operation::CreateRefund, 1);
    fixture.refuse(Operation::ListRefunds);
    fixture.publish(expired(&sale)).await;
    fixture.becomes(&sale, "voided").await;
    let fixture = fixture.crash_and_restart().await;
    fixture.clear_faults();
    fixture.while_time_passes(fixture.shows(&sale, "refunded", json!(41))).await;
    assert_eq!(fixture.moved(&sale), [(Authorized, 4_100), (Captured, 4_100), (Refunded, 4_100)]);
    fixture.settles(0, 0, &[]).await;
}

#[tokio::test]
async fn a_partial_capture_in_the_dashboard_is_refunded_and_the_order_can_be_paid() {
    let (fixture, sale) = confirmed().await;
    fixture.act(Action::Capture(Some(500)), &sale.reference);
    fixture.deliver().await;
    fixture.becomes(&sale, "voided").await;
    let again = fixture.paid(&sale.buyer, &sale.order, "pm_card_visa").await.expect(201);
    assert_eq!(again.text("status"), "captured");
    assert_ne!(again.text("id"), sale.id.to_string());
    fixture.shows(&sale, "refunded", json!(5)).await;
    fixture.becomes_settled(4_100, 0, &[(Provider, -4_100)]).await;
}

#[tokio::test]
async fn a_failed_refund_of_a_returned_capture_becomes_credit() {
    let fixture = simulated().await;
    let buyer = fixture.user();
    let order = fixture.made_of(&buyer, vec![item(101, 201, 4_100, 1)]).await;
    let operating = async {
        let id = fixture.authorized(&order).await;
        let path = format!("/api/payments/{id}");
        let reference = fixture.get(Some(&buyer), &path).await.expect(200).text("stripeId");
        fixture.act(Action::Capture(Some(700)), &reference);
        fixture.deliver().await;
        (id, reference)
    };
    let paying = fixture.pay(&buyer, &order, "pm_card_refundFail");
    let (reply, (id, reference)) = tokio::join!(paying, operating);
    reply.expect(402);
    let sale = Sale { buyer, order, id, reference };
    fixture.shows(&sale, "refunded", json!(7)).await;
    fixture.finish_refund(Outcome::Failed);
    fixture.delivered(&sale, "refunded", json!(0)).await;
    fixture.settles(0, 0, &[(of(sale.buyer.id), 700), (Provider, -700)]).await;
}

#[tokio::test]
async fn an_order_whose_payment_is_cancelled_in_the_dashboard_can_be_paid_again() {
    let (fixture, sale) = confirmed().await;
    fixture.deliver().await;
    fixture.becomes(&sale, "authorized").await;
    fixture.act(Action::Cancel, &sale.reference);
    fixture.delivered(&sale, "status", json!("voided")).await;
    fixture.challenged_by(sale.buyer, sale.order).await;
}

#[tokio::test]
async fn a_complete_order_stays_complete_and_unpaid_after_a_cancellation_at_the_provider() {
    let (fixture, sale) = confirmed().await;
    fixture.deliver().await;
    fixture.becomes(&sale, "authorized").await;
    fixture.refuse(Operation::CaptureIntent);
    fixture.act(Action::Cancel, &sale.reference);
    fixture.accept(&sale).await;
    fixture.clear_faults();
    fixture.while_time_passes(fixture.becomes(&sale, "voided")).await;
    assert_eq!(fixture.ledger(&sale), [Authorized, Released]);
    fixture.settles(0, 0, &[]).await;
}

#[tokio::test]
async fn a_refund_in_the_dashboard_is_booked_once_and_reduces_the_remainder() {
    for is_published in [true, false] {
        let (fixture, sale) = sold_for("pm_card_visa").await;
        fixture.act(Action::Refund(None), &sale.reference);
        if is_published {
            fixture.delivered(&sale, "refunded", json!(41)).await;
            fixture.deliver_twice().await;
        }
        for body in [json!({}), json!({"to": "credit"}), json!({"amount": 1})] {
            fixture.refund_by_admin(&sale, &body).await.expect_problem(409, "refund_exceeds");
        }
        fixture.shows(&sale, "refunded", json!(41)).await;
        let refunds = fixture.refunds(&sale).await;
        assert_eq!(refunds.len(), 1, "{refunds:?}");
        assert_eq!(refunds[0]["origin"], "provider");
        assert_eq!(refunds[0]["status"], "succeeded");
        fixture.settles(0, 0, &[]).await;
    }
}

#[tokio::test]
async fn the_remainder_after_a_refund_in_the_dashboard_can_be_refunded() {
    let fixture = simulated().await;
    let sale = fixture.sell(&[(1, 3_000), (2, 1_100)], "pm_card_visa").await;
    fixture.act(Action::Refund(Some(1_000)), &sale.reference);
    let reply = fixture.refund_by_admin(&sale, &json!({"amount": 32})).await;
    let reply = reply.expect_problem(409, "refund_exceeds");
    assert!(reply.text("detail").contains("31 usd"), "{}", reply.text("detail"));
    // Each seller bears a part of it, in proportion to the share.
    fixture.settles(2_268, 832, &[(Provider, -3_100)]).await;
    let rest = fixture.refund_by_admin(&sale, &json!({})).await.expect(201).json();
    assert_eq!((&rest["amount"], &rest["status"]), (&json!(31), &json!("succeeded")));
    fixture.shows(&sale, "refunded", json!(41)).await;
    fixture.settles(0, 0, &[]).await;
}

#[tokio::test]
async fn a_returned_refund_of_the_dashboard_is_credited_to_the_sellers() {
    let (fixture, sale) = sold_for("pm_card_refundFail").await;
    fixture.act(Action::Refund(None), &sale.reference);
    fixture.delivered(&sale, "refunded", json!(41)).await;
    fixture.finish_refund(Outcome::Failed);
    fixture.delivered(&sale, "refunded", json!(0)).await;
    assert_eq!(fixture.ledger(&sale), [Authorized, Captured, Refunded, Returned]);
    fixture.settles(4_100, 0, &[(Provider, -4_100)]).await;
}

#[tokio::test]
async fn a_double_refund_is_borne_by_the_house() {
    let (fixture, sale) = sold_for("pm_card_visa").await;
    fixture.refund_by_admin(&sale, &json!({"to": "credit", "amount": 30})).await.expect(201);
    fixture.act(Action::Refund(None), &sale.reference);
    fixture.delivered(&sale, "refunded", json!(71)).await;
    fixture.settles(0, 0, &[(of(sale.buyer.id), 3_000), (House, -3_000)]).await;
}

#[tokio::test]
async fn a_spent_top_up_refunded_in_the_dashboard_leaves_no_negative_balance() {
    let fixture = simulated().await;
    let top_up = fixture.topped_up("pm_card_visa").await;
    let order = fixture.made_of(&top_up.buyer, vec![item(101, 201, 3_000, 1)]).await;
    fixture.paid(&top_up.buyer, &order, CREDIT).await.expect(201);
    fixture.act(Action::Refund(None), &top_up.reference);
    fixture.delivered(&top_up, "refunded", json!(50)).await;
    fixture.settles(3_000, 0, &[(House, -3_000)]).await;
    assert_eq!(fixture.shown(&top_up).await.get("disputed"), None::<&Value>);
}

#[tokio::test]
async fn many_refunds_in_the_dashboard_are_booked_together() {
    let (fixture, sale) = sold_for("pm_card_visa").await;
    for _ in 0..100 {
        fixture.act(Action::Refund(Some(1)), &sale.reference);
    }
    fixture.refund_by_admin(&sale, &json!({"amount": 1})).await.expect(201);
    fixture.shows(&sale, "refunded", json!(2)).await;
    fixture.becomes_settled(3_900, 0, &[(Provider, -3_900)]).await;
}
