//! Cancelled shows: nothing more is sold, and open orders end.

use std::time::Duration;

use contract::order::{CANCELLED, CancelReason, OrderStatus};
use contract::payment::{AUTHORIZED, PaymentState, PaymentStatus, STARTED};
use contract::show::ShowStatus;
use contract::show_revision::REQUESTED;
use contract::{Outgoing, inventory, order, show_terms};
use futures::future::join_all;
use orders::{Inventory, Order, Settings, Show};
use testing::{TestApp, User};

use crate::box_office::{
    BoxOffice, items, limited, order as place, revision_of_show, settle_both, ticket_of_show,
};

fn cancellation() -> Outgoing {
    REQUESTED.of(revision_of_show(1, 2, ShowStatus::Cancelled))
}

/// The orders, as stored.
async fn all_orders(app: &TestApp) -> Vec<Order> {
    app.store(orders::NAME).scan("", 1_000).await.unwrap()
}

/// The units of the inventories: held, and sold.
async fn units(app: &TestApp) -> (u32, u32) {
    let all: Vec<Inventory> = app.store(orders::NAME).scan("", 100).await.unwrap();
    all.iter().fold((0, 0), |(held, sold), one| (held + one.held, sold + one.sold))
}

async fn is_ending(app: &TestApp) -> bool {
    let shows: Vec<Show> = app.store(orders::NAME).scan("", 9).await.unwrap();
    shows.iter().any(|show| show.is_ending)
}

const WITH_SHOW: OrderStatus = OrderStatus::Cancelled { reason: CancelReason::ShowCancelled };

#[tokio::test]
async fn open_orders_end_with_their_show_and_sold_units_stay_sold() {
    let office = BoxOffice::open_with(limited(5, 500, 1)).await;
    let (buyer, other) = (office.user(), office.user());
    let one = office.offer(ticket_of_show(1, 10)).await;
    let two = office.offer(ticket_of_show(2, 10)).await;
    let single = office.offer(crate::box_office::ticket(3, 10)).await;
    let sold = office.order(&buyer, &one).await;
    office.pay(7, sold, &buyer).await;
    let created = office.order(&buyer, &two).await;
    let awaiting = office.order(&other, &one).await;
    let paying = PaymentState {
        status: PaymentStatus::Started,
        version: 1,
        ..office.payment(8, awaiting, &other)
    };
    office.deliver(&[STARTED.of(paying)]).await;
    let elsewhere = office.order(&buyer, &single).await;
    office.deliver(&[cancellation(), cancellation()]).await;
    for (user, order, status) in [
        (&buyer, sold, "complete"),
        (&buyer, created, "cancelled"),
        (&other, awaiting, "cancelled"),
        (&buyer, elsewhere, "created"),
    ] {
        assert_eq!(office.status(user, order).await, status);
    }
    let ended = office.published(CANCELLED).await;
    assert!(ended.len() == 2 && ended.iter().all(|order| order.status == WITH_SHOW));
    assert_eq!((units(&office).await, is_ending(&office).await), ((1, 1), false));
    assert_eq!(office.published(show_terms::CHANGED).await.len(), 1);
    place(&office, &buyer, &two, 1).await.expect_problem(409, "show_cancelled");
    // The end is no unpaid end of the buyer: several units may be held.
    place(&office, &other, &single, 3).await.expect(201);
    let path = format!("/api/orders/{created}");
    let view = office.get(Some(&buyer), &path).await.expect(200);
    assert_eq!(view.text("reason"), "show_cancelled");
    assert_eq!(view.at("items")[0]["changed"]["show"]["status"], "cancelled");
    let timeline = office.get(Some(&buyer), &format!("{path}/timeline")).await.expect(200);
    assert_eq!(timeline.at("steps")[1]["step"], "show_cancelled");
    assert_eq!(timeline.at("steps")[1]["cause"]["kind"], "show_cancelled");
    let view = office.get(Some(&buyer), &format!("/api/orders/{sold}")).await.expect(200);
    assert_eq!(view.at("items")[0]["changed"]["show"]["status"], "cancelled");
}

/// Delivers a cancellation, then these messages of an order: before or after a step of the loop that
/// ends open orders. Either way the order ends with its show.
async fn ends_with_its_show(messages: impl Fn(&BoxOffice, &Order, &User) -> Vec<Outgoing>) {
    for is_before_the_loop in [true, false] {
        let office = BoxOffice::open().await;
        let offered = office.offer(ticket_of_show(1, 10)).await;
        let buyer = office.user();
        office.order(&buyer, &offered).await;
        let [placed] = all_orders(&office).await.try_into().unwrap();
        office.publish(&[cancellation()]).await;
        if !is_before_the_loop {
            office.settle().await;
        }
        // The listeners are stepped in their order, and before the loop.
        office.deliver(&messages(&office, &placed, &buyer)).await;
        let [ended] = all_orders(&office).await.try_into().unwrap();
        assert_eq!((ended.state.status, units(&office).await), (WITH_SHOW, (0, 0)));
        let cause = if is_before_the_loop { "Message" } else { "ShowCancelled" };
        assert!(format!("{:?}", ended.steps[0].cause).starts_with(cause), "{:?}", ended.steps);
        assert!(office.published(order::COMPLETED).await.is_empty());
        assert_eq!(office.published(CANCELLED).await.len(), 1);
        assert!(office.dead_letters().await.is_empty());
    }
}

#[tokio::test]
async fn a_payment_authorised_after_the_cancellation_is_not_accepted() {
    ends_with_its_show(|office, order, buyer| {
        let paid = office.payment(7, order.state.id, buyer);
        vec![AUTHORIZED.of(paid.clone()), AUTHORIZED.of(paid)]
    })
    .await;
}

#[tokio::test]
async fn a_payment_started_after_the_cancellation_ends_the_order() {
    ends_with_its_show(|office, order, buyer| {
        let paid = office.payment(7, order.state.id, buyer);
        let started = PaymentState { status: PaymentStatus::Started, version: 1, ..paid };
        vec![STARTED.of(started)]
    })
    .await;
}

#[tokio::test]
async fn a_payment_authorised_before_the_cancellation_is_kept() {
    let office = BoxOffice::open().await;
    let offered = office.offer(ticket_of_show(1, 10)).await;
    let buyer = office.user();
    let order = office.order(&buyer, &offered).await;
    office.pay(7, order, &buyer).await;
    office.deliver(&[cancellation()]).await;
    office.pay(7, order, &buyer).await;
    assert_eq!(office.status(&buyer, order).await, "complete");
    assert_eq!(units(&office).await, (0, 1));
    let path = format!("/api/orders/{order}");
    office.delete(Some(&buyer), &path).await.expect_problem(409, "order_complete");
}

#[tokio::test]
async fn an_overdue_order_of_a_cancelled_show_ends_with_its_show() {
    let office = BoxOffice::open_with(limited(5, 500, 1)).await;
    let offered = office.offer(ticket_of_show(1, 10)).await;
    let buyer = office.user();
    office.order(&buyer, &offered).await;
    office.publish(&[cancellation()]).await;
    office.clock().advance(Duration::from_mins(2));
    office.settle().await;
    let [ended] = all_orders(&office).await.try_into().unwrap();
    assert_eq!(ended.state.status, WITH_SHOW);
    assert_eq!(ended.unpaid_end(), None);
}

#[tokio::test]
async fn orders_placed_while_a_show_is_cancelled_are_refused_or_end() {
    let (office, second) = BoxOffice::open_replicas(Settings::default()).await;
    let one = office.offer(ticket_of_show(1, 500)).await;
    let two = office.offer(ticket_of_show(2, 500)).await;
    settle_both(&office, &second).await;
    let buyers: Vec<User> = (0..60).map(|_| office.user()).collect();
    let orders = (0..60).map(|at| {
        let app = if at % 2 == 0 { &office.app } else { &second };
        let of_both = [(&one, 1), (&two, 1)];
        let body = items(if at % 3 == 0 { &of_both } else { &of_both[..1] });
        let buyer = &buyers[at];
        async move { app.post(Some(buyer), "/api/orders", &body).await }
    });
    office.publish(&[cancellation()]).await;
    let replies = office.settle_while(join_all(orders)).await;
    settle_both(&office, &second).await;
    for reply in &replies {
        assert!(reply.status == 201 || reply.text("code") == "show_cancelled", "{reply:?}");
    }
    let placed = replies.iter().filter(|reply| reply.status == 201).count();
    let ended = all_orders(&office).await;
    assert_eq!(ended.len(), placed);
    assert!(ended.iter().all(|order| order.state.status == WITH_SHOW));
    assert_eq!((units(&office).await, is_ending(&office).await), ((0, 0), false));
    place(&second, &buyers[0], &two, 1).await.expect_problem(409, "show_cancelled");
}

#[tokio::test]
async fn a_killed_service_ends_the_remaining_orders_of_a_cancelled_show() {
    let office = BoxOffice::open().await;
    let offered = office.offer(ticket_of_show(1, 500)).await;
    for _ in 0..3 {
        let buyer = office.user();
        for _ in 0..60 {
            office.order(&buyer, &offered).await;
        }
    }
    office.settle().await;
    office.publish(&[cancellation()]).await;
    office.step().await;
    let active = async |app: &TestApp| {
        all_orders(app).await.iter().filter(|order| order.is_active()).count()
    };
    let open = active(&office).await;
    assert!(open > 0 && is_ending(&office).await, "{open} orders remain after one page");
    let BoxOffice { platforms, app } = office;
    app.kill().await;
    let office = BoxOffice::open_on(platforms, Settings::default()).await;
    office.settle().await;
    assert_eq!((active(&office).await, is_ending(&office).await), (0, false));
    assert_eq!(units(&office).await, (0, 0));
    let ended = office.published(CANCELLED).await;
    assert_eq!(ended.len(), 180);
    assert!(ended.iter().all(|order| order.status == WITH_SHOW));
    let stock = office.published(inventory::CHANGED).await;
    assert_eq!(stock.last().map(|stock| (stock.held, stock.sold)), Some((0, 0)));
}

#[tokio::test]
async fn a_buyer_who_cancels_an_order_of_a_cancelled_show_has_no_unpaid_end() {
    let office = BoxOffice::open().await;
    let offered = office.offer(ticket_of_show(1, 10)).await;
    let buyer = office.user();
    let order = office.order(&buyer, &offered).await;
    // The loop has not ended it yet: the copy alone is cancelled.
    let revision = revision_of_show(1, 2, ShowStatus::Cancelled);
    let id = offered.id;
    let cancelling = office.store(orders::NAME).transact(move |tx| {
        let show = tx.get::<Show>(revision.show.id)?.unwrap().revise(&revision, 0).unwrap();
        let inventory = tx.get::<Inventory>(id)?.unwrap().in_show(&show);
        tx.save(inventory);
        tx.save(show);
        Ok::<_, store::Stop<orders::Refusal>>(())
    });
    cancelling.await.unwrap();
    office.delete(Some(&buyer), &format!("/api/orders/{order}")).await.expect(204);
    let [ended] = all_orders(&office).await.try_into().unwrap();
    assert_eq!((ended.state.status, ended.unpaid_end()), (WITH_SHOW, None));
}
