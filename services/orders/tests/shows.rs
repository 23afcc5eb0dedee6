//! Copies of shows and revisions of them; limits and terms of the orders of a show.

use std::num::NonZeroU32;
use std::time::Duration;

use contract::show::ShowStatus;
use contract::show_revision::{REQUESTED, ShowRevisionState};
use contract::show_terms::{CHANGED, ShowRevisionOutcome, ShowTermsState};
use contract::ticket::{Offer, TicketState, UPDATED, WITHDRAWN};
use contract::{Timestamp, inventory, revision};
use orders::domain::{InventoryShow, LimitScope};
use orders::{Inventory, NetworkHolds, Order, Settings, Show};
use serde_json::json;
use testing::samples::id;

use crate::box_office::{
    BoxOffice, cancel, items, limited, order, order_from, revision_of_show, ticket, ticket_of_show,
};

async fn inventory_of(office: &BoxOffice, ticket: &TicketState) -> Inventory {
    office.store(orders::NAME).find(&ticket.id.to_string()).await.unwrap().unwrap()
}

async fn show(office: &BoxOffice) -> Show {
    let id: contract::ShowId = id(70);
    office.store(orders::NAME).find(&id.to_string()).await.unwrap().unwrap()
}

fn postponed(until: Timestamp) -> ShowStatus {
    ShowStatus::Postponed { refunds_until: until }
}

/// A revision that moves the show by a day.
fn moved(office: &BoxOffice, number: u64, version: u64) -> ShowRevisionState {
    let mut moved = revision_of_show(number, version, ShowStatus::Scheduled);
    moved.show.starts_at = office.platforms.clock.now().plus(Duration::from_hours(96));
    ShowRevisionState { moves: true, ..moved }
}

async fn outcomes(office: &BoxOffice) -> Vec<(u64, ShowRevisionOutcome)> {
    let decided = office.published(CHANGED).await;
    decided.iter().map(|ShowTermsState { number, outcome, .. }| (*number, *outcome)).collect()
}

#[tokio::test]
async fn a_sold_show_moves_only_with_a_postponement() {
    use ShowRevisionOutcome::{Accepted, Reserved};
    let (office, buyer, offered) = BoxOffice::with(ticket_of_show(1, 10)).await;
    let other = office.offer(ticket_of_show(2, 10)).await;
    // Before any hold it moves freely.
    let first = moved(&office, 1, 2);
    office.deliver(&[REQUESTED.of(first.clone())]).await;
    let starts_at = Some(first.show.starts_at);
    assert_eq!(inventory_of(&office, &offered).await.starts_at, starts_at);
    let held = order(&office, &buyer, &other, 1).await.expect(201);
    assert_eq!(held.at("items")[0]["startsAt"], json!(starts_at));
    let second = moved(&office, 2, 3);
    office.deliver(&[REQUESTED.of(second.clone()), REQUESTED.of(second)]).await;
    office.pay(7, held.text("id").parse().unwrap(), &buyer).await;
    office.deliver(&[REQUESTED.of(moved(&office, 3, 3))]).await;
    // Texts may change, and a postponement may change the times.
    let text = ShowRevisionState { moves: false, ..moved(&office, 4, 3) };
    let until = office.platforms.clock.now().plus(Duration::from_hours(48));
    let later = revision_of_show(5, 4, postponed(until));
    office.deliver(&[REQUESTED.of(text)]).await;
    office.deliver(&[REQUESTED.of(later.clone())]).await;
    let expected = [(1, Accepted), (2, Reserved), (3, Reserved), (4, Accepted), (5, Accepted)];
    assert_eq!(outcomes(&office).await, expected);
    for ticket in [&offered, &other] {
        let inventory = inventory_of(&office, ticket).await;
        let status = postponed(until);
        let copied = InventoryShow { id: id(70), version: 4, status, offered: 20 };
        assert_eq!((inventory.show, inventory.ticket_version), (Some(copied), 4));
        assert_eq!(inventory.starts_at, Some(later.show.starts_at));
    }
    let id = held.text("id");
    let view = office.get(Some(&buyer), &format!("/api/orders/{id}")).await.expect(200);
    assert_eq!(view.text("showId"), show(&office).await.id.to_string());
    let changed = json!({
        "startsAt": later.show.starts_at, "withdrawn": false,
        "show": {"status": "postponed", "refundsUntil": until},
    });
    assert_eq!(view.at("items")[0]["changed"], changed);
    let placed = order(&office, &buyer, &other, 1).await.expect(201).text("id");
    let view = office.get(Some(&buyer), &format!("/api/orders/{placed}")).await.expect(200);
    assert_eq!(view.at("items")[0].get("changed"), None, "it was ordered at the new time");
    assert!(office.dead_letters().await.is_empty());
}

#[tokio::test]
async fn copies_converge_in_any_order_of_messages_and_redelivery_changes_nothing() {
    let one = ticket_of_show(1, 10);
    let until = testing::platforms::START.plus(Duration::from_hours(48));
    let later = revision_of_show(1, 2, postponed(until));
    let dearer = TicketState { quantity: 15, version: 2, ..one.clone() };
    let mut followed = TicketState { version: 2, ..one.clone() };
    followed.show.as_mut().unwrap().version = 2;
    followed.show.as_mut().unwrap().status = later.show.status;
    let both = TicketState { quantity: 15, version: 3, ..followed.clone() };
    let messages = [
        contract::ticket::CREATED.of(one.clone()),
        REQUESTED.of(later),
        revision::REQUESTED.of(revision::RevisionState { number: 1, ticket: dearer }),
        UPDATED.of(followed),
        UPDATED.of(both),
    ];
    let mut found = Vec::new();
    for shift in 0..messages.len() {
        for step in [1, messages.len() - 1] {
            let office = BoxOffice::open().await;
            for at in 0..messages.len() {
                let message = &messages[(shift + at * step) % messages.len()];
                office.deliver(&[message.clone(), message.clone()]).await;
            }
            let Inventory { ticket_version, offered, show: copied, starts_at, .. } =
                inventory_of(&office, &one).await;
            let known = show(&office).await;
            for message in &messages {
                office.deliver(std::slice::from_ref(message)).await;
            }
            assert_eq!(show(&office).await, known, "redelivered");
            assert!(office.dead_letters().await.is_empty());
            found.push((ticket_version, offered, copied, starts_at, known.version));
        }
    }
    let copied = InventoryShow { id: id(70), version: 2, status: postponed(until), offered: 15 };
    let expected = (3, 15, Some(copied), one.starts_at, 2);
    assert!(found.iter().all(|copy| *copy == expected), "{found:?}");
}

#[tokio::test]
async fn a_show_without_tickets_is_revised_and_later_tickets_have_its_present_version() {
    let office = BoxOffice::open().await;
    let moved = moved(&office, 1, 2);
    office.deliver(&[REQUESTED.of(moved.clone())]).await;
    let offered = office.offer(ticket_of_show(1, 10)).await;
    let inventory = inventory_of(&office, &offered).await;
    assert_eq!((inventory.ticket_version, inventory.starts_at), (2, Some(moved.show.starts_at)));
    assert_eq!(outcomes(&office).await, [(1, ShowRevisionOutcome::Accepted)]);
}

#[tokio::test]
async fn the_units_of_a_show_follow_its_tickets() {
    let office = BoxOffice::open().await;
    let one = office.offer(ticket_of_show(1, 10)).await;
    let two = office.offer(ticket_of_show(2, 20)).await;
    let published = office.published(inventory::CHANGED).await.len();
    assert_eq!(published, 2, "the units of the show are not published");
    let offered = async || {
        let (one, two) = (inventory_of(&office, &one).await, inventory_of(&office, &two).await);
        assert_eq!(one.show, two.show);
        one.show.unwrap().offered
    };
    assert_eq!(offered().await, 30);
    let more = TicketState { version: 2, quantity: 100, ..two.clone() };
    let requested = revision::RevisionState { number: 1, ticket: more.clone() };
    office.deliver(&[revision::REQUESTED.of(requested)]).await;
    assert_eq!(offered().await, 110);
    let withdrawn = TicketState { version: 3, offer: Offer::Withdrawn, ..more };
    let requested = revision::RevisionState { number: 2, ticket: withdrawn.clone() };
    office.deliver(&[revision::REQUESTED.of(requested), WITHDRAWN.of(withdrawn)]).await;
    assert_eq!(offered().await, 10);
    let cheaper = TicketState { version: 2, price: testing::samples::usd(5), ..one.clone() };
    let requested = revision::RevisionState { number: 1, ticket: cheaper };
    office.deliver(&[revision::REQUESTED.of(requested)]).await;
    assert_eq!(offered().await, 10);
}

#[tokio::test]
async fn a_show_of_fifty_tickets_is_decided_at_once() {
    let office = BoxOffice::open().await;
    let tickets: Vec<TicketState> = (1..=50).map(|number| ticket_of_show(number, 10)).collect();
    let created: Vec<_> =
        tickets.iter().map(|ticket| contract::ticket::CREATED.of(ticket.clone())).collect();
    office.deliver(&created).await;
    office.order(&office.user(), &tickets[49]).await;
    let cancelled = revision_of_show(1, 2, ShowStatus::Cancelled);
    office.deliver(&[REQUESTED.of(moved(&office, 1, 2)), REQUESTED.of(cancelled)]).await;
    assert_eq!(outcomes(&office).await, [(1, ShowRevisionOutcome::Reserved)]);
    let cancelled = revision_of_show(2, 2, ShowStatus::Cancelled);
    office.deliver(&[REQUESTED.of(cancelled)]).await;
    for ticket in &tickets {
        let inventory = inventory_of(&office, ticket).await;
        assert_eq!(inventory.show.map(|show| show.offered), Some(500));
        assert!(inventory.is_cancelled() && inventory.held == 0);
    }
}

#[tokio::test]
async fn an_order_has_tickets_of_one_show_or_of_none() {
    let office = BoxOffice::open().await;
    let buyer = office.user();
    let (one, two) =
        (office.offer(ticket_of_show(1, 9)).await, office.offer(ticket_of_show(2, 9)).await);
    let mut other = ticket_of_show(3, 9);
    other.show.as_mut().unwrap().id = id(71);
    let (other, single) = (office.offer(other).await, office.offer(ticket(4, 9)).await);
    let place = async |tickets: &[(&TicketState, u32)]| {
        office.post(Some(&buyer), "/api/orders", &items(tickets)).await
    };
    for mixed in [[(&one, 1), (&other, 1)], [(&one, 1), (&single, 1)], [(&single, 1), (&one, 1)]] {
        place(&mixed).await.expect_problem(409, "shows_differ");
    }
    let of_show = place(&[(&one, 1), (&two, 2)]).await.expect(201);
    assert_eq!(of_show.text("showId"), show(&office).await.id.to_string());
    assert_eq!(place(&[(&single, 1)]).await.expect(201).at("showId"), json!(null));
    let orders: Vec<Order> = office.store(orders::NAME).scan("", 9).await.unwrap();
    let shows: Vec<_> = orders.iter().map(|order| order.state.show_id).collect();
    assert_eq!(shows, [Some(id(70)), None]);
    assert_eq!(inventory_of(&office, &other).await.held, 0);
}

#[tokio::test]
async fn a_buyer_holds_no_more_of_a_show_than_of_one_ticket() {
    let office = BoxOffice::open_with(limited(5, 500, 0)).await;
    let (ann, bob) = (office.user(), office.user());
    let one = office.offer(ticket_of_show(1, 50)).await;
    let two = office.offer(ticket_of_show(2, 50)).await;
    let single = office.offer(ticket(3, 50)).await;
    let first = order(&office, &ann, &one, 3).await.expect(201).text("id");
    let refused = order(&office, &ann, &two, 3).await.expect_problem(409, "hold_limit");
    assert!(refused.text("detail").contains("5 units of show"), "{}", refused.text("detail"));
    order(&office, &ann, &two, 2).await.expect(201);
    let both = items(&[(&one, 3), (&two, 3)]);
    office.post(Some(&bob), "/api/orders", &both).await.expect_problem(409, "hold_limit");
    order(&office, &ann, &single, 5).await.expect(201);
    cancel(&office, &ann, &first).await;
    order(&office, &ann, &two, 3).await.expect(201);
}

#[tokio::test]
async fn a_network_holds_its_share_of_a_show_over_all_its_tickets() {
    let settings = Settings { network_hold_share: NonZeroU32::new(10), ..limited(2, 500, 0) };
    let office = BoxOffice::open_with(settings).await;
    // 10 % of 50, and of each ticket no less than two units.
    let one = office.offer(ticket_of_show(1, 30)).await;
    let two = office.offer(ticket_of_show(2, 10)).await;
    let three = office.offer(ticket_of_show(3, 10)).await;
    let place = async |ticket: &TicketState, units| {
        let buyer = office.user();
        (order_from("203.0.113.1", &office, &buyer, ticket, units).await, buyer)
    };
    let (first, ann) = place(&one, 2).await;
    let first = first.expect(201).text("id");
    place(&two, 2).await.0.expect(201);
    let refused = place(&three, 2).await.0.expect_problem(409, "network_limit");
    assert!(refused.text("detail").contains("of show"), "{}", refused.text("detail"));
    place(&three, 1).await.0.expect(201);
    let counts = async || -> Vec<(LimitScope, u32)> {
        let all: Vec<NetworkHolds> = office.store(orders::NAME).scan("", 9).await.unwrap();
        all.iter().map(|count| (count.of, count.held)).collect()
    };
    let of = |number| LimitScope::Ticket(id(number));
    let of_show = LimitScope::Show(id(70));
    assert_eq!(counts().await, [(of(1), 2), (of(2), 2), (of(3), 1), (of_show, 5)]);
    // A smaller show has a smaller ceiling, and existing holds remain.
    let withdrawn = TicketState { version: 2, offer: Offer::Withdrawn, ..two.clone() };
    let requested = revision::RevisionState { number: 1, ticket: withdrawn };
    office.deliver(&[revision::REQUESTED.of(requested)]).await;
    cancel(&office, &ann, &first).await;
    place(&one, 1).await.0.expect(201);
    place(&one, 1).await.0.expect_problem(409, "network_limit");
    office.pass(Duration::from_secs(61)).await;
    assert_eq!(counts().await, [(of_show, 0)], "a count of zero of a show is stored");
    office.pass(Duration::from_mins(58)).await;
    place(&one, 1).await.0.expect(201);
    office.pass(Duration::from_secs(61)).await;
    assert_eq!(counts().await, [(of_show, 0)], "its time begins anew");
    office.pass(Duration::from_mins(61)).await;
    assert_eq!(counts().await, []);
}
