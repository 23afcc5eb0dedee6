//! Tickets of a banned seller cannot be ordered, in any order of messages and with redeliveries.

use std::collections::BTreeMap;

use contract::inventory::RevisionOutcome;
use contract::revision::{REQUESTED, RevisionState};
use contract::ticket::{CREATED, Offer, TicketState, UPDATED, WITHDRAWN};
use contract::user::{self, AccountStatus, BANNED, UNBANNED, UserState};
use contract::{TicketId, UserId, inventory};
use orders::{Inventory, Settings};
use serde::{Deserialize, Serialize};
use service::Platform;
use store::{Collection, Fault, Never, Operation, Options, Stop, Store};
use testing::samples::id;
use testing::{Platforms, TestApp, User};

use crate::box_office::{BoxOffice, items, order, settle_both, ticket};

fn seller() -> UserId {
    ticket(1, 1).seller
}

/// The seller's account at a version, as auth publishes it.
fn account(version: u64, status: AccountStatus) -> UserState {
    UserState { id: seller(), version, status, created_at: testing::platforms::START }
}

fn banned(version: u64) -> contract::Outgoing {
    BANNED.of(account(version, AccountStatus::Banned))
}

fn unbanned(version: u64) -> contract::Outgoing {
    UNBANNED.of(account(version, AccountStatus::Active))
}

async fn stored(app: &TestApp, ticket: TicketId) -> Inventory {
    app.store(orders::NAME).find::<Inventory>(&ticket.to_string()).await.unwrap().unwrap()
}

async fn suspended(app: &TestApp, numbers: impl Iterator<Item = u8>) -> Vec<bool> {
    let mut all = Vec::new();
    for number in numbers {
        all.push(stored(app, ticket(number, 1).id).await.is_suspended);
    }
    all
}

#[tokio::test]
async fn a_ban_takes_a_sellers_tickets_off_sale_and_its_end_puts_them_back() {
    let (office, buyer, one) = BoxOffice::with(ticket(1, 5)).await;
    let two = office.offer(ticket(2, 5)).await;
    let other = TicketState { seller: id(201), ..ticket(3, 5) };
    let other = office.offer(other).await;
    office.deliver(&[banned(2), banned(2)]).await;
    for refused in [&one, &two] {
        order(&office, &buyer, refused, 1).await.expect_problem(409, "not_offered");
    }
    let both = items(&[(&other, 1), (&one, 1)]);
    office.post(Some(&buyer), "/api/orders", &both).await.expect_problem(409, "not_offered");
    order(&office, &buyer, &other, 1).await.expect(201);
    // An edit in transit does not change that.
    office.deliver(&[UPDATED.of(TicketState { version: 2, ..one.clone() })]).await;
    order(&office, &buyer, &one, 1).await.expect_problem(409, "not_offered");
    office.deliver(&[unbanned(3), banned(2)]).await;
    for offered in [&one, &two] {
        order(&office, &buyer, offered, 1).await.expect(201);
    }
    let published = office.published(inventory::CHANGED).await;
    let suspended = published.iter().filter(|state| state.suspended).count();
    assert_eq!(suspended, 3, "each once, and an edit");
    assert!(office.dead_letters().await.is_empty());
}

#[tokio::test]
async fn an_order_placed_before_a_ban_can_be_paid() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 5)).await;
    let (paid, left) = (office.order(&buyer, &offered).await, office.order(&buyer, &offered).await);
    office.deliver(&[banned(2)]).await;
    office.pay(9, paid, &buyer).await;
    assert_eq!(office.status(&buyer, paid).await, "complete");
    // A returned unit is not on sale.
    assert_eq!(office.delete(Some(&buyer), &format!("/api/orders/{left}")).await.status, 204);
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "not_offered");
}

#[tokio::test]
async fn a_ticket_that_arrives_after_its_sellers_ban_is_not_on_sale() {
    let (office, buyer) = BoxOffice::with_buyer().await;
    office.deliver(&[banned(2)]).await;
    let offered = office.offer(ticket(1, 5)).await;
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "not_offered");
    let office = office.restart().await;
    let buyer = office.user();
    order(&office, &buyer, &offered, 1).await.expect_problem(409, "not_offered");
    office.deliver(&[unbanned(3)]).await;
    order(&office, &buyer, &offered, 1).await.expect(201);
}

#[tokio::test]
async fn every_ticket_of_a_seller_follows_in_any_number() {
    const TICKETS: usize = 2_000;
    let office = BoxOffice::open().await;
    let all: Vec<_> = (0..TICKETS).map(|_| CREATED.of(office.minted(ticket(1, 1)))).collect();
    for some in all.chunks(500) {
        office.publish(some).await;
    }
    office.settle().await;
    for message in [banned(2), unbanned(3)] {
        office.deliver(&[message]).await;
    }
    let mut changes: BTreeMap<_, Vec<bool>> = BTreeMap::new();
    for state in office.published(inventory::CHANGED).await {
        changes.entry(state.ticket_id).or_default().push(state.suspended);
    }
    assert_eq!(changes.len(), TICKETS);
    assert!(changes.values().all(|suspended| *suspended == [false, true, false]), "each once");
}

#[tokio::test]
async fn a_lifted_ban_restores_open_offers_only() {
    let (office, buyer, withdrawn) = BoxOffice::with(ticket(1, 5)).await;
    let taken_down = office.offer(ticket(2, 5)).await;
    let (late, kept) = (office.offer(ticket(3, 5)).await, office.offer(ticket(4, 5)).await);
    let changed = |ticket: &TicketState, offer| {
        WITHDRAWN.of(TicketState { version: 2, offer, ..ticket.clone() })
    };
    office.publish(&[changed(&withdrawn, Offer::Withdrawn)]).await;
    office.publish(&[changed(&taken_down, Offer::TakenDown)]).await;
    office.deliver(&[banned(2)]).await;
    // A change from before the ban may arrive during it.
    office.deliver(&[changed(&late, Offer::Withdrawn)]).await;
    office.deliver(&[unbanned(3)]).await;
    for gone in [&withdrawn, &taken_down, &late] {
        order(&office, &buyer, gone, 1).await.expect_problem(409, "not_offered");
    }
    order(&office, &buyer, &kept, 1).await.expect(201);
}

#[tokio::test]
async fn a_revision_from_before_the_ban_is_decided_and_offers_nothing() {
    let (office, buyer, offered) = BoxOffice::with(ticket(1, 5)).await;
    office.deliver(&[banned(2)]).await;
    let known = TicketState { version: 2, quantity: 9, ..offered.clone() };
    let unknown = TicketState { version: 2, ..ticket(2, 5) };
    let revise =
        |ticket: &TicketState| REQUESTED.of(RevisionState { number: 1, ticket: ticket.clone() });
    office.deliver(&[revise(&known), revise(&unknown)]).await;
    for revised in [&known, &unknown] {
        let stored = stored(&office, revised.id).await;
        assert_eq!(stored.revision.unwrap().outcome, RevisionOutcome::Accepted);
        order(&office, &buyer, revised, 1).await.expect_problem(409, "not_offered");
    }
    office.deliver(&[unbanned(3)]).await;
    order(&office, &buyer, &known, 9).await.expect(201);
}

#[tokio::test]
async fn an_order_that_crosses_a_ban_is_placed_whole_or_refused() {
    let (office, second) = BoxOffice::open_replicas(Settings::default()).await;
    let first = &office.app;
    for round in 0..6_u8 {
        let offered = office.offer(ticket(1 + round, 100)).await;
        first.publish(&[banned(2 + 2 * u64::from(round))]).await;
        let buyers: Vec<User> = (0..6).map(|_| first.user()).collect();
        let ordering = async {
            let mut replies = Vec::new();
            for (buyer, app) in buyers.iter().zip([first, &second].into_iter().cycle()) {
                replies.push(order(app, buyer, &offered, 1).await);
            }
            replies
        };
        let (replies, ()) = futures::join!(ordering, settle_both(first, &second));
        settle_both(first, &second).await;
        let held = replies.iter().filter(|reply| reply.status == 201).count();
        for reply in replies.into_iter().filter(|reply| reply.status != 201) {
            reply.expect_problem(409, "not_offered");
        }
        let stored = stored(first, offered.id).await;
        assert_eq!((stored.held, stored.is_suspended), (u32::try_from(held).unwrap(), true));
        order(&second, &buyers[0], &offered, 1).await.expect_problem(409, "not_offered");
        first.publish(&[unbanned(3 + 2 * u64::from(round))]).await;
        settle_both(first, &second).await;
    }
}

/// An inventory as stored by an earlier version: without the fields of the seller, and not in the
/// index.
#[derive(Clone, Serialize, Deserialize)]
struct EarlierInventory(serde_json::Value);

static EARLIER: Collection = Collection::named("inventories");

store::document!(EarlierInventory, EARLIER, |inventory| inventory
    .0
    .get("ticketId")
    .unwrap()
    .as_str()
    .unwrap());

fn earlier(number: u8) -> EarlierInventory {
    let mut stored = serde_json::to_value(Inventory::of(ticket(number, 5))).unwrap();
    let fields = stored.as_object_mut().unwrap();
    for new in ["sellerVersion", "isSuspended"] {
        fields.remove(new).unwrap();
    }
    EarlierInventory(stored)
}

#[tokio::test]
async fn inventories_of_an_earlier_version_follow_their_seller() {
    let dir = tempfile::tempdir().unwrap();
    let platforms = Platforms::on_disk(dir.path().to_owned());
    let Platform { engine, clock, ids, .. } = platforms.platform(orders::NAME);
    let options = Options { source: orders::NAME, collections: vec![&EARLIER], clock, ids };
    let (store, committer) = Store::open(engine, options).await.unwrap();
    let storing = async {
        let stored = store.transact(|tx| {
            (1..=150).for_each(|number| tx.insert(earlier(number)));
            Ok::<_, Stop<Never>>(())
        });
        stored.await.unwrap();
        store.close();
    };
    futures::join!(committer.run(), storing);
    let office = BoxOffice::open_on(platforms.reopened(), Settings::default()).await;
    let buyer = office.user();
    order(&office, &buyer, &ticket(7, 5), 1).await.expect(201);
    office.deliver(&[banned(2)]).await;
    assert_eq!(suspended(&office, 1..=150).await, vec![true; 150]);
    order(&office, &buyer, &ticket(150, 5), 1).await.expect_problem(409, "not_offered");
}

#[tokio::test]
async fn an_interrupted_ban_continues_after_its_last_commit() {
    let office = BoxOffice::open().await;
    let all: Vec<_> = (1..=150).map(|number| CREATED.of(ticket(number, 1))).collect();
    office.deliver(&all).await;
    for _ in 0..2 {
        office.platforms.faults(orders::NAME).plan(Operation::Query, Fault::Fail);
    }
    office.publish(&[banned(2)]).await;
    office.settle_through_faults().await;
    office.pass(std::time::Duration::from_mins(1)).await;
    assert_eq!(suspended(&office, 1..=150).await, vec![true; 150]);
    let changes = office.published(inventory::CHANGED).await;
    assert_eq!(changes.iter().filter(|state| state.suspended).count(), 150, "each once");
}

#[tokio::test]
async fn replicas_agree_on_a_ban_that_arrives_together_with_tickets() {
    let (office, second) = BoxOffice::open_replicas(Settings::default()).await;
    let first = &office.app;
    for round in 0..8_u8 {
        let numbers = (1 + round * 10)..(11 + round * 10);
        let offers: Vec<_> = numbers.clone().map(|number| CREATED.of(ticket(number, 1))).collect();
        let (message, expected) = match round % 2 {
            0 => (banned(2 + u64::from(round)), true),
            _ => (unbanned(2 + u64::from(round)), false),
        };
        first.publish(&offers).await;
        first.publish(&[message]).await;
        settle_both(first, &second).await;
        let all = vec![expected; usize::from(numbers.end) - 1];
        assert_eq!(suspended(first, 1..numbers.end).await, all);
    }
}

#[tokio::test]
async fn sign_ups_have_no_effect_on_orders() {
    let office = BoxOffice::open().await;
    office.deliver(&[user::CREATED.of(account(1, AccountStatus::Active))]).await;
    let kept = office.store(orders::NAME).find::<orders::Seller>(&seller().to_string()).await;
    assert_eq!(kept.unwrap(), None);
}
