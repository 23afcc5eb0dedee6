//! Actions of an operator in the provider's dashboard: each is booked once, or the money is
//! refunded once.

use contract::order::CancelReason;
use payments::domain::AccountId;
use provider_simulator::EntryKind::{Authorized, Captured, Refunded, Released, Returned};
use provider_simulator::{FaultKind, Operation, Outcome};
use serde_json::{Value, json};
use testing::samples::item;

use crate::fixture::{Sale, confirmed, ended, seller, simulated, sold_for};

/// The end of an order that was not paid in time.
fn expired(sale: &Sale) -> contract::Outgoing {
    ended(&sale.order, sale.id, Some(CancelReason::Expired))
}

#[tokio::test]
async fn a_capture_in_the_dashboard_in_time_pays_the_order() {
    let (fixture, sale) = confirmed().await;
    fixture.capture_in_dashboard(&sale.reference, None);
    fixture.deliver_twice().await;
    assert_eq!(fixture.authorized(&sale.order).await, sale.id);
    fixture.accept(&sale).await;
    fixture.becomes(&sale, "captured").await;
    assert_eq!(fixture.ledger(&sale), [Authorized, Captured]);
    assert_eq!(fixture.balance(seller(1)).await, 4_100);
    fixture.agrees().await;
}

#[tokio::test]
async fn a_late_capture_in_the_dashboard_is_refunded_once() {
    for part in [None, Some(500)] {
        let (fixture, sale) = confirmed().await;
        fixture.capture_in_dashboard(&sale.reference, part);
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
        assert_eq!(fixture.balance(sale.buyer.id).await, 0);
        fixture.agrees().await;
    }
}

#[tokio::test]
async fn a_returned_capture_is_refunded_once_after_a_crash() {
    let (fixture, sale) = confirmed().await;
    fixture.capture_in_dashboard(&sale.reference, None);
    fixture.plan(FaultKind::LoseResponse, Operation::CreateRefund, 1);
    fixture.refuse(Operation::ListRefunds);
    fixture.publish(expired(&sale)).await;
    fixture.becomes(&sale, "voided").await;
    let fixture = fixture.crash_and_restart().await;
    fixture.clear_faults();
    let refunded = fixture.shows(&sale, "refunded", json!(41));
    fixture.while_time_passes(refunded).await;
    assert_eq!(fixture.moved(&sale), [(Authorized, 4_100), (Captured, 4_100), (Refunded, 4_100)]);
    fixture.agrees().await;
}

#[tokio::test]
async fn a_partial_capture_in_the_dashboard_is_refunded_and_the_order_can_be_paid() {
    let (fixture, sale) = confirmed().await;
    fixture.capture_in_dashboard(&sale.reference, Some(500));
    fixture.deliver().await;
    fixture.becomes(&sale, "voided").await;
    let again = fixture.paid(&sale.buyer, &sale.order, "pm_card_visa").await.expect(201);
    assert_eq!(again.text("status"), "captured");
    assert_ne!(again.text("id"), sale.id.to_string());
    fixture.shows(&sale, "refunded", json!(5)).await;
    fixture.agrees().await;
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
        fixture.capture_in_dashboard(&reference, Some(700));
        fixture.deliver().await;
        (id, reference)
    };
    let paying = fixture.pay(&buyer, &order, "pm_card_refundFail");
    let (reply, (id, reference)) = tokio::join!(paying, operating);
    reply.expect(402);
    let sale = Sale { buyer, order, id, reference };
    fixture.shows(&sale, "refunded", json!(7)).await;
    fixture.finish_refund(Outcome::Failed);
    fixture.deliver_twice().await;
    fixture.shows(&sale, "refunded", json!(0)).await;
    assert_eq!(fixture.balance(sale.buyer.id).await, 700);
    fixture.agrees().await;
}

#[tokio::test]
async fn an_order_whose_payment_is_cancelled_in_the_dashboard_can_be_paid_again() {
    let (fixture, sale) = confirmed().await;
    fixture.deliver().await;
    fixture.becomes(&sale, "authorized").await;
    fixture.cancel_in_dashboard(&sale);
    fixture.deliver_twice().await;
    fixture.becomes(&sale, "voided").await;
    let again = fixture.pay(&sale.buyer, &sale.order, "pm_card_authenticationRequired").await;
    assert_eq!(again.expect(202).text("status"), "requires_action");
}

#[tokio::test]
async fn a_complete_order_stays_complete_and_unpaid_after_a_cancellation_at_the_provider() {
    let (fixture, sale) = confirmed().await;
    fixture.deliver().await;
    fixture.becomes(&sale, "authorized").await;
    fixture.refuse(Operation::CaptureIntent);
    fixture.cancel_in_dashboard(&sale);
    fixture.accept(&sale).await;
    fixture.clear_faults();
    fixture.while_time_passes(fixture.becomes(&sale, "voided")).await;
    assert_eq!(fixture.ledger(&sale), [Authorized, Released]);
    assert_eq!(fixture.balance(seller(1)).await, 0);
    fixture.agrees().await;
}

#[tokio::test]
async fn a_refund_in_the_dashboard_is_booked_once_and_reduces_the_remainder() {
    for is_published in [true, false] {
        let (fixture, sale) = sold_for("pm_card_visa").await;
        fixture.refund_in_dashboard(&sale, None);
        if is_published {
            fixture.deliver_twice().await;
            fixture.shows(&sale, "refunded", json!(41)).await;
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
        assert_eq!(fixture.balance(seller(1)).await, 0);
        assert_eq!(fixture.balance(sale.buyer.id).await, 0);
        fixture.agrees().await;
    }
}

#[tokio::test]
async fn the_remainder_after_a_refund_in_the_dashboard_can_be_refunded() {
    let fixture = simulated().await;
    let sale = fixture.sell(&[(1, 3_000), (2, 1_100)], "pm_card_visa").await;
    fixture.refund_in_dashboard(&sale, Some(1_000));
    let reply = fixture.refund_by_admin(&sale, &json!({"amount": 32})).await;
    let reply = reply.expect_problem(409, "refund_exceeds");
    assert!(reply.text("detail").contains("31 usd"), "{}", reply.text("detail"));
    // Each seller bears a part of it, in proportion to the share.
    assert_eq!(fixture.balances().await, (2_268, 832));
    let rest = fixture.refund_by_admin(&sale, &json!({})).await.expect(201).json();
    assert_eq!((&rest["amount"], &rest["status"]), (&json!(31), &json!("succeeded")));
    assert_eq!(fixture.balances().await, (0, 0));
    fixture.shows(&sale, "refunded", json!(41)).await;
    fixture.agrees().await;
}

#[tokio::test]
async fn a_returned_refund_of_the_dashboard_is_credited_to_the_sellers() {
    let (fixture, sale) = sold_for("pm_card_refundFail").await;
    fixture.refund_in_dashboard(&sale, None);
    fixture.deliver_twice().await;
    fixture.shows(&sale, "refunded", json!(41)).await;
    fixture.finish_refund(Outcome::Failed);
    fixture.deliver_twice().await;
    fixture.shows(&sale, "refunded", json!(0)).await;
    assert_eq!(fixture.balance(seller(1)).await, 4_100);
    assert_eq!(fixture.ledger(&sale), [Authorized, Captured, Refunded, Returned]);
    fixture.agrees().await;
}

#[tokio::test]
async fn a_double_refund_is_borne_by_the_house() {
    let (fixture, sale) = sold_for("pm_card_visa").await;
    fixture.refund_by_admin(&sale, &json!({"to": "credit", "amount": 30})).await.expect(201);
    fixture.refund_in_dashboard(&sale, None);
    fixture.deliver_twice().await;
    fixture.shows(&sale, "refunded", json!(71)).await;
    assert_eq!(fixture.balance(seller(1)).await, 0);
    assert_eq!(fixture.balance(sale.buyer.id).await, 3_000);
    assert_eq!(fixture.on(AccountId::House).await, -3_000);
    fixture.agrees().await;
}

#[tokio::test]
async fn a_spent_top_up_refunded_in_the_dashboard_leaves_no_negative_balance() {
    let fixture = simulated().await;
    let top_up = fixture.topped_up("pm_card_visa").await;
    let order = fixture.made_of(&top_up.buyer, vec![item(101, 201, 3_000, 1)]).await;
    fixture.paid_by_credit(&top_up.buyer, &order).await.expect(201);
    fixture.refund_in_dashboard(&top_up, None);
    fixture.deliver_twice().await;
    fixture.shows(&top_up, "refunded", json!(50)).await;
    assert_eq!(fixture.balance(top_up.buyer.id).await, 0);
    assert_eq!(fixture.balance(seller(1)).await, 3_000);
    assert_eq!(fixture.on(AccountId::House).await, -3_000);
    fixture.agrees().await;
    assert_eq!(fixture.shown(&top_up).await.get("disputed"), None::<&Value>);
}

#[tokio::test]
async fn many_refunds_in_the_dashboard_are_booked_together() {
    let (fixture, sale) = sold_for("pm_card_visa").await;
    for _ in 0..100 {
        fixture.refund_in_dashboard(&sale, Some(1));
    }
    fixture.refund_by_admin(&sale, &json!({"amount": 1})).await.expect(201);
    fixture.shows(&sale, "refunded", json!(2)).await;
    fixture.agrees().await;
}
