//! The rate limit of orders per user.

use std::num::NonZeroU32;
use std::time::Duration;

use orders::Settings;
use serde_json::json;
use web::Quota;

use crate::box_office::{BoxOffice, ticket};

#[tokio::test]
async fn orders_are_limited_per_user() {
    let order_limit = NonZeroU32::new(2).map(Quota::per_minute);
    let shop = BoxOffice::open_with(Settings { order_limit, ..Settings::default() }).await;
    let ticket = shop.offer(ticket(1, 100)).await;
    let (ann, bob) = (shop.user(), shop.user());
    let body = json!({"ticketId": ticket.id});
    let order = async |buyer| shop.post(Some(buyer), "/api/orders", &body).await;
    for _ in 0..2 {
        order(&ann).await.expect(201);
    }
    let refused = order(&ann).await.expect_problem(429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), "30");
    order(&bob).await.expect(201);
    shop.clock().advance(Duration::from_millis(29_999));
    order(&ann).await.expect_problem(429, "too_many_requests");
    shop.clock().advance(Duration::from_millis(1));
    order(&ann).await.expect(201);
    order(&ann).await.expect_problem(429, "too_many_requests");
}
