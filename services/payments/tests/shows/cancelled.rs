//! A cancelled show: every paid order is refunded once by the origin of its payment.

use std::time::Duration;

use contract::order::{COMPLETED, OrderState, OrderStatus};
use contract::part::{Made, Obstacle};
use contract::payment::REFUNDED;
use contract::person::PersonAction;
use contract::show::ShowStatus;
use contract::show_refunds;
use metrics_exporter_prometheus::PrometheusBuilder;
use payments::domain::AccountId::{House, Provider};
use payments::domain::ShowRefund;
use serde_json::json;
use testing::samples::item;

use crate::fixture::{CREDIT, Sale, books, built_in, ended, items_of_show, of, show, show_message};

#[tokio::test]
async fn each_paid_order_is_refunded_by_the_origin_of_its_payment() {
    let fixture = built_in().await;
    let by_card = fixture.sold_for_show("tok_visa").await;
    let payer = fixture.buyer_with(31).await;
    let order = fixture.made_for_show(&payer, items_of_show()).await;
    let reply = fixture.paid(&payer, &order, CREDIT).await.expect(201);
    let by_credit = Sale::of(payer, order, &reply);
    let in_part = fixture.sold_for_show("tok_visa").await;
    fixture.refund(&fixture.seller(1), &in_part, &json!({"amount": 10})).await.expect(201);
    let refunded = fixture.sold_for_show("tok_visa").await;
    fixture.refund(&fixture.seller(1), &refunded, &json!({})).await.expect(201);
    let free = fixture.free_of_show().await;
    let other = fixture.sold("tok_visa").await;
    fixture.cancel_show().await;
    fixture.progress_becomes(0, 3, 0).await;
    for (sale, expected) in [
        (&by_card, vec![(31.0, "card")]),
        (&by_credit, vec![(31.0, "credit")]),
        (&in_part, vec![(10.0, "card"), (21.0, "card")]),
        (&refunded, vec![(31.0, "card")]),
        (&other, vec![]),
    ] {
        let refunds = fixture.refunds(sale).await;
        let facts = refunds.iter().map(|refund| {
            assert_eq!((&refund["status"], &refund["returns"]), (&json!("succeeded"), &json!([])));
            (refund["amount"].as_f64().unwrap(), refund["to"].as_str().unwrap())
        });
        assert_eq!(facts.collect::<Vec<_>>(), expected);
    }
    assert_eq!(fixture.refunds(&by_card).await[0]["origin"], "show_cancelled");
    for order in [&refunded.order, &free] {
        fixture.sale_is(order, ShowRefund::NothingOwed).await;
    }
    assert_eq!(fixture.sale_of(&other.order).await, None);
    let credited = [(of(by_credit.buyer.id), 3_100), (Provider, -7_200)];
    fixture.books_become(&books(3_100, 1_000, &credited)).await;
    let published = fixture.published(REFUNDED).await;
    assert!(published.iter().all(|state| state.returned.is_empty()), "no unit returns to sale");
    let progress = || async { fixture.published(show_refunds::CHANGED).await };
    let is_done = || async {
        let last = progress().await.pop();
        last.is_some_and(|last| (last.owed, last.done, last.failed) == (0, 3, 0))
    };
    fixture.eventually("the last progress is published", is_done).await;
    let versions: Vec<u64> = progress().await.iter().map(|state| state.version).collect();
    assert!(versions.is_sorted_by(|one, next| one < next), "{versions:?}");
}

#[tokio::test]
async fn a_rejected_refund_becomes_credit_of_the_whole_owed_amount() {
    let fixture = built_in().await;
    let sale = fixture.sold_for_show("tok_refund_fails").await;
    fixture.cancel_show().await;
    fixture.progress_becomes(0, 0, 1).await;
    let refunds = fixture.refunds(&sale).await;
    let facts = refunds.iter().map(|refund| (refund["status"].clone(), refund["to"].clone()));
    let expected = [(json!("failed"), json!("card")), (json!("succeeded"), json!("credit"))];
    assert_eq!(facts.collect::<Vec<_>>(), expected);
    assert_eq!(fixture.refunded(&sale).await, json!(31));
    fixture.books_become(&[(of(sale.buyer.id), 3_100), (Provider, -3_100)]).await;
    fixture.refund_by_admin(&sale, &json!({})).await.expect_problem(409, "refund_exceeds");
}

#[tokio::test]
async fn the_part_of_the_house_is_counted_by_currency() {
    let metrics = PrometheusBuilder::new().build_recorder();
    let _recorded = metrics::set_default_local_recorder(&metrics);
    let fixture = built_in().await;
    let sale = fixture.sold_for_show("tok_visa").await;
    // The seller buys tickets of another seller by credit.
    let seller = fixture.seller(1);
    let order = fixture.made_of(&seller, vec![item(105, 202, 3_000, 1)]).await;
    fixture.paid(&seller, &order, CREDIT).await.expect(201);
    fixture.cancel_show().await;
    fixture.progress_becomes(0, 1, 0).await;
    assert_eq!(fixture.refunded(&sale).await, json!(31));
    fixture.books_become(&books(0, 3_000, &[(House, -3_000)])).await;
    let metrics = metrics.handle().render();
    let counted = "show_refunds_by_house_minor_units_total{currency=\"usd\"} 3000";
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn an_order_that_is_completed_after_the_cancellation_is_refunded_too() {
    let fixture = built_in().await;
    fixture.cancel_show().await;
    let sale = fixture.sold_for_show("tok_visa").await;
    let free = fixture.free_of_show().await;
    fixture.progress_becomes(0, 1, 0).await;
    assert_eq!(fixture.refunded(&sale).await, json!(31));
    fixture.sale_is(&free, ShowRefund::NothingOwed).await;
    fixture.books_become(&[]).await;
}

#[tokio::test]
async fn the_end_of_the_count_is_published_though_nothing_is_owed() {
    let fixture = built_in().await;
    let free = fixture.free_of_show().await;
    fixture.cancel_show().await;
    fixture.sale_is(&free, ShowRefund::NothingOwed).await;
    let published = || async { fixture.published(show_refunds::CHANGED).await };
    fixture.eventually("it is published", || async { !published().await.is_empty() }).await;
    let facts =
        |state: &show_refunds::ShowRefundsState| (state.version, state.is_counted, state.owed);
    assert_eq!(published().await.iter().map(facts).collect::<Vec<_>>(), [(1, true, 0)]);
}

#[tokio::test]
async fn an_order_whose_payment_is_lost_stays_owed() {
    let fixture = built_in().await;
    fixture.cancel_show().await;
    let order = fixture.order_of(fixture.user().id, items_of_show());
    let status = OrderStatus::Complete { payment_id: Some(fixture.platforms.id().into()) };
    let order = OrderState { show_id: Some(show()), status, ..order };
    let before = fixture.platforms.clock.now();
    fixture.publish(COMPLETED.of(order.clone())).await;
    let is_deferred = || async {
        let due_at = fixture.sale_of(&order).await.and_then(|sale| sale.due_at());
        due_at.is_some_and(|at| at >= before.plus(Duration::from_hours(1)))
    };
    let deferred = Box::pin(fixture.eventually("the refund is deferred", is_deferred));
    fixture.while_time_passes(deferred).await;
    fixture.progress_becomes(1, 0, 0).await;
}

#[tokio::test]
async fn messages_of_a_show_in_any_order_and_repeated_refund_once() {
    let fixture = built_in().await;
    let sale = fixture.sold_for_show("tok_visa").await;
    let now = fixture.platforms.clock.now();
    fixture.cancel_show().await;
    for (version, status) in [
        (9, ShowStatus::Cancelled),
        (8, ShowStatus::Scheduled),
        (10, ShowStatus::Scheduled),
        (11, ShowStatus::Cancelled),
    ] {
        fixture.publish(show_message(version, status, now)).await;
    }
    fixture.publish(ended(&sale.order, sale.id, None)).await;
    fixture.show_becomes(12, ShowStatus::Cancelled).await;
    fixture.progress_becomes(0, 1, 0).await;
    assert_eq!(fixture.paid_refunds().await, [3_100]);
    assert!(fixture.dead_letters().await.is_empty());
    fixture.books_become(&[]).await;
}

#[tokio::test]
async fn an_erasure_waits_for_the_refunds_of_a_cancelled_show() {
    let fixture = built_in().await;
    let sale = fixture.sold_for_show("tok_refund_pending").await;
    let check = PersonAction::CheckErasure { forfeits_credit: true };
    let open = Made::Check { obstacles: vec![Obstacle::OpenPayments] };
    let nothing = Made::Check { obstacles: Vec::new() };
    let users = [sale.buyer.id, fixture.seller(1).id];
    for user in users {
        assert_eq!(fixture.part(user, check).await, nothing);
    }
    fixture.cancel_show().await;
    fixture.progress_becomes(1, 0, 0).await;
    for user in users {
        assert_eq!(fixture.part(user, check).await, open);
    }
    assert_eq!(fixture.part(fixture.seller(2).id, check).await, nothing);
    // The bank decides.
    fixture.clock().advance(Duration::from_secs(61));
    fixture.progress_becomes(0, 1, 0).await;
    for user in users {
        assert_eq!(fixture.part(user, check).await, nothing);
    }
}

#[tokio::test]
async fn more_orders_than_a_page_and_than_concurrent_calls_are_refunded() {
    let fixture = built_in().await;
    for _ in 0..130 {
        let buyer = fixture.user();
        let order = fixture.made_for_show(&buyer, items_of_show()).await;
        fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    }
    fixture.cancel_show().await;
    fixture.progress_becomes(0, 130, 0).await;
    fixture.books_become(&[]).await;
}
