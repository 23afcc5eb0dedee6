//! Sales of complete orders of shows: published with each change of their units and money.

use contract::order::{COMPLETED, OrderState, OrderStatus};
use contract::sale::{self, SaleState};
use payments::TestProvider;
use payments::domain::ShowRefund;
use serde_json::json;
use testing::samples::usd;

use crate::fixture::{PaymentsFixture, built_in, returning, show};

impl<P> PaymentsFixture<P> {
    /// Waits until the sale of an order has this refund.
    pub(crate) async fn sale_is(&self, order: &OrderState, refund: ShowRefund) {
        let is_so =
            || async { self.sale_of(order).await.is_some_and(|sale| sale.refund == refund) };
        let fact = format!("the refund is {refund:?}");
        self.while_time_passes(Box::pin(self.eventually(&fact, is_so))).await;
    }
}

impl PaymentsFixture<TestProvider> {
    /// Waits until the sale of an order is published as it is stored, and returns it.
    async fn published_sale(&self, order: &OrderState) -> SaleState {
        let stored = self.sale_of(order).await.unwrap().state;
        let is_so = || async { self.published(sale::CHANGED).await.contains(&stored) };
        self.eventually("the stored sale is published", is_so).await;
        stored
    }
}

#[tokio::test]
async fn a_sale_is_published_with_each_change_of_its_units_and_money() {
    let fixture = built_in().await;
    let sold = fixture.sold_for_show("tok_visa").await;
    fixture.check_sales().await;
    let state = fixture.published_sale(&sold.order).await;
    assert_eq!((state.order_id, state.show_id), (sold.order.id, show()));
    assert_eq!((state.buyer, state.seller), (sold.buyer.id, fixture.seller(1).id));
    assert_eq!(state.ordered_at, sold.order.created_at);
    assert_eq!((state.paid, state.refunded, state.disputed), (usd(3_100), usd(0), usd(0)));
    let units: Vec<(u32, u32)> = state.items.iter().map(|it| (it.quantity, it.returned)).collect();
    assert_eq!(units, [(2, 0), (1, 0)]);
    let body = returning(12, &[(1, 1)]);
    fixture.refund_with_units(&fixture.seller(1), &sold, &body, &[(1, 1)]).await.expect(201);
    let is_returned =
        || async { fixture.sale_of(&sold.order).await.unwrap().state.items[0].returned == 1 };
    fixture.eventually("the sale has the returned unit", is_returned).await;
    let state = fixture.published_sale(&sold.order).await;
    assert_eq!((state.paid, state.refunded), (usd(3_100), usd(1_200)));
    let versions: Vec<u64> =
        fixture.published(sale::CHANGED).await.iter().map(|state| state.version).collect();
    assert!(versions.is_sorted_by(|one, next| one < next), "{versions:?}");
    fixture.check_sales().await;
    fixture.refund(&fixture.seller(1), &sold, &json!({})).await.expect(201);
    fixture.check_sales().await;
}

#[tokio::test]
async fn an_order_without_a_show_has_no_sale() {
    let fixture = built_in().await;
    let sold = fixture.sold("tok_visa").await;
    fixture.refund(&fixture.seller(1), &sold, &json!({})).await.expect(201);
    assert_eq!(fixture.sale_of(&sold.order).await, None);
    assert_eq!(fixture.show_refunds().await, None);
    assert!(fixture.published(sale::CHANGED).await.is_empty());
}

#[tokio::test]
async fn a_free_order_and_its_repeat_are_one_sale() {
    let fixture = built_in().await;
    let order = fixture.free_of_show().await;
    fixture.publish(COMPLETED.of(order.clone())).await;
    let status = OrderStatus::Complete { payment_id: None };
    fixture.publish(COMPLETED.of(OrderState { version: 2, status, ..order.clone() })).await;
    fixture.sale_is(&order, ShowRefund::Unmarked).await;
    let sold = fixture.sold_for_show("tok_visa").await;
    fixture.published_sale(&order).await;
    fixture.published_sale(&sold.order).await;
    let published = fixture.published(sale::CHANGED).await;
    assert_eq!(published.iter().filter(|state| state.order_id == order.id).count(), 1);
}
