//! Inventories are never oversold, in any sequence of steps.

use std::time::Duration;

use contract::inventory::{DecidedRevision, RevisionOutcome};
use contract::revision::RevisionState;
use contract::ticket::{Offer, TicketState};
use contract::user::{AccountStatus, UserState};
use contract::{Currency, Timestamp, UserId};
use orders::domain::{Inventory, Refusal, Seller};
use proptest::prelude::*;
use testing::samples::{id, usd};

use crate::box_office;

const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);
const MILLISECOND: Duration = Duration::from_millis(1);

fn ticket(version: u64, quantity: u32, offer: Offer) -> TicketState {
    let price = usd(500);
    TicketState { version, seller: id(2), price, offer, ..box_office::ticket(1, quantity) }
}

fn buyer() -> UserId {
    id(3)
}

fn offered(quantity: u32) -> Inventory {
    Inventory::of(ticket(1, quantity, Offer::Open))
}

fn held(quantity: u32, units: u32) -> Inventory {
    offered(quantity).hold(id(9), buyer(), units, NOW).unwrap().0
}

#[test]
fn exactly_the_units_on_sale_can_be_held() {
    let begins = |late_sales| {
        Inventory::of(TicketState { starts_at: Some(NOW), late_sales, ..ticket(1, 3, Offer::Open) })
    };
    let (taken_down, outcome) = revised(&held(1, 1), 1, ticket(2, 1, Offer::TakenDown)).unwrap();
    assert_eq!((outcome, taken_down.held), (RevisionOutcome::Accepted, 1));
    let withdrawn = Inventory::of(ticket(1, 3, Offer::Withdrawn));
    let suspended = held(5, 2).follow_seller(&seller(2, AccountStatus::Banned)).unwrap();
    for (name, inventory, buyer, units, now, expected) in [
        ("a part", offered(3), buyer(), 2, NOW, Ok(1)),
        ("the rest", held(3, 2), buyer(), 1, NOW, Ok(0)),
        ("more than the rest", held(3, 2), buyer(), 2, NOW, Err(Refusal::SoldOut(id(1)))),
        ("for the seller", offered(3), id(2), 1, NOW, Err(Refusal::OwnTicket(id(1)))),
        ("withdrawn", withdrawn, buyer(), 1, NOW, Err(Refusal::NotOffered(id(1)))),
        ("suspended", suspended, buyer(), 1, NOW, Err(Refusal::NotOffered(id(1)))),
        ("taken down", taken_down.release(1), buyer(), 1, NOW, Err(Refusal::NotOffered(id(1)))),
        ("before it begins", begins(false), buyer(), 1, NOW.minus(MILLISECOND), Ok(2)),
        ("when it begins", begins(false), buyer(), 1, NOW, Err(Refusal::SalesEnded(id(1)))),
        ("late sales", begins(true), buyer(), 1, NOW, Ok(2)),
    ] {
        if expected == Err(Refusal::NotOffered(id(1))) {
            assert_eq!(inventory.available(), 0, "{name}");
        }
        let held = inventory.hold(id(9), buyer, units, now).map(|(after, item)| {
            assert_eq!((item.quantity, item.unit_price.minor_units), (units, 500), "{name}");
            after.available()
        });
        assert_eq!(held, expected, "{name}");
    }
    let inventory = held(3, 3).sell(2).release(1);
    assert_eq!((inventory.held, inventory.sold, inventory.available()), (0, 2, 1));
}

/// The seller, as of a version of the account.
fn seller(version: u64, status: AccountStatus) -> Seller {
    let account = UserState { id: id(2), version, status, created_at: NOW };
    Seller::unknown(id(2)).follow(&account).unwrap()
}

#[test]
fn nothing_of_a_banned_seller_can_be_ordered_and_orders_made_stay() {
    let suspended = held(5, 2).follow_seller(&seller(2, AccountStatus::Banned)).unwrap();
    assert!(suspended.state().suspended);
    assert_eq!((suspended.available(), suspended.held), (0, 2));
    let refused = suspended.clone().hold(id(9), buyer(), 1, NOW).unwrap_err();
    assert_eq!(refused, Refusal::NotOffered(id(1)));
    let again = suspended.clone().follow_seller(&seller(2, AccountStatus::Banned));
    assert_eq!(again, None, "redelivered");
    // Neither an edit nor a return of units puts it back on sale.
    let edited = suspended.follow(ticket(2, 9, Offer::Open)).unwrap().sell(2).take_back(2);
    assert_eq!((edited.available(), edited.held, edited.sold), (0, 0, 0));
    let lifted = edited.follow_seller(&seller(3, AccountStatus::Active)).unwrap();
    assert_eq!(lifted.available(), 9);
    assert_eq!(lifted.follow_seller(&seller(2, AccountStatus::Banned)), None, "late");
}

#[test]
fn a_seller_follows_newer_versions_of_the_account_only() {
    let state = |version, status| UserState { id: id(2), version, status, created_at: NOW };
    let lifted = seller(3, AccountStatus::Active);
    assert_eq!(lifted.follow(&state(2, AccountStatus::Banned)), None);
    assert_eq!(lifted.follow(&state(3, AccountStatus::Active)), None);
    assert!(lifted.follow(&state(4, AccountStatus::Banned)).unwrap().is_banned());
}

#[test]
fn a_smaller_quantity_removes_only_free_units_until_holds_are_released() {
    let inventory = held(5, 4).follow(ticket(2, 2, Offer::Open)).unwrap();
    assert_eq!((inventory.capacity(), inventory.available()), (4, 0));
    let inventory = inventory.release(3);
    assert_eq!((inventory.capacity(), inventory.available()), (2, 1));
}

#[test]
fn the_holder_of_the_only_unit_is_known_until_it_is_released() {
    let held = held(1, 1);
    assert_eq!(held.state().holder, Some(id(9)));
    assert_eq!(held.clone().sell(1).state().holder, Some(id(9)));
    assert_eq!(held.release(1).state().holder, None);
}

#[test]
fn returned_units_can_be_sold_again() {
    let again = held(1, 1).sell(1).take_back(1);
    assert_eq!((again.sold, again.available(), again.state().holder), (0, 1, None));
    let (held_again, _) = again.hold(id(8), buyer(), 1, NOW).unwrap();
    assert_eq!(held_again.state().holder, Some(id(8)));
    let withdrawn = held(3, 3).sell(3).follow(ticket(2, 3, Offer::Withdrawn)).unwrap().take_back(2);
    assert_eq!((withdrawn.sold, withdrawn.available()), (1, 0), "a withdrawn ticket stays so");
}

#[test]
fn an_older_or_equal_ticket_changes_nothing() {
    let inventory = Inventory::of(ticket(2, 5, Offer::Open));
    assert!(inventory.clone().follow(ticket(2, 9, Offer::Open)).is_none());
    assert!(inventory.clone().follow(ticket(1, 9, Offer::Open)).is_none());
    assert!(inventory.follow(ticket(3, 9, Offer::Open)).is_some());
}

/// The inventory after a revision, and the revision's outcome.
fn revised(
    inventory: &Inventory,
    number: u64,
    ticket: TicketState,
) -> Option<(Inventory, RevisionOutcome)> {
    let after = inventory.clone().revise(RevisionState { number, ticket })?;
    let DecidedRevision { number: decided, outcome } = after.revision.unwrap();
    assert_eq!((decided, after.version), (number, inventory.version + 1));
    Some((after, outcome))
}

#[test]
fn a_revision_is_decided_against_the_stock() {
    use RevisionOutcome::{Accepted, BelowCommitted, Reserved};
    let mut euros = ticket(2, 5, Offer::Open);
    euros.price.currency = Currency::EUR;
    // Offered as two, one sold, then reduced to the one that is sold.
    let reduced = held(2, 1).sell(1);
    let (reduced, _) = revised(&reduced, 1, ticket(2, 1, Offer::Open)).unwrap();
    for (inventory, revision, outcome) in [
        (offered(5), ticket(2, 1, Offer::Open), Accepted),
        (offered(5), euros.clone(), Accepted),
        (held(5, 3), euros, Reserved),
        (held(5, 3), ticket(2, 3, Offer::Open), Accepted),
        (held(5, 3), ticket(2, 2, Offer::Open), BelowCommitted { committed: 3 }),
        (held(5, 3).sell(2), ticket(2, 2, Offer::Open), BelowCommitted { committed: 3 }),
        (held(5, 3).release(1), ticket(2, 2, Offer::Open), Accepted),
        (held(5, 3), ticket(2, 5, Offer::Withdrawn), Accepted),
        (held(1, 1), ticket(2, 1, Offer::Open), Reserved),
        (held(1, 1), ticket(2, 1, Offer::Withdrawn), Reserved),
        (held(1, 1).sell(1), ticket(2, 9, Offer::Open), Reserved),
        (held(1, 1).release(1), ticket(2, 9, Offer::Open), Accepted),
        (reduced.clone(), ticket(3, 1, Offer::Open), Accepted),
        (reduced.clone(), ticket(3, 4, Offer::Open), Accepted),
        (reduced.clone(), ticket(3, 1, Offer::Withdrawn), Accepted),
    ] {
        let number = inventory.revision.map_or(1, |decided| decided.number + 1);
        let (after, decided) = revised(&inventory, number, revision.clone()).unwrap();
        assert_eq!(decided, outcome, "{revision:?}");
        let terms = |one: &Inventory| (one.price, one.offered, one.offer, one.ticket_version);
        if outcome == Accepted {
            let wanted = (revision.price, revision.quantity, revision.offer, revision.version);
            assert_eq!(terms(&after), wanted);
        } else {
            assert_eq!(terms(&after), terms(&inventory), "a refused revision changes nothing");
        }
        assert_eq!((after.held, after.sold), (inventory.held, inventory.sold));
        assert!(revised(&after, number, revision.clone()).is_none(), "it is decided once");
        assert!(after.follow(revision).is_none_or(|_| outcome != Accepted), "and followed once");
    }
}

#[derive(Debug, Clone)]
enum Step {
    Hold(u32),
    Release(u32),
    Sell(u32),
    TakeBack(u32),
    Edit(u32, Offer),
    Revise(u32, Offer),
    Seller(AccountStatus),
}

fn any_offer() -> impl Strategy<Value = Offer> {
    prop_oneof![Just(Offer::Open), Just(Offer::Withdrawn), Just(Offer::TakenDown)]
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1_u32..4).prop_map(Step::Hold),
        (1_u32..4).prop_map(Step::Release),
        (1_u32..4).prop_map(Step::Sell),
        (1_u32..4).prop_map(Step::TakeBack),
        (1_u32..6, any_offer()).prop_map(|(quantity, offer)| Step::Edit(quantity, offer)),
        (1_u32..6, any_offer()).prop_map(|(quantity, offer)| Step::Revise(quantity, offer)),
        prop_oneof![Just(AccountStatus::Active), Just(AccountStatus::Banned)]
            .prop_map(Step::Seller),
    ]
}

proptest! {
    #[test]
    fn no_sequence_of_steps_oversells(steps in prop::collection::vec(any_step(), 0..60)) {
        let mut inventory = Inventory::of(ticket(1, 5, Offer::Open));
        let (mut held, mut sold) = (0, 0);
        for step in steps {
            let version = inventory.version;
            let before = inventory.clone();
            inventory = match step {
                Step::Hold(units) => match inventory.hold(id(9), buyer(), units, NOW) {
                    Ok((inventory, _)) => { held += units; inventory }
                    Err(_) => before.clone(),
                },
                Step::Release(units) if units <= held => { held -= units; inventory.release(units) }
                Step::Sell(units) if units <= held => {
                    held -= units;
                    sold += units;
                    inventory.sell(units)
                }
                Step::TakeBack(units) if units <= sold => {
                    sold -= units;
                    inventory.take_back(units)
                }
                Step::Release(_) | Step::Sell(_) | Step::TakeBack(_) => inventory,
                Step::Edit(quantity, offer) => {
                    let edited = ticket(inventory.ticket_version + 1, quantity, offer);
                    inventory.follow(edited).unwrap()
                }
                Step::Revise(quantity, offer) => {
                    let edited = ticket(inventory.ticket_version + 1, quantity, offer);
                    let number = inventory.revision.map_or(1, |decided| decided.number + 1);
                    let (after, outcome) = revised(&inventory, number, edited).unwrap();
                    let fits = offer != Offer::Open || quantity >= held + sold;
                    prop_assert!(outcome != RevisionOutcome::Accepted || fits);
                    after
                }
                Step::Seller(status) => {
                    let seller = seller(inventory.seller_version.unwrap() + 1, status);
                    inventory.follow_seller(&seller).unwrap()
                }
            };
            prop_assert!(!inventory.is_suspended || inventory.available() == 0);
            let state = inventory.state();
            prop_assert_eq!((state.held, state.sold), (held, sold));
            prop_assert!(state.held + state.sold <= state.capacity);
            prop_assert!(inventory == before || inventory.version == version + 1);
        }
    }
}
