//! Cancelled shows, and what happens at the provider meanwhile: refunds in the dashboard, banks that
//! reject refunds later, disputes, and late captures.

use std::time::Duration;

use contract::order::OrderState;
use payments::domain::AccountId::{Disputes, Provider, Refunds};
use payments::domain::ShowRefund;
use provider_simulator::EntryKind::{self, Authorized, Captured, Refunded, Released};
use provider_simulator::http::Simulator;
use provider_simulator::{Action, Operation, Outcome};
use serde_json::json;

use crate::fixture::{PaymentsFixture, Sale, items_of_show, of, simulated};

/// An order of 31.00 of the show, paid by this card at the simulated provider.
async fn sold(card: &str) -> (PaymentsFixture<Simulator>, Sale) {
    let fixture = simulated().await;
    let sale = fixture.sold_for_show(card).await;
    (fixture, sale)
}

impl PaymentsFixture<Simulator> {
    fn refunds_at_provider(&self, sale: &Sale) -> Vec<i64> {
        let of_kind = |(kind, amount): (EntryKind, i64)| (kind == Refunded).then_some(amount);
        self.moved(sale).into_iter().filter_map(of_kind).collect()
    }

    async fn becomes_owed(&self, order: &OrderState) {
        let is_owed = || async {
            let sale = self.sale_of(order).await.unwrap();
            matches!(sale.refund, ShowRefund::Owed { .. })
        };
        self.while_time_passes(Box::pin(self.eventually("it is owed", is_owed))).await;
    }
}

#[tokio::test]
async fn a_refund_in_the_dashboard_without_an_event_is_deducted() {
    for (part, expected) in [(None, &[3_100][..]), (Some(1_000), &[1_000, 2_100])] {
        let (fixture, sale) = sold("pm_card_visa").await;
        fixture.act(Action::Refund(part), &sale.reference);
        fixture.cancel_show().await;
        fixture.progress_becomes(0, 1, 0).await;
        assert_eq!(fixture.refunds_at_provider(&sale), expected);
        fixture.settles(0, 0, &[]).await;
    }
}

#[tokio::test]
async fn a_pending_refund_is_done_or_becomes_credit_when_the_bank_decides() {
    for (outcome, done, failed) in [(Outcome::Succeeded, 1, 0), (Outcome::Failed, 0, 1)] {
        let (fixture, sale) = sold("pm_card_pendingRefund").await;
        fixture.cancel_show().await;
        fixture.progress_becomes(1, 0, 0).await;
        // At the provider the money has left.
        fixture.books_become(&[(Refunds, 3_100), (Provider, -3_100)]).await;
        fixture.finish_refund(outcome);
        fixture.deliver_twice().await;
        fixture.progress_becomes(0, done, failed).await;
        if failed == 0 {
            fixture.settles(0, 0, &[]).await;
        } else {
            fixture.settles(0, 0, &[(of(sale.buyer.id), 3_100), (Provider, -3_100)]).await;
        }
    }
}

#[tokio::test]
async fn a_refund_that_the_bank_returns_later_becomes_credit_once() {
    let (fixture, sale) = sold("pm_card_refundFail").await;
    fixture.cancel_show().await;
    fixture.progress_becomes(0, 1, 0).await;
    fixture.settles(0, 0, &[]).await;
    fixture.finish_refund(Outcome::Failed);
    fixture.deliver_twice().await;
    fixture.progress_becomes(0, 0, 1).await;
    fixture.deliver_twice().await;
    fixture.progress_becomes(0, 0, 1).await;
    fixture.settles(0, 0, &[(of(sale.buyer.id), 3_100), (Provider, -3_100)]).await;
    assert_eq!(fixture.refunds(&sale).await.len(), 2);
}

#[tokio::test]
async fn a_sellers_refund_that_the_bank_returns_after_the_cancellation_is_owed() {
    let (fixture, sale) = sold("pm_card_refundFail").await;
    fixture.refund(&fixture.seller(1), &sale, &json!({})).await.expect(201);
    fixture.cancel_show().await;
    fixture.sale_is(&sale.order, ShowRefund::NothingOwed).await;
    fixture.finish_refund(Outcome::Failed);
    fixture.deliver_twice().await;
    fixture.progress_becomes(0, 1, 0).await;
    assert_eq!(fixture.refunds(&sale).await.len(), 2);
    fixture.settles(0, 0, &[]).await;
}

#[tokio::test]
async fn a_disputed_payment_is_refunded_once_the_bank_has_decided_for_the_seller() {
    for (outcome, refunded) in [(Outcome::Succeeded, &[3_100][..]), (Outcome::Failed, &[])] {
        let (fixture, sale) = sold("pm_card_visa").await;
        let id = fixture.act(Action::OpenDispute(None), &sale.reference);
        fixture.delivered(&sale, "disputeStatus", json!("open")).await;
        fixture.cancel_show().await;
        fixture.progress_becomes(1, 0, 0).await;
        fixture.settles(0, 0, &[(Disputes, 3_100), (Provider, -3_100)]).await;
        fixture.act(Action::CloseDispute(outcome), &id);
        fixture.deliver_twice().await;
        fixture.progress_becomes(0, 1, 0).await;
        assert_eq!(fixture.refunds_at_provider(&sale), refunded);
        fixture.settles(0, 0, &[]).await;
    }
}

#[tokio::test]
async fn the_rest_of_a_payment_with_a_lost_dispute_becomes_credit() {
    let (fixture, sale) = sold("pm_card_visa").await;
    let id = fixture.act(Action::OpenDispute(Some(1_000)), &sale.reference);
    fixture.act(Action::CloseDispute(Outcome::Failed), &id);
    fixture.delivered(&sale, "disputeStatus", json!("lost")).await;
    fixture.cancel_show().await;
    fixture.progress_becomes(0, 0, 1).await;
    assert_eq!(fixture.refunded(&sale).await, json!(21));
    fixture.settles(0, 0, &[(of(sale.buyer.id), 2_100), (Provider, -2_100)]).await;
}

#[tokio::test]
async fn a_payment_released_after_the_cancellation_leaves_nothing_owed_at_once() {
    let fixture = simulated().await;
    let buyer = fixture.user();
    let order = fixture.made_for_show(&buyer, items_of_show()).await;
    fixture.refuse(Operation::CaptureIntent);
    let paying = Box::pin(fixture.paid(&buyer, &order, "pm_card_visa"));
    let reply = fixture.while_time_passes(paying).await.expect(202);
    let sale = Sale::of(buyer, order, &reply);
    fixture.cancel_show().await;
    let start = fixture.platforms.clock.now();
    let waits = || async {
        let due_at = fixture.sale_of(&sale.order).await.and_then(|sale| sale.due_at());
        due_at.is_some_and(|at| at >= start.plus(Duration::from_hours(1)))
    };
    let waiting = Box::pin(fixture.eventually("the refund waits for the capture", waits));
    fixture.while_time_passes(waiting).await;
    fixture.act(Action::Cancel, &sale.reference);
    fixture.clear_faults();
    fixture.progress_becomes(0, 1, 0).await;
    assert!(fixture.platforms.clock.now().since(start) < Duration::from_mins(30));
    assert_eq!(fixture.ledger(&sale), [Authorized, Released]);
    fixture.settles(0, 0, &[]).await;
}

#[tokio::test]
async fn a_payment_captured_after_the_cancellation_is_refunded() {
    let fixture = simulated().await;
    let buyer = fixture.user();
    let order = fixture.made_for_show(&buyer, items_of_show()).await;
    fixture.refuse(Operation::CaptureIntent);
    let paying = Box::pin(fixture.paid(&buyer, &order, "pm_card_visa"));
    let reply = fixture.while_time_passes(paying).await.expect(202);
    let sale = Sale::of(buyer, order, &reply);
    fixture.cancel_show().await;
    fixture.becomes_owed(&sale.order).await;
    assert_eq!(fixture.ledger(&sale), [Authorized]);
    fixture.clear_faults();
    fixture.progress_becomes(0, 1, 0).await;
    assert_eq!(fixture.ledger(&sale), [Authorized, Captured, Refunded]);
    fixture.settles(0, 0, &[]).await;
}
