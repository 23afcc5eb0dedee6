//! Cancelled shows while processes end, and with two replicas: each refund is paid exactly once.

use contract::show::ShowStatus;
use payments::domain::ShowRefund;
use provider_simulator::FaultKind::{LoseRequest, LoseResponse};
use provider_simulator::Operation::CreateRefund;

use crate::fixture::{
    built_in, built_in_with_two_replicas, in_process, items_of_show, show_message,
};

const ORDERS: u32 = 5;

#[tokio::test]
async fn a_process_that_ends_at_any_moment_refunds_each_order_once() {
    for turns in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144] {
        let mut fixture = built_in().await;
        for _ in 0..ORDERS {
            fixture.sold_for_show("tok_visa").await;
        }
        fixture.cancel_show().await;
        for _ in 0..3 {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
            fixture = fixture.crash_and_restart().await;
        }
        fixture.progress_becomes(0, ORDERS, 0).await;
        for refunds in fixture.refunds_by_payment().await {
            assert_eq!(refunds, [3_100], "after {turns} turns");
        }
        fixture.books_become(&[]).await;
    }
}

#[tokio::test]
async fn a_process_that_ends_before_or_during_the_call_refunds_once() {
    for (kind, paid) in [(LoseRequest, &[][..]), (LoseResponse, &[3_100])] {
        let fixture = in_process().await;
        let sale = fixture.sold_for_show("pm_card_visa").await;
        fixture.plan(kind, CreateRefund, 1_000);
        fixture.cancel_show().await;
        let is_so = || async {
            let refund = fixture.sale_of(&sale.order).await.unwrap().refund;
            matches!(refund, ShowRefund::Requested { .. }) && fixture.paid_refunds() == paid
        };
        fixture.eventually("the refund is requested", is_so).await;
        let fixture = fixture.restart_without_faults().await;
        fixture.progress_becomes(0, 1, 0).await;
        assert_eq!(fixture.paid_refunds(), [3_100]);
        fixture.books_become(&[]).await;
    }
}

#[tokio::test]
async fn two_replicas_refund_each_order_once() {
    let fixture = built_in_with_two_replicas().await;
    for _ in 0..ORDERS * 4 {
        let buyer = fixture.user();
        let order = fixture.made_for_show(&buyer, items_of_show()).await;
        fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    }
    let now = fixture.platforms.clock.now();
    fixture.publish(show_message(9, ShowStatus::Cancelled, now)).await;
    fixture.progress_becomes(0, ORDERS * 4, 0).await;
    for refunds in fixture.refunds_by_payment().await {
        assert_eq!(refunds, [3_100]);
    }
    fixture.books_become(&[]).await;
}
