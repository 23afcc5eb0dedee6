//! Actions of an operator in the provider's dashboard: each is booked once, or the money is
//! refunded once.

use contract::order::{CANCELLED, CancelReason, OrderState, OrderStatus};
use payments::domain::AccountId;
use provider_simulator::EntryKind::{Authorized, Captured, Refunded, Released, Returned};
use provider_simulator::{Fault, FaultKind, Operation, Outcome};
use serde_json::{Value, json};

use crate::fixture::{Challenged, PaymentsFixture};
use crate::sale::{Sale, seller};

impl<'s> Challenged<'s> {
    fn sale(&self) -> Sale<'s> {
        let (buyer, order) = (self.buyer.clone(), self.order.clone());
        Sale { fixture: self.fixture, buyer, order, id: self.id, reference: self.reference.clone() }
    }

    async fn expires(&self) {
        let status = OrderStatus::Cancelled { reason: CancelReason::Expired };
        let order = OrderState { version: 3, status, ..self.order.clone() };
        self.fixture.app.publish(&[CANCELLED.of(order)]).await;
    }
}

#[tokio::test]
async fn a_capture_in_the_dashboard_in_time_pays_the_order() {
    let fixture = PaymentsFixture::open().await;
    let payment = fixture.challenged().await;
    payment.finish(Outcome::Succeeded);
    fixture
        .operate(|provider, now| provider.capture_in_dashboard(&payment.reference, None, now))
        .unwrap();
    payment.sale().deliver_twice().await;
    assert_eq!(fixture.authorized(&payment.order).await, payment.id);
    payment.accept().await;
    payment.becomes("captured").await;
    assert_eq!(fixture.ledger(&payment.reference), [Authorized, Captured]);
    let seller = payment.order.items.first().unwrap().seller;
    assert_eq!(fixture.balance(seller).await, 4_100);
    fixture.agrees().await;
}

#[tokio::test]
async fn a_late_capture_in_the_dashboard_is_refunded_once() {
    for part in [None, Some(500)] {
        let fixture = PaymentsFixture::open().await;
        let payment = fixture.challenged().await;
        payment.finish(Outcome::Succeeded);
        fixture
            .operate(|provider, now| provider.capture_in_dashboard(&payment.reference, part, now))
            .unwrap();
        // No event arrives before the order has expired.
        payment.expires().await;
        payment.becomes("voided").await;
        let sale = payment.sale();
        let taken = part.unwrap_or(4_100);
        sale.shows("refunded", json!(taken / 100)).await;
        sale.deliver_twice().await;
        let refunds = sale.refunds().await;
        assert_eq!(refunds.len(), 1, "{refunds:?}");
        assert_eq!(refunds[0]["origin"], "returned");
        let mut expected = vec![(Authorized, 4_100), (Captured, taken)];
        expected.extend(part.map(|part| (Released, 4_100 - part)));
        expected.push((Refunded, taken));
        assert_eq!(sale.moved(), expected);
        assert_eq!(fixture.balance(sale.buyer.id).await, 0);
        fixture.agrees().await;
    }
}

#[tokio::test]
async fn a_returned_capture_is_refunded_once_after_a_crash() {
    let fixture = PaymentsFixture::open().await;
    let payment = fixture.challenged().await;
    payment.finish(Outcome::Succeeded);
    fixture.operate(|provider, now| {
        provider.capture_in_dashboard(&payment.reference, None, now).unwrap();
        let refuse = Fault::once(FaultKind::LoseResponse).times(1);
        provider.plan(refuse.on(Operation::CreateRefund));
        let refuse = Fault::once(FaultKind::Refuse { status: 503 }).times(1_000);
        provider.plan(refuse.on(Operation::ListRefunds));
    });
    payment.expires().await;
    payment.becomes("voided").await;
    let Sale { buyer, order, id, reference, .. } = payment.sale();
    let fixture = fixture.crash_and_restart().await;
    fixture.operate(|provider, _| provider.clear_faults());
    let sale = Sale { fixture: &fixture, buyer, order, id, reference };
    let refunded = sale.shows("refunded", json!(41));
    fixture.app.while_time_passes(refunded).await;
    assert_eq!(sale.moved(), [(Authorized, 4_100), (Captured, 4_100), (Refunded, 4_100)]);
    fixture.agrees().await;
}

#[tokio::test]
async fn a_partial_capture_in_the_dashboard_is_refunded_and_the_order_can_be_paid() {
    let fixture = PaymentsFixture::open().await;
    let payment = fixture.challenged().await;
    payment.finish(Outcome::Succeeded);
    fixture
        .operate(|provider, now| provider.capture_in_dashboard(&payment.reference, Some(500), now))
        .unwrap();
    fixture.deliver().await;
    payment.becomes("voided").await;
    let accepting = async {
        let id = fixture.authorized(&payment.order).await;
        assert_ne!(id, payment.id);
        fixture.complete(&payment.order, id).await;
    };
    let paying = fixture.pay(&payment.buyer, &payment.order, "pm_card_visa");
    let (again, ()) = tokio::join!(paying, accepting);
    assert_eq!(again.expect(201).text("status"), "captured");
    payment.sale().shows("refunded", json!(5)).await;
    fixture.agrees().await;
}

#[tokio::test]
async fn a_failed_refund_of_a_returned_capture_becomes_credit() {
    let fixture = PaymentsFixture::open().await;
    let (buyer, order) = fixture.order().await;
    let paying = async { fixture.pay(&buyer, &order, "pm_card_refundFail").await };
    let operating = async {
        let id = fixture.authorized(&order).await;
        let path = format!("/api/payments/{id}");
        let reference = fixture.app.get(Some(&buyer), &path).await.expect(200).text("stripeId");
        fixture
            .operate(|provider, now| provider.capture_in_dashboard(&reference, Some(700), now))
            .unwrap();
        fixture.deliver().await;
        (id, reference)
    };
    let (reply, (id, reference)) = tokio::join!(paying, operating);
    reply.expect(402).text("code");
    let sale = Sale { fixture: &fixture, buyer, order, id, reference };
    sale.shows("refunded", json!(7)).await;
    fixture.operate(|provider, now| {
        let refund = provider.refunds().last().unwrap().0.clone();
        provider.finish_refund(&refund, Outcome::Failed, now).unwrap();
    });
    sale.deliver_twice().await;
    sale.shows("refunded", json!(0)).await;
    assert_eq!(fixture.balance(sale.buyer.id).await, 700);
    fixture.agrees().await;
}

#[tokio::test]
async fn an_order_whose_payment_is_cancelled_in_the_dashboard_can_be_paid_again() {
    let fixture = PaymentsFixture::open().await;
    let payment = fixture.challenged().await;
    payment.finish(Outcome::Succeeded);
    fixture.deliver().await;
    payment.becomes("authorized").await;
    fixture.operate(|provider, now| provider.cancel_in_dashboard(&payment.reference, now)).unwrap();
    payment.sale().deliver_twice().await;
    payment.becomes("voided").await;
    let again = fixture.pay(&payment.buyer, &payment.order, "pm_card_authenticationRequired").await;
    assert_eq!(again.expect(202).text("status"), "requires_action");
}

#[tokio::test]
async fn a_complete_order_stays_complete_and_unpaid_after_a_cancellation_at_the_provider() {
    let fixture = PaymentsFixture::open().await;
    let payment = fixture.challenged().await;
    payment.finish(Outcome::Succeeded);
    fixture.deliver().await;
    payment.becomes("authorized").await;
    fixture.operate(|provider, now| {
        let refuse = Fault::once(FaultKind::Refuse { status: 503 }).times(1_000);
        provider.plan(refuse.on(Operation::CaptureIntent));
        provider.cancel_in_dashboard(&payment.reference, now).unwrap();
    });
    payment.accept().await;
    fixture.operate(|provider, _| provider.clear_faults());
    fixture.app.while_time_passes(payment.becomes("voided")).await;
    assert_eq!(fixture.ledger(&payment.reference), [Authorized, Released]);
    let seller = payment.order.items.first().unwrap().seller;
    assert_eq!(fixture.balance(seller).await, 0);
    fixture.agrees().await;
}

#[tokio::test]
async fn a_refund_in_the_dashboard_is_booked_once_and_reduces_the_remainder() {
    for is_published in [true, false] {
        let fixture = PaymentsFixture::open().await;
        let sale = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
        fixture
            .operate(|provider, now| provider.refund_in_dashboard(&sale.reference, None, now))
            .unwrap();
        if is_published {
            sale.deliver_twice().await;
            sale.shows("refunded", json!(41)).await;
            sale.deliver_twice().await;
        }
        for body in [json!({}), json!({"to": "credit"}), json!({"amount": 1})] {
            let reply = sale.refund(&body).await.expect(409);
            assert_eq!(reply.text("code"), "refund_exceeds");
        }
        sale.shows("refunded", json!(41)).await;
        let refunds = sale.refunds().await;
        assert_eq!(refunds.len(), 1, "{refunds:?}");
        assert_eq!(
            (&refunds[0]["origin"], &refunds[0]["status"]),
            (&json!("provider"), &json!("succeeded"))
        );
        assert_eq!(fixture.balance(seller(1)).await, 0);
        assert_eq!(fixture.balance(sale.buyer.id).await, 0);
        fixture.agrees().await;
    }
}

#[tokio::test]
async fn the_remainder_after_a_refund_in_the_dashboard_can_be_refunded() {
    let fixture = PaymentsFixture::open().await;
    let sale = fixture.sell(&[(1, 3_000), (2, 1_100)], "pm_card_visa").await;
    fixture
        .operate(|provider, now| provider.refund_in_dashboard(&sale.reference, Some(1_000), now))
        .unwrap();
    let reply = sale.refund(&json!({"amount": 32})).await.expect(409);
    assert_eq!(reply.text("code"), "refund_exceeds");
    assert!(reply.text("detail").contains("31 usd"), "{}", reply.text("detail"));
    // Each seller bears a part of it, in proportion to the share.
    assert_eq!((fixture.balance(seller(1)).await, fixture.balance(seller(2)).await), (2_268, 832));
    let rest = sale.refund(&json!({})).await.expect(201).json();
    assert_eq!((&rest["amount"], &rest["status"]), (&json!(31), &json!("succeeded")));
    assert_eq!((fixture.balance(seller(1)).await, fixture.balance(seller(2)).await), (0, 0));
    sale.shows("refunded", json!(41)).await;
    fixture.agrees().await;
}

#[tokio::test]
async fn a_returned_refund_of_the_dashboard_is_credited_to_the_sellers() {
    let fixture = PaymentsFixture::open().await;
    let sale = fixture.sell(&[(1, 4_100)], "pm_card_refundFail").await;
    let refund = fixture
        .operate(|provider, now| provider.refund_in_dashboard(&sale.reference, None, now))
        .unwrap();
    sale.deliver_twice().await;
    sale.shows("refunded", json!(41)).await;
    fixture.operate(|provider, now| provider.finish_refund(&refund, Outcome::Failed, now)).unwrap();
    sale.deliver_twice().await;
    sale.shows("refunded", json!(0)).await;
    assert_eq!(fixture.balance(seller(1)).await, 4_100);
    let kinds: Vec<_> = sale.moved().iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [Authorized, Captured, Refunded, Returned]);
    fixture.agrees().await;
}

#[tokio::test]
async fn a_double_refund_is_borne_by_the_house() {
    let fixture = PaymentsFixture::open().await;
    let sale = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    sale.refund(&json!({"to": "credit", "amount": 30})).await.expect(201).text("id");
    fixture
        .operate(|provider, now| provider.refund_in_dashboard(&sale.reference, None, now))
        .unwrap();
    sale.deliver_twice().await;
    sale.shows("refunded", json!(71)).await;
    assert_eq!(fixture.balance(seller(1)).await, 0);
    assert_eq!(fixture.balance(sale.buyer.id).await, 3_000);
    assert_eq!(fixture.on(AccountId::House).await, -3_000);
    fixture.agrees().await;
}

#[tokio::test]
async fn a_spent_top_up_refunded_in_the_dashboard_leaves_no_negative_balance() {
    let fixture = PaymentsFixture::open().await;
    let top_up = fixture.topped_up("pm_card_visa").await;
    let order = fixture.order_for(&top_up.buyer, &[(1, 3_000)]).await;
    let body = json!({"orderId": order.id, "method": "credit"});
    let accepting = async {
        let id = fixture.authorized(&order).await;
        fixture.complete(&order, id).await;
    };
    let paying = fixture.app.post(Some(&top_up.buyer), "/api/payments", &body);
    let (paid, ()) = tokio::join!(paying, accepting);
    paid.expect(201).text("id");
    fixture
        .operate(|provider, now| provider.refund_in_dashboard(&top_up.reference, None, now))
        .unwrap();
    top_up.deliver_twice().await;
    top_up.shows("refunded", json!(50)).await;
    assert_eq!(fixture.balance(top_up.buyer.id).await, 0);
    assert_eq!(fixture.balance(seller(1)).await, 3_000);
    assert_eq!(fixture.on(AccountId::House).await, -3_000);
    fixture.agrees().await;
    assert_eq!(top_up.shown().await.get("disputed"), None::<&Value>);
}

#[tokio::test]
async fn many_refunds_in_the_dashboard_are_booked_together() {
    let fixture = PaymentsFixture::open().await;
    let sale = fixture.sell(&[(1, 4_100)], "pm_card_visa").await;
    fixture.operate(|provider, now| {
        for _ in 0..100 {
            provider.refund_in_dashboard(&sale.reference, Some(1), now).unwrap();
        }
    });
    sale.refund(&json!({"amount": 1})).await.expect(201).text("id");
    sale.shows("refunded", json!(2)).await;
    fixture.agrees().await;
}
