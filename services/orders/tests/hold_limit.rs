//! Limits on the unpaid units of a buyer, also after unpaid orders; held units by class of account.

use std::time::Duration;

use contract::inventory;
use contract::payment::{self, PaymentState, PaymentStatus};
use contract::ticket::TicketState;
use futures::future::join_all;
use orders::Settings;
use orders::loops::held;
use testing::{Reply, TestApp, User};

use crate::box_office::{BoxOffice, cancel, items, limited, order, outcomes, ticket};

#[tokio::test]
async fn exactly_the_limit_of_units_of_a_ticket_can_be_held() {
    let (office, ann, one) = BoxOffice::with_settings(limited(5, 500, 0), ticket(1, 50)).await;
    let (bob, two) = (office.user(), office.offer(ticket(2, 50)).await);
    order(&office, &ann, &one, 6).await.expect_problem(409, "hold_limit");
    order(&office, &ann, &one, 3).await.expect(201);
    order(&office, &ann, &one, 2).await.expect(201);
    let refused = order(&office, &ann, &one, 1).await.expect_problem(409, "hold_limit");
    let detail = refused.text("detail");
    assert!(detail.contains(&one.id.to_string()) && detail.contains("5 units"), "{detail}");
    order(&office, &ann, &two, 5).await.expect(201);
    order(&office, &bob, &one, 5).await.expect(201);
    let office = office.restart_with(limited(5, 500, 0)).await;
    order(&office, &ann, &one, 1).await.expect_problem(409, "hold_limit");
    let office = office.restart_with(limited(6, 500, 0)).await;
    order(&office, &ann, &one, 1).await.expect(201);
}

#[tokio::test]
async fn cancelled_expired_and_paid_orders_hold_no_units() {
    let (office, buyer, offered) = BoxOffice::with_settings(limited(1, 500, 0), ticket(1, 9)).await;
    let first = order(&office, &buyer, &offered, 1).await.expect(201).text("id");
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
    cancel(&office, &buyer, &first).await;
    let second = order(&office, &buyer, &offered, 1).await.expect(201).text("id");
    cancel(&office, &buyer, &first).await;
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
    // An order that awaits a payment holds its units too.
    let paying = office.payment(7, second.parse().unwrap(), &buyer);
    office.deliver(&[payment::STARTED.of(paying.clone())]).await;
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
    office.deliver(&[payment::AUTHORIZED.of(paying.clone()), payment::AUTHORIZED.of(paying)]).await;
    order(&office, &buyer, &offered, 1).await.expect(201);
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
    office.pass(Duration::from_secs(61)).await;
    order(&office, &buyer, &offered, 1).await.expect(201);
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
}

#[tokio::test]
async fn concurrent_orders_hold_no_more_than_the_limit() {
    let (office, buyer, offered) =
        BoxOffice::with_settings(limited(7, 500, 0), ticket(1, 50)).await;
    let replies = join_all((0..40).map(|_| order(&office, &buyer, &offered, 1))).await;
    assert_eq!(outcomes(&replies, "hold_limit"), (7, 33));
    office.settle().await;
    let stock = office.published(inventory::CHANGED).await;
    assert_eq!(stock.last().map(|stock| stock.held), Some(7));
}

#[tokio::test]
async fn an_order_of_several_tickets_is_held_as_a_whole_or_not_at_all() {
    let (office, buyer, one) = BoxOffice::with_settings(limited(2, 500, 0), ticket(1, 9)).await;
    let two = office.offer(ticket(2, 9)).await;
    order(&office, &buyer, &two, 1).await.expect(201);
    let both = items(&[(&one, 1), (&two, 2)]);
    office.post(Some(&buyer), "/api/orders", &both).await.expect_problem(409, "hold_limit");
    order(&office, &buyer, &one, 2).await.expect(201);
}

#[tokio::test]
async fn orders_from_before_the_limit_are_not_counted_and_end_normally() {
    let (office, buyer, offered) = BoxOffice::with_settings(limited(0, 0, 0), ticket(1, 500)).await;
    for _ in 0..2 {
        order(&office, &buyer, &offered, 100).await.expect(201);
    }
    let before = order(&office, &buyer, &offered, 3).await.expect(201).text("id");
    let office = office.restart_with(limited(2, 500, 0)).await;
    order(&office, &buyer, &offered, 2).await.expect(201);
    cancel(&office, &buyer, &before).await;
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "hold_limit");
}

#[tokio::test]
async fn the_total_counts_the_units_of_all_tickets() {
    let (office, ann, one) = BoxOffice::with_settings(limited(100, 5, 0), ticket(1, 50)).await;
    let (bob, two) = (office.user(), office.offer(ticket(2, 50)).await);
    let first = order(&office, &ann, &one, 3).await.expect(201).text("id");
    let refused = order(&office, &ann, &two, 3).await.expect_problem(409, "hold_limit");
    assert_eq!(refused.text("detail"), "No more than 5 units can be held unpaid at once");
    order(&office, &ann, &two, 2).await.expect(201);
    order(&office, &ann, &one, 1).await.expect_problem(409, "hold_limit");
    cancel(&office, &ann, &first).await;
    order(&office, &ann, &two, 3).await.expect(201);
    let both = items(&[(&one, 3), (&two, 3)]);
    office.post(Some(&bob), "/api/orders", &both).await.expect_problem(409, "hold_limit");
}

/// Orders twenty times at once, alternating between two replicas and two tickets.
async fn spread_orders(
    apps: [&TestApp; 2],
    buyer: &User,
    tickets: [&TicketState; 2],
    units: impl Fn(u32) -> u32,
) -> Vec<Reply> {
    let asking = (0..20).map(|number| {
        let app = if number % 2 == 0 { apps[0] } else { apps[1] };
        let ticket = if number % 4 < 2 { tickets[0] } else { tickets[1] };
        order(app, buyer, ticket, units(number))
    });
    join_all(asking).await
}

#[tokio::test]
async fn replicas_count_holds_together() {
    let (office, second) = BoxOffice::open_replicas(limited(100, 7, 0)).await;
    let (one, two) = (office.offer(ticket(1, 50)).await, office.offer(ticket(2, 50)).await);
    let buyer = office.user();
    let replies = spread_orders([&office.app, &second], &buyer, [&one, &two], |_| 1).await;
    assert_eq!(outcomes(&replies, "hold_limit"), (7, 13));
}

/// As in production: 8 units of a ticket, 20 over all tickets, and one unit after two unpaid
/// orders.
fn strict() -> Settings {
    limited(8, 20, 2)
}

async fn placed(office: &BoxOffice, buyer: &User, ticket: &TicketState, units: u32) -> String {
    order(office, buyer, ticket, units).await.expect(201).text("id")
}

async fn refused(office: &BoxOffice, buyer: &User, ticket: &TicketState, units: u32) -> Reply {
    order(office, buyer, ticket, units).await.expect_problem(409, "hold_limit")
}

const WINDOW: Duration = Duration::from_mins(1);

#[tokio::test]
async fn after_two_cancelled_orders_one_unit_can_be_held_for_half_an_hour() {
    let (office, buyer, offered) = BoxOffice::with_settings(strict(), ticket(1, 100)).await;
    let other = office.offer(ticket(2, 100)).await;
    for _ in 0..2 {
        let order = placed(&office, &buyer, &offered, 8).await;
        office.clock().advance(Duration::from_secs(10));
        cancel(&office, &buyer, &order).await;
    }
    let problem = refused(&office, &buyer, &offered, 2).await;
    // The first was cancelled at 12:00:10, the second at 12:00:20.
    assert_eq!(
        problem.text("detail"),
        "2 of your orders ended unpaid: no more than 1 unit can be held unpaid at once until 2026-11-21T12:30:10.000Z"
    );
    assert_eq!(problem.header("retry-after"), "1790");
    let one = placed(&office, &buyer, &offered, 1).await;
    refused(&office, &buyer, &other, 1).await;
    office.pass(Duration::from_secs(30 * 60 - 11)).await;
    // That one ended unpaid as well.
    assert_eq!(office.status(&buyer, one.parse().unwrap()).await, "cancelled");
    refused(&office, &buyer, &offered, 2).await;
    office.clock().advance(Duration::from_secs(1));
    refused(&office, &buyer, &offered, 2).await;
    office.clock().advance(Duration::from_secs(10));
    placed(&office, &buyer, &offered, 8).await;
}

#[tokio::test]
async fn one_buyer_cannot_hold_the_only_unit_repeatedly() {
    for cancels in [true, false] {
        let office = BoxOffice::open_with(strict()).await;
        let (single, buyer) = (office.offer(ticket(1, 1)).await, office.user());
        for _ in 0..2 {
            let order = placed(&office, &buyer, &single, 1).await;
            office.clock().advance(Duration::from_secs(10));
            if cancels {
                cancel(&office, &buyer, &order).await;
            }
            office.pass(WINDOW).await;
        }
        let problem = refused(&office, &buyer, &single, 1).await;
        let (until, wait) = if cancels { ("12:30:10", "1670") } else { ("12:31:00", "1720") };
        let id = single.id;
        assert_eq!(
            problem.text("detail"),
            format!(
                "Your order of ticket {id} ended unpaid: its last unit cannot be ordered again until 2026-11-21T{until}.000Z"
            )
        );
        assert_eq!(problem.header("retry-after"), wait);
        let wait = wait.parse().map(Duration::from_secs).unwrap();
        office.clock().advance(wait.checked_sub(Duration::from_secs(1)).unwrap());
        refused(&office, &buyer, &single, 1).await;
        // Other buyers can order it in the meantime.
        let bob = office.user();
        cancel(&office, &bob, &placed(&office, &bob, &single, 1).await).await;
        office.clock().advance(Duration::from_secs(1));
        placed(&office, &buyer, &single, 1).await;
    }
}

#[tokio::test]
async fn expired_orders_count_before_and_after_their_sweep() {
    for settles in [true, false] {
        let office = BoxOffice::open_with(strict()).await;
        let (one, two) = (office.offer(ticket(1, 100)).await, office.offer(ticket(2, 100)).await);
        let buyer = office.user();
        placed(&office, &buyer, &one, 8).await;
        placed(&office, &buyer, &two, 8).await;
        // Long after the end of their holds.
        office.clock().advance(WINDOW + Duration::from_mins(20));
        if settles {
            office.settle().await;
        }
        refused(&office, &buyer, &two, 2).await;
        placed(&office, &buyer, &two, 1).await;
        office.settle().await;
        refused(&office, &buyer, &one, 1).await;
    }
}

#[tokio::test]
async fn recorded_unpaid_orders_outlive_a_restart() {
    let (office, buyer, offered) = BoxOffice::with_settings(strict(), ticket(1, 1)).await;
    for _ in 0..2 {
        cancel(&office, &buyer, &placed(&office, &buyer, &offered, 1).await).await;
    }
    let other = office.offer(ticket(2, 1)).await;
    cancel(&office, &buyer, &placed(&office, &buyer, &other, 1).await).await;
    let office = office.restart_with(strict()).await;
    for known in [&offered, &other] {
        refused(&office, &buyer, known, 1).await;
    }
}

#[tokio::test]
async fn an_order_placed_together_with_a_cancellation_is_held_to_the_new_allowance() {
    let (office, buyer, offered) = BoxOffice::with_settings(strict(), ticket(1, 100)).await;
    let mut held = placed(&office, &buyer, &offered, 8).await;
    let mut placed_units = Vec::new();
    for number in 2..8 {
        let next = office.offer(ticket(number, 100)).await;
        let asking = [8, 8, 2, 1, 1].map(|units| order(&office, &buyer, &next, units));
        let ((), replies) = futures::join!(cancel(&office, &buyer, &held), join_all(asking));
        let accepted = replies.iter().find(|reply| reply.status == 201);
        if let Some(accepted) = accepted {
            let count = replies.iter().filter(|reply| reply.status == 201).count();
            placed_units.push(accepted.json()["items"][0]["quantity"].as_u64().unwrap());
            held = accepted.text("id");
            assert!(count == 1 || placed_units.len() == 1, "{count} at once");
        }
    }
    let after_two = placed_units.iter().skip(1);
    assert!(after_two.clone().all(|units| *units == 1), "{placed_units:?}");
}

#[tokio::test]
async fn a_paid_order_neither_counts_nor_makes_others_forgotten() {
    let (office, buyer, offered) = BoxOffice::with_settings(strict(), ticket(1, 100)).await;
    let pay = async |order: &str, number| office.pay(number, order.parse().unwrap(), &buyer).await;
    for number in 0..4 {
        let order = placed(&office, &buyer, &offered, 1).await;
        pay(&order, number).await;
    }
    for _ in 0..2 {
        cancel(&office, &buyer, &placed(&office, &buyer, &offered, 8).await).await;
    }
    let other = office.offer(ticket(2, 100)).await;
    let one = placed(&office, &buyer, &other, 1).await;
    pay(&one, 9).await;
    refused(&office, &buyer, &other, 2).await;
    placed(&office, &buyer, &other, 1).await;
}

#[tokio::test]
async fn an_order_whose_payment_was_declined_ends_unpaid() {
    let (office, buyer, offered) = BoxOffice::with_settings(strict(), ticket(1, 100)).await;
    for number in 1..=2 {
        let order = placed(&office, &buyer, &offered, 1).await;
        let paying = office.payment(number, order.parse().unwrap(), &buyer);
        let started = PaymentState { version: 1, status: PaymentStatus::Started, ..paying.clone() };
        let reason = "card_declined".to_owned();
        let declined = PaymentState { status: PaymentStatus::Declined { reason }, ..paying };
        office.publish(&[payment::STARTED.of(started)]).await;
        office.deliver(&[payment::DECLINED.of(declined)]).await;
        office.pass(WINDOW).await;
    }
    refused(&office, &buyer, &offered, 2).await;
}

#[tokio::test]
async fn of_concurrent_orders_after_two_unpaid_ends_one_is_accepted() {
    let (office, second) = BoxOffice::open_replicas(strict()).await;
    let (one, two) = (office.offer(ticket(1, 100)).await, office.offer(ticket(2, 100)).await);
    let buyer = office.user();
    for app in [&office.app, &second] {
        let order = order(app, &buyer, &one, 8).await.expect(201).text("id");
        cancel(app, &buyer, &order).await;
    }
    let units = |number| 1 + number % 3;
    let replies = spread_orders([&office.app, &second], &buyer, [&one, &two], units).await;
    assert_eq!(outcomes(&replies, "hold_limit"), (1, 19));
}

#[tokio::test]
async fn held_units_are_shown_by_age_and_unpaid_ends_of_their_buyers_accounts() {
    let settings = limited(100, 500, 2);
    let office = BoxOffice::open_with(settings).await;
    let (store, clock) = (office.store(orders::NAME), office.platforms.clock.clone());
    let held = || held(store, &clock, settings.hold_limits);
    let offered = office.offer(ticket(1, 50)).await;
    assert_eq!(held().await.unwrap(), [("fresh", 0), ("unpaid", 0), ("known", 0)]);
    let (known, hoarder, day_old) = (office.user(), office.user(), office.user());
    office.clock().advance(Duration::from_hours(24) - Duration::from_secs(90));
    let sessions_are_new = |user: &testing::User| office.platforms.signed_in(user.id);
    let (known, hoarder) = (sessions_are_new(&known), sessions_are_new(&hoarder));
    let first = order(&office, &hoarder, &offered, 3).await.expect(201).text("id");
    cancel(&office, &hoarder, &first).await;
    order(&office, &hoarder, &offered, 5).await.expect(201);
    let day_old = sessions_are_new(&day_old);
    order(&office, &day_old, &offered, 1).await.expect(201);
    assert_eq!(held().await.unwrap(), [("fresh", 6), ("unpaid", 0), ("known", 0)]);
    office.clock().advance(Duration::from_secs(90));
    order(&office, &known, &offered, 4).await.expect(201);
    order(&office, &office.user(), &offered, 2).await.expect(201);
    // The orders of the previous day are overdue, and active until the sweep.
    assert_eq!(held().await.unwrap(), [("fresh", 2), ("unpaid", 5), ("known", 5)]);
    office.settle().await;
    assert_eq!(held().await.unwrap(), [("fresh", 2), ("unpaid", 0), ("known", 4)]);
}
