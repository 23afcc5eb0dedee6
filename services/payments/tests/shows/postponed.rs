//! The payer's refunds of a postponed show: units for their price, until the seller's date.

use std::time::Duration;

use contract::order::OrderItem;
use contract::show::ShowStatus;
use payments::TestProvider;
use payments::domain::AccountId::{House, Provider};
use payments::domain::{Payment, Schedule, ShowRefund, ShowRefunds};
use serde_json::json;
use testing::samples::item;

use crate::fixture::{
    CREDIT, PaymentsFixture, Sale, books, built_in, items_of_show, of, returning, returns,
};

const PERIOD: Duration = Duration::from_hours(48);

/// A paid order of 31.00 of a postponed show.
async fn postponed(card: &str) -> (PaymentsFixture<TestProvider>, Sale) {
    let fixture = built_in().await;
    let sale = fixture.sold_for_show(card).await;
    fixture.postpone().await;
    (fixture, sale)
}

impl PaymentsFixture<TestProvider> {
    async fn postpone(&self) {
        let refunds_until = self.platforms.clock.now().plus(PERIOD);
        self.show_becomes(5, ShowStatus::Postponed { refunds_until }).await;
    }
}

#[tokio::test]
async fn the_payer_returns_all_units_for_their_price() {
    let (fixture, sale) = postponed("tok_visa").await;
    let all = [(1, 2), (3, 1)];
    let reply = fixture.refund_with_units(&sale.buyer, &sale, &json!({}), &all).await.expect(201);
    assert_eq!((reply.text("status"), reply.text("to")), ("succeeded".into(), "card".into()));
    assert_eq!((reply.at("amount"), reply.text("origin")), (json!(31), "requested".into()));
    assert_eq!(reply.at("returns"), returns(&all));
    fixture.refund(&sale.buyer, &sale, &json!({})).await.expect_problem(409, "refund_exceeds");
    assert_eq!(fixture.paid_refunds().await, [3_100]);
    fixture.books_become(&[]).await;
    fixture.check_sales().await;
}

#[tokio::test]
async fn each_unit_is_returned_once() {
    let (fixture, sale) = postponed("tok_visa").await;
    let one = json!({"returns": returns(&[(1, 1)])});
    for (count, amount) in [(1, 1_200), (2, 1_200)] {
        let reply = fixture.refund_with_units(&sale.buyer, &sale, &one, &[(1, count)]).await;
        assert_eq!(reply.expect(201).at("amount"), json!(amount / 100));
    }
    fixture.refund(&sale.buyer, &sale, &one).await.expect_problem(409, "refund_exceeds");
    let rest = [(1, 2), (3, 1)];
    let reply = fixture.refund_with_units(&sale.buyer, &sale, &json!({}), &rest).await.expect(201);
    assert_eq!((reply.at("amount"), reply.at("returns")), (json!(7), returns(&[(3, 1)])));
    assert_eq!(fixture.paid_refunds().await, [1_200, 1_200, 700]);
    fixture.books_become(&[]).await;
}

#[tokio::test]
async fn the_period_ends_at_the_sellers_date() {
    let (fixture, mut sale) = postponed("tok_visa").await;
    let one = json!({"returns": returns(&[(3, 1)])});
    fixture.clock().advance(PERIOD.saturating_sub(Duration::from_millis(1)));
    // The session has ended.
    sale.buyer = fixture.platforms.signed_in(sale.buyer.id);
    fixture.refund_with_units(&sale.buyer, &sale, &one, &[(3, 1)]).await.expect(201);
    fixture.clock().advance(Duration::from_millis(1));
    let late = fixture.refund(&sale.buyer, &sale, &json!({})).await;
    late.expect_problem(409, "refund_period_over");
    assert_eq!(fixture.paid_refunds().await, [700]);
}

#[tokio::test]
async fn after_the_date_only_a_payer_whose_refund_failed_may_request() {
    let fixture = built_in().await;
    let failed = fixture.sold_for_show("tok_refund_fails").await;
    let late = fixture.sold_for_show("tok_refund_fails").await;
    fixture.postpone().await;
    let reply = fixture.refund(&failed.buyer, &failed, &json!({})).await.expect(201);
    assert_eq!(reply.text("status"), "failed");
    fixture.refund(&fixture.seller(1), &late, &json!({})).await.expect(201);
    fixture.clock().advance(PERIOD);
    let payer = fixture.platforms.signed_in(late.buyer.id);
    let refused = fixture.refund(&payer, &late, &json!({})).await;
    refused.expect_problem(409, "refund_period_over");
    let payer = fixture.platforms.signed_in(failed.buyer.id);
    let (body, all) = (json!({"to": "credit"}), [(1, 2), (3, 1)]);
    let reply = fixture.refund_with_units(&payer, &failed, &body, &all).await.expect(201);
    assert_eq!(reply.text("status"), "succeeded");
    fixture.refund(&payer, &failed, &body).await.expect_problem(409, "refund_exceeds");
}

#[tokio::test]
async fn only_orders_for_another_venue_or_start_than_the_present_ones_are_returned() {
    let fixture = built_in().await;
    fixture.postpone().await;
    let show = fixture.show_refunds().await.unwrap();
    let Schedule { venue, starts_at } = show.schedule.unwrap();
    let earlier = starts_at.minus(Duration::from_millis(1));
    for (venue, starts_at, is_moved) in [
        (Some(&*venue), Some(starts_at), false),
        (Some("Arena"), Some(starts_at), true),
        (Some(&*venue), Some(earlier), true),
        (None, None, true),
    ] {
        let at = |item: OrderItem| OrderItem { venue: venue.map(str::to_owned), starts_at, ..item };
        let buyer = fixture.user();
        let items = items_of_show().into_iter().map(at).collect();
        let order = fixture.made_for_show(&buyer, items).await;
        let reply = fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
        let sale = Sale::of(buyer, order, &reply);
        let nothing = json!({});
        if is_moved {
            let all = [(1, 2), (3, 1)];
            fixture.refund_with_units(&sale.buyer, &sale, &nothing, &all).await.expect(201);
        } else {
            let refused = fixture.refund(&sale.buyer, &sale, &nothing).await;
            refused.expect_problem(403, "forbidden");
        }
    }
}

#[tokio::test]
async fn a_copy_without_venue_and_start_admits_as_moved() {
    let (fixture, sale) = postponed("tok_visa").await;
    let copy = fixture.show_refunds().await.unwrap();
    let mut old = serde_json::to_value(&copy).unwrap();
    old.as_object_mut().unwrap().remove("schedule").unwrap();
    let old: ShowRefunds = serde_json::from_value(old).unwrap();
    assert_eq!(old, ShowRefunds { schedule: None, ..copy });
    let payment: Payment =
        fixture.store(payments::NAME).find(&sale.id.to_string()).await.unwrap().unwrap();
    let now = fixture.platforms.clock.now();
    assert_eq!(old.admit_payer(&sale.order, &payment, now), Ok(()));
}

#[tokio::test]
async fn a_repeat_with_the_same_key_is_admitted_once_the_postponement_arrives() {
    let fixture = built_in().await;
    let sale = fixture.sold_for_show("tok_visa").await;
    let (path, nothing) = (sale.refunds(), json!({}));
    let early = fixture.post_keyed(&sale.buyer, &path, "k", &nothing).await;
    early.expect_problem(403, "forbidden");
    fixture.postpone().await;
    let repeat = fixture.post_keyed(&sale.buyer, &path, "k", &nothing);
    let (repeat, ()) = tokio::join!(repeat, fixture.put_on_sale(&sale, &[(1, 2), (3, 1)]));
    assert_eq!(repeat.expect(201).text("status"), "succeeded");
}

#[tokio::test]
async fn only_the_payer_of_an_order_of_a_postponed_show_may_request() {
    let fixture = built_in().await;
    let sale = fixture.sold_for_show("tok_visa").await;
    let other = fixture.sold("tok_visa").await;
    let nothing = json!({});
    fixture.refund(&sale.buyer, &sale, &nothing).await.expect_problem(403, "forbidden");
    fixture.postpone().await;
    fixture.refund(&other.buyer, &other, &nothing).await.expect_problem(403, "forbidden");
    fixture.refund(&other.buyer, &sale, &nothing).await.expect_problem(404, "not_found");
    fixture.refund(&sale.buyer, &sale, &returning(12, &[(1, 1)])).await.expect_fields(&["amount"]);
    let foreign = json!({"returns": returns(&[(2, 1)])});
    fixture.refund(&sale.buyer, &sale, &foreign).await.expect_fields(&["returns"]);
    let many = json!({"returns": returns(&[(1, u32::MAX)])});
    fixture.refund(&sale.buyer, &sale, &many).await.expect_problem(409, "refund_exceeds");
    fixture.show_becomes(6, ShowStatus::Scheduled).await;
    fixture.refund(&sale.buyer, &sale, &nothing).await.expect_problem(403, "forbidden");
    assert!(fixture.refunds(&sale).await.is_empty());
}

#[tokio::test]
async fn the_house_bears_what_the_seller_has_spent() {
    let (fixture, sale) = postponed("tok_visa").await;
    let order = fixture.made_of(&fixture.seller(1), vec![item(105, 202, 3_000, 1)]).await;
    fixture.paid(&fixture.seller(1), &order, CREDIT).await.expect(201);
    let all = [(1, 2), (3, 1)];
    fixture.refund_with_units(&sale.buyer, &sale, &json!({}), &all).await.expect(201);
    fixture.books_become(&books(0, 3_000, &[(House, -3_000)])).await;
    fixture.check_sales().await;
}

#[tokio::test]
async fn free_units_and_units_refunded_by_the_seller_are_returned_without_money() {
    let fixture = built_in().await;
    let buyer = fixture.user();
    let items = [items_of_show(), vec![item(104, 201, 0, 2)]].concat();
    let order = fixture.made_for_show(&buyer, items).await;
    let reply = fixture.paid(&buyer, &order, "tok_visa").await.expect(201);
    let sale = Sale::of(buyer, order, &reply);
    fixture.postpone().await;
    let free = json!({"returns": returns(&[(4, 1)])});
    let reply = fixture.refund_with_units(&sale.buyer, &sale, &free, &[(4, 1)]).await.expect(201);
    assert_eq!(reply.at("amount"), json!(0));
    fixture.refund(&fixture.seller(1), &sale, &json!({"amount": 30})).await.expect(201);
    let all = [(4, 2), (1, 2), (3, 1)];
    let reply = fixture.refund_with_units(&sale.buyer, &sale, &json!({}), &all).await.expect(201);
    assert_eq!(reply.at("amount"), json!(1), "at most the remainder");
    fixture.books_become(&[]).await;
    fixture.check_sales().await;
}

#[tokio::test]
async fn a_rejected_refund_can_be_repeated_to_credit() {
    let (fixture, sale) = postponed("tok_refund_fails").await;
    let reply = fixture.refund(&sale.buyer, &sale, &json!({})).await.expect(201);
    assert_eq!(reply.text("status"), "failed");
    let (body, all) = (json!({"to": "credit"}), [(1, 2), (3, 1)]);
    let reply = fixture.refund_with_units(&sale.buyer, &sale, &body, &all).await.expect(201);
    assert_eq!(reply.text("status"), "succeeded");
    fixture.books_become(&[(of(sale.buyer.id), 3_100), (Provider, -3_100)]).await;
    fixture.check_sales().await;
}

#[tokio::test]
async fn a_cancellation_after_the_payers_refund_refunds_the_rest() {
    let (fixture, sale) = postponed("tok_visa").await;
    let one = json!({"returns": returns(&[(1, 1)])});
    fixture.refund_with_units(&sale.buyer, &sale, &one, &[(1, 1)]).await.expect(201);
    fixture.cancel_show().await;
    fixture.progress_becomes(0, 1, 0).await;
    assert_eq!(fixture.paid_refunds().await, [1_200, 1_900]);
    fixture.sale_is(&sale.order, ShowRefund::Done).await;
    fixture.refund(&sale.buyer, &sale, &json!({})).await.expect_problem(403, "forbidden");
    fixture.books_become(&[]).await;
}
