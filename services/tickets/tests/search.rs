//! GET /api/tickets?q=: bounded work, and a rate limit by cost.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod box_office;

use std::num::NonZeroU32;
use std::time::Duration;

use box_office::{BoxOffice, ids, next_page};
use futures::future::join_all;
use serde_json::json;
use tickets::Settings;
use web::Quota;

/// Tickets that one step examines.
const STEP: usize = 500;

/// A shop with a rare title that a search from the newest ticket on finds in its third step.
async fn shop(steps_per_minute: u32) -> (BoxOffice, String) {
    let limit = NonZeroU32::new(steps_per_minute).map(Quota::per_minute);
    let office =
        BoxOffice::open_with(Settings { search_limit: limit, ..Settings::default() }).await;
    let seller = office.stage.user();
    let rare = office.offer(&seller, json!({"title": "Rare", "price": 1})).await.text("id");
    office.stage.clock().advance(Duration::from_millis(1));
    let common = (0..2 * STEP).map(|_| office.offer(&seller, json!({"title": "x", "price": 1})));
    join_all(common).await;
    (office, rare)
}

#[tokio::test]
async fn a_search_ends_early_at_the_limit_and_continues_behind_what_it_examined() {
    let (office, rare) = shop(2).await;
    let first = office.show("/api/tickets?q=rare").await;
    assert_eq!((first.status, ids(&first).len()), (200, 0));
    let next = next_page(&first).unwrap();
    let refused = office.stage.get(None, &next).await;
    refused.expect_problem(429, "too_many_requests");
    assert_eq!(office.list("limit=1").await.len(), 1, "lists without a search have no such limit");
    office.stage.clock().advance(Duration::from_secs(30));
    let second = office.show(&next).await;
    assert_eq!(ids(&second), [rare]);
    assert_eq!(next_page(&second), None);
}

#[tokio::test]
async fn a_search_whose_page_is_full_costs_one_step() {
    let (office, _) = shop(3).await;
    for _ in 0..3 {
        assert_eq!(ids(&office.show("/api/tickets?q=x&limit=5").await).len(), 5);
    }
    let refused = office.stage.get(None, "/api/tickets?q=x&limit=5").await;
    refused.expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn without_a_limit_a_search_examines_everything_in_one_page() {
    let (office, rare) = shop(0).await;
    assert_eq!(office.list("q=rare").await, [rare]);
}
