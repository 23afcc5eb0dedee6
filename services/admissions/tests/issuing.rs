//! One admission per unit, once: whatever order messages arrive in, and however often.

use contract::admission::AdmissionStatus;
use contract::show::ShowStatus;
use testing::samples::item;

use crate::fixture::{Fixture, SELLER, complete_order, returned};

#[tokio::test]
async fn a_complete_order_issues_one_admission_per_unit_once() {
    let app = Fixture::open().await;
    let ann = app.user();
    let mut order = complete_order(1, &ann, 3);
    order.items.push(item(4, SELLER, 500, 1));
    for _ in 0..2 {
        app.complete(&order).await;
    }
    let issued = app.admissions(&order).await;
    let units: Vec<_> = issued.iter().map(|state| (state.unit, state.units)).collect();
    assert_eq!(units, [(1, 3), (2, 3), (3, 3), (1, 1)]);
    assert!(issued.iter().all(|state| state.holder == ann.id && state.seller != ann.id));
    assert_eq!(app.messages().await, [4, 0, 0]);
}

#[tokio::test]
async fn a_refund_voids_the_latest_units() {
    let app = Fixture::open().await;
    let order = complete_order(1, &app.user(), 3);
    app.complete(&order).await;
    app.complete(&returned(&order, 2)).await;
    assert_eq!(app.live(&order).await, [1]);
    // An earlier message has no effect any more.
    app.complete(&order).await;
    app.complete(&returned(&order, 1)).await;
    assert_eq!(app.live(&order).await, [1]);
    assert_eq!(app.messages().await, [3, 0, 2]);
}

#[tokio::test]
async fn units_that_came_back_before_the_order_arrived_are_void_from_the_beginning() {
    let app = Fixture::open().await;
    let order = complete_order(1, &app.user(), 2);
    app.complete(&returned(&order, 1)).await;
    assert_eq!(app.live(&order).await, [1]);
    app.complete(&order).await;
    assert_eq!((app.live(&order).await, app.messages().await), (vec![1], [2, 0, 1]));
    let void = app.admissions(&order).await.pop().unwrap();
    assert_eq!((void.version, matches!(void.status, AdmissionStatus::Void { .. })), (2, true));
}

#[tokio::test]
async fn a_cancelled_show_voids_every_admission_whichever_message_is_first() {
    let app = Fixture::open().await;
    let (before, after) = (complete_order(1, &app.user(), 2), complete_order(2, &app.user(), 2));
    app.complete(&before).await;
    app.change_show(1, ShowStatus::Scheduled).await;
    app.change_show(2, ShowStatus::Cancelled).await;
    // A copy of an earlier version changes nothing.
    app.change_show(1, ShowStatus::Scheduled).await;
    app.complete(&after).await;
    assert_eq!((app.live(&before).await, app.live(&after).await), (vec![], vec![]));
    assert_eq!(app.messages().await, [4, 0, 4]);
    // The refund of the units follows.
    app.complete(&returned(&before, 2)).await;
    assert_eq!(app.messages().await, [4, 0, 4]);
}

/// More admissions than a step of the loop voids.
#[tokio::test]
async fn a_cancelled_show_voids_page_by_page() {
    let app = Fixture::open().await;
    app.change_show(1, ShowStatus::Scheduled).await;
    let orders: Vec<_> = (0..15).map(|number| complete_order(number, &app.user(), 10)).collect();
    for order in &orders {
        app.complete(order).await;
    }
    app.change_show(2, ShowStatus::Cancelled).await;
    for order in &orders {
        assert_eq!(app.live(order).await, [0_u32; 0]);
    }
    assert_eq!(app.messages().await, [150, 0, 150]);
}
