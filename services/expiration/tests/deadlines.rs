//! Deadlines: announced when they pass and not before, whatever order the messages come in.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use contract::expiration::COMPLETE;
use contract::order::{
    CANCELLED, COMPLETED, CREATED, CancelReason, OrderState, OrderStatus, UPDATED,
};
use contract::{Currency, Id, Money, Outgoing};
use expiration::domain::{Deadline, Outcome, State};
use proptest::prelude::*;
use testing::platforms::START;
use testing::{Platforms, Stage};

async fn start(platforms: &Platforms) -> Stage {
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(expiration::NAME, sessions.clone());
    let service = expiration::service(platform).await.unwrap();
    Stage::start(platforms, sessions, vec![service])
}

fn order(number: u16, version: u64, status: OrderStatus, seconds: u64) -> OrderState {
    let mut bytes = [0; 12];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    OrderState {
        id: Id::from_bytes(bytes).into(),
        version,
        buyer: Id::from_bytes([3; 12]).into(),
        status,
        expires_at: START.plus(Duration::from_secs(seconds)),
        items: Vec::new(),
        total: Money::zero(Currency::USD),
        created_at: START,
    }
}

fn created(number: u16, seconds: u64) -> Outgoing {
    CREATED.of(order(number, 1, OrderStatus::Created, seconds))
}

fn awaiting(number: u16, seconds: u64) -> Outgoing {
    let payment_id = Id::from_bytes([8; 12]).into();
    UPDATED.of(order(number, 2, OrderStatus::AwaitingPayment { payment_id }, seconds))
}

fn complete(number: u16) -> Outgoing {
    let payment_id = Id::from_bytes([8; 12]).into();
    COMPLETED.of(order(number, 3, OrderStatus::Complete { payment_id }, 60))
}

fn cancelled(number: u16) -> Outgoing {
    let reason = CancelReason::Buyer;
    CANCELLED.of(order(number, 2, OrderStatus::Cancelled { reason }, 60))
}

async fn announced(stage: &Stage) -> usize {
    stage.settle().await;
    stage.published(COMPLETE).await.len()
}

#[tokio::test]
async fn a_deadline_is_announced_once_when_it_passes_and_not_before() {
    let platforms = Platforms::in_memory();
    let stage = start(&platforms).await;
    stage.publish(&[created(1, 60)]).await;
    stage.publish(&[created(1, 60)]).await;
    stage.clock().advance(Duration::from_millis(59_999));
    assert_eq!(announced(&stage).await, 0);
    stage.clock().advance(Duration::from_millis(1));
    assert_eq!(announced(&stage).await, 1);
    stage.clock().advance(Duration::from_hours(1));
    stage.publish(&[created(1, 60)]).await;
    assert_eq!(announced(&stage).await, 1, "a late redelivery does not arm it again");
}

#[tokio::test]
async fn ended_orders_are_never_announced_in_whatever_order_their_messages_come() {
    let stage = start(&Platforms::in_memory()).await;
    stage.publish(&[created(1, 60), created(2, 60)]).await;
    stage.publish(&[complete(1)]).await;
    stage.publish(&[cancelled(2)]).await;
    stage.publish(&[cancelled(3)]).await;
    stage.publish(&[created(3, 60)]).await;
    stage.clock().advance(Duration::from_hours(1));
    assert_eq!(announced(&stage).await, 0);
}

#[tokio::test]
async fn a_deadline_that_moved_is_announced_at_its_new_time_even_if_it_was_announced_before() {
    let stage = start(&Platforms::in_memory()).await;
    stage.publish(&[created(1, 60), created(2, 60)]).await;
    stage.publish(&[awaiting(1, 75)]).await;
    stage.settle().await;
    stage.clock().advance(Duration::from_mins(1));
    assert_eq!(announced(&stage).await, 1, "only the one that did not move");
    stage.publish(&[awaiting(2, 70)]).await;
    stage.settle().await;
    stage.clock().advance(Duration::from_secs(10));
    assert_eq!(announced(&stage).await, 2, "armed again by the newer version");
    stage.clock().advance(Duration::from_secs(5));
    assert_eq!(announced(&stage).await, 3);
}

#[tokio::test]
async fn ten_thousand_deadlines_survive_a_restart_and_are_all_announced() {
    let platforms = Platforms::in_memory();
    let stage = start(&platforms).await;
    for block in 0..20 {
        let orders: Vec<Outgoing> = (0..500).map(|at| created(block * 500 + at, 60)).collect();
        stage.publish(&orders).await;
    }
    stage.settle().await;
    stage.stop().await;
    platforms.hand().advance(Duration::from_mins(2));
    let stage = start(&platforms).await;
    assert_eq!(announced(&stage).await, 10_000);
}

#[tokio::test]
async fn settled_deadlines_are_forgotten_after_a_day() {
    let platforms = Platforms::in_memory();
    let stage = start(&platforms).await;
    stage.publish(&[cancelled(1)]).await;
    stage.settle().await;
    stage.clock().advance(Duration::from_hours(25));
    stage.settle().await;
    stage.publish(&[created(1, 60)]).await;
    assert_eq!(announced(&stage).await, 1, "nothing remembers it any more");
}

fn any_order() -> impl Strategy<Value = OrderState> {
    let payment_id = Id::from_bytes([8; 12]).into();
    (1_u64..6, 0_u64..120, 0..4).prop_map(move |(version, seconds, which)| {
        let status = match which {
            0 => OrderStatus::Created,
            1 => OrderStatus::AwaitingPayment { payment_id },
            2 => OrderStatus::Complete { payment_id },
            _ => OrderStatus::Cancelled { reason: CancelReason::Expired },
        };
        order(1, version, status, seconds)
    })
}

proptest! {
    #[test]
    fn twice_equals_once_and_nothing_is_early(orders in prop::collection::vec(any_order(), 1..10), now in 0_u64..150) {
        let now = START.plus(Duration::from_secs(now));
        let mut deadline = Deadline::of(&orders[0], START);
        for order in &orders {
            if let Outcome::Changed(changed) = deadline.follow(order, START) {
                deadline = changed;
            }
            prop_assert_eq!(deadline.follow(order, START), Outcome::Unchanged);
            if let Outcome::Changed(passed) = deadline.announce(now) {
                prop_assert!(now >= deadline.expires_at && deadline.state == State::Pending);
                prop_assert_eq!(passed.announce(now), Outcome::Unchanged);
                deadline = passed;
            }
        }
        prop_assert_eq!(deadline.version, orders.iter().map(|order| order.version).max().unwrap().max(deadline.version));
    }
}
