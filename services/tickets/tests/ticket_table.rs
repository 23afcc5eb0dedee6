//! A ticket's transition table, both sides of each boundary, and "twice equals once".

use std::time::Duration;

use contract::inventory::{DecidedRevision, InventoryState, RevisionOutcome};
use contract::ticket::Offer;
use contract::{Decided, UserId};
use proptest::prelude::*;
use testing::samples::{id, usd};
use tickets::domain::{Refusal, Requested, Requester, Stock, Terms, Ticket};

use crate::samples::{NOW, seller, stock, terms};

fn own() -> Requester {
    Requester::User(seller())
}

/// The stock at version 6, with a revision decided.
fn decided(number: u64, outcome: RevisionOutcome) -> InventoryState {
    InventoryState { revision: Some(DecidedRevision { number, outcome }), ..stock(6, 1, 0) }
}

/// A request of a seller, or a message of orders.
#[derive(Debug, Clone)]
enum Step {
    Edit { by: UserId, terms: Terms, expected: Option<u64> },
    Withdraw { by: UserId },
    Follow(InventoryState),
}

/// The ticket after a step, or the reason for which it is unchanged.
fn take(ticket: &Ticket, step: &Step) -> Result<Ticket, String> {
    let requested = match step {
        Step::Edit { by, terms, expected } => {
            ticket.edit(Requester::User(*by), terms.clone(), *expected, NOW)
        }
        Step::Withdraw { by } => ticket.withdraw(Requester::User(*by)),
        Step::Follow(inventory) => {
            return match ticket.follow(inventory) {
                Decided::Applied(followed, ()) => Ok(*followed),
                Decided::AlreadyApplied => Err("-".to_owned()),
            };
        }
    };
    match requested {
        Ok(Requested::Revision(revised)) => Ok(*revised),
        Ok(Requested::Unchanged) => Err("-".to_owned()),
        Ok(Requested::Joined(number)) => Err(format!("joins {number}")),
        Ok(Requested::Behind(number)) => Err(format!("behind {number}")),
        Err(Refusal::VersionConflict { version }) => Err(format!("at version {version}")),
        Err(refusal) => Err(format!("{refusal:?}")),
    }
}

fn offered(quantity: u8, held: u32, sold: u32) -> Ticket {
    let ticket = Ticket::offer(id(1), seller(), terms(quantity, 50), NOW).unwrap();
    Ticket { stock: Stock::from(&stock(5, held, sold)), ..ticket }
}

fn edit(quantity: u8, price: i64) -> Step {
    Step::Edit { by: seller(), terms: terms(quantity, price), expected: None }
}

/// A ticket in each state that the rules distinguish, all at version 1 except the withdrawn one.
fn in_each_state() -> [(&'static str, Ticket); 5] {
    let withdraw = Step::Withdraw { by: seller() };
    let withdrawing = take(&offered(5, 1, 0), &withdraw).unwrap();
    let withdrawn = take(&withdrawing, &Step::Follow(decided(1, RevisionOutcome::Accepted)));
    [
        ("free", offered(5, 0, 0)),
        ("single held", offered(1, 1, 0)),
        ("edit pending", take(&offered(5, 1, 0), &edit(3, 60)).unwrap()),
        ("withdrawal pending", withdrawing),
        ("withdrawn", withdrawn.unwrap()),
    ]
}

fn shown(before: &Ticket, step: &Step) -> String {
    match take(before, step) {
        Err(words) => words,
        Ok(after) => {
            let offer = match after.offer {
                Offer::Open => "open",
                Offer::Withdrawn => "withdrawn",
                Offer::TakenDown => "taken down",
            };
            let pending = after.revision.as_ref().map(|revision| revision.number);
            let pending = pending.map(|number| format!(", {number} pending")).unwrap_or_default();
            let more = after.version - before.version;
            format!("{offer} +{more}, {} left{pending}", after.available(NOW))
        }
    }
}

#[test]
fn every_state_decides_every_step() {
    let of_version =
        |expected| Step::Edit { by: seller(), terms: terms(4, 50), expected: Some(expected) };
    let newer = |outcome| Step::Follow(InventoryState { version: 7, ..decided(1, outcome) });
    let steps = [
        ("same terms, five", edit(5, 50)),
        ("other price, three", edit(3, 60)),
        ("of version 1", of_version(1)),
        ("of version 2", of_version(2)),
        ("by another", Step::Edit { by: id(3), terms: terms(4, 50), expected: None }),
        ("withdraw", Step::Withdraw { by: seller() }),
        ("withdraw by another", Step::Withdraw { by: id(3) }),
        ("older stock", Step::Follow(stock(4, 0, 0))),
        ("same stock", Step::Follow(stock(5, 0, 0))),
        ("newer stock", Step::Follow(stock(7, 2, 0))),
        ("accepted", newer(RevisionOutcome::Accepted)),
        ("reserved", newer(RevisionOutcome::Reserved)),
    ];
    #[rustfmt::skip]
    let table = [
        ("free", ["-", "open +0, 5 left, 1 pending", "open +0, 5 left, 1 pending", "at version 1", "NotTheSeller",
            "open +0, 5 left, 1 pending", "NotTheSeller", "-", "-", "open +0, 3 left", "open +0, 4 left", "open +0, 4 left"]),
        ("single held", ["open +0, 0 left, 1 pending", "open +0, 0 left, 1 pending", "open +0, 0 left, 1 pending", "at version 1",
            "NotTheSeller", "open +0, 0 left, 1 pending", "NotTheSeller", "-", "-", "open +0, 0 left", "open +0, 0 left", "open +0, 0 left"]),
        ("edit pending", ["behind 1", "joins 1", "behind 1", "at version 1", "NotTheSeller", "behind 1", "NotTheSeller",
            "-", "-", "open +0, 3 left, 1 pending", "open +1, 2 left", "open +0, 4 left"]),
        ("withdrawal pending", ["behind 1", "behind 1", "behind 1", "at version 1", "NotTheSeller", "joins 1", "NotTheSeller",
            "-", "-", "open +0, 3 left, 1 pending", "withdrawn +1, 0 left", "open +0, 4 left"]),
        ("withdrawn", ["withdrawn +0, 0 left, 2 pending", "withdrawn +0, 0 left, 2 pending", "at version 2",
            "withdrawn +0, 0 left, 2 pending", "NotTheSeller", "-", "NotTheSeller", "-", "-", "withdrawn +0, 0 left",
            "withdrawn +0, 0 left", "withdrawn +0, 0 left"]),
    ];
    for ((state, ticket), (row, expected)) in in_each_state().iter().zip(table) {
        assert_eq!(*state, row);
        for ((step, taken), expected) in steps.iter().zip(expected) {
            assert_eq!(shown(ticket, taken), expected, "{state}: {step}");
        }
    }
}

#[test]
fn the_outcome_of_a_revision_is_known_once_it_is_decided() {
    let pending = take(&offered(5, 1, 0), &edit(3, 60)).unwrap();
    assert_eq!(pending.outcome_of(1), None);
    let committed = RevisionOutcome::BelowCommitted { committed: 4 };
    for (outcome, expected) in [
        (RevisionOutcome::Accepted, Ok(())),
        (RevisionOutcome::Reserved, Err(Refusal::Reserved)),
        (committed, Err(Refusal::BelowCommitted { committed: 4 })),
    ] {
        let after = take(&pending, &Step::Follow(decided(1, outcome))).unwrap();
        assert_eq!(after.outcome_of(1), Some(expected));
        assert_eq!(after.outcome_of(2), None);
        assert_eq!(after.revision, None);
    }
    let later = take(&pending, &Step::Follow(decided(2, RevisionOutcome::Accepted))).unwrap();
    assert_eq!(later.outcome_of(1), Some(Err(Refusal::VersionConflict { version: 2 })));
}

#[test]
fn the_outcome_of_a_revision_is_known_after_eight_later_ones() {
    for (first, expected) in
        [(RevisionOutcome::Accepted, Ok(())), (RevisionOutcome::Reserved, Err(Refusal::Reserved))]
    {
        let mut ticket = offered(5, 1, 0);
        for number in 1_u8..=10 {
            ticket = take(&ticket, &edit(3, number.into())).unwrap();
            let outcome = if number == 1 { first } else { RevisionOutcome::Accepted };
            let version = 5 + u64::from(number) * 2;
            let inventory = InventoryState { version, ..decided(u64::from(number), outcome) };
            ticket = take(&ticket, &Step::Follow(inventory.clone())).unwrap();
            // A sale keeps the outcomes.
            let sold = InventoryState { version: version + 1, ..inventory };
            ticket = take(&ticket, &Step::Follow(sold)).unwrap();
            if number < 10 {
                assert_eq!(ticket.outcome_of(1), Some(expected), "after revision {number}");
            }
        }
        let conflict = Refusal::VersionConflict { version: ticket.version };
        assert_eq!(ticket.outcome_of(1), Some(Err(conflict)));
    }
}

#[test]
fn a_ticket_stored_without_earlier_revisions_can_be_read() {
    let ticket = offered(5, 1, 0);
    let stored = serde_json::to_value(&ticket).unwrap();
    assert!(stored.get("earlierRevisions").is_none());
    assert_eq!(serde_json::from_value::<Ticket>(stored).unwrap(), ticket);
}

#[test]
fn a_ticket_begins_after_the_moment_it_is_offered() {
    let begins = |starts_at| Terms { starts_at: Some(starts_at), ..terms(1, 50) };
    let in_a_moment = NOW.plus(Duration::from_millis(1));
    for (starts_at, answer) in [(NOW, Err(Refusal::BeginsInPast)), (in_a_moment, Ok(1))] {
        let ticket = Ticket::offer(id(1), seller(), begins(starts_at), NOW);
        assert_eq!(ticket.map(|ticket| ticket.version), answer);
        let edited = offered(1, 0, 0).edit(own(), begins(starts_at), None, NOW);
        assert_eq!(matches!(edited, Ok(Requested::Revision(_))), answer.is_ok());
    }
    // A past start may remain in an edit or be removed, but not moved within the past.
    let ticket = Ticket::offer(id(1), seller(), begins(in_a_moment), NOW).unwrap();
    let later = NOW.plus(Duration::from_hours(1));
    let dearer = Terms { price: usd(60), ..begins(in_a_moment) };
    assert!(matches!(ticket.edit(own(), dearer, None, later), Ok(Requested::Revision(_))));
    assert!(matches!(ticket.edit(own(), terms(1, 50), None, later), Ok(Requested::Revision(_))));
    let moved = ticket.edit(own(), begins(later), None, later);
    assert_eq!(moved, Err(Refusal::BeginsInPast));
}

#[test]
fn only_the_holder_of_a_single_held_unit_is_known() {
    for (ticket, holder) in [
        (offered(1, 0, 0), None),
        (offered(1, 1, 0), Some(id(9))),
        (offered(1, 0, 1), Some(id(9))),
        (offered(2, 2, 0), None),
    ] {
        assert_eq!(ticket.holder(), holder);
    }
}

#[test]
fn sales_and_listing_end_when_it_begins_unless_late_sales_are_allowed() {
    let begins = NOW.plus(Duration::from_hours(1));
    let before = begins.minus(Duration::from_millis(1));
    for (late_sales, available) in [(false, 0), (true, 5)] {
        let terms = Terms { starts_at: Some(begins), late_sales, ..terms(5, 50) };
        let ticket = Ticket::offer(id(1), seller(), terms, NOW).unwrap();
        assert_eq!((ticket.available(before), ticket.available(begins)), (5, available));
        assert_eq!(ticket.end_listing(before), Decided::AlreadyApplied);
        let ended = ticket.end_listing(begins);
        let is_ended = matches!(&ended, Decided::Applied(ended, ()) if !ended.is_listed());
        assert_eq!(is_ended, !late_sales);
        if let Decided::Applied(ended, ()) = ended {
            assert_eq!(ended.end_listing(begins), Decided::AlreadyApplied, "twice equals once");
            assert_eq!(ended.version, 1, "others do not learn of it");
        }
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    let anybody = || prop_oneof![9 => Just(seller()), 1 => Just(id(3))];
    let outcome = prop_oneof![
        3 => Just(RevisionOutcome::Accepted),
        1 => Just(RevisionOutcome::Reserved),
    ];
    prop_oneof![
        4 => (anybody(), 1_u8..4, 1_i64..4, prop::option::of(1_u64..5)).prop_map(|(by, quantity, price, expected)| {
            Step::Edit { by, terms: terms(quantity, price), expected }
        }),
        1 => anybody().prop_map(|by| Step::Withdraw { by }),
        4 => (1_u64..30, 0_u32..3, 0_u32..3).prop_map(|(version, held, sold)| Step::Follow(stock(version, held, sold))),
        4 => (1_u64..30, 1_u64..6, outcome).prop_map(|(version, number, outcome)| {
            Step::Follow(InventoryState { version, ..decided(number, outcome) })
        }),
    ]
}

proptest! {
    #[test]
    fn twice_equals_once_and_versions_count_accepted_revisions_only(steps in prop::collection::vec(any_step(), 0..60)) {
        let mut ticket = Ticket::offer(id(1), seller(), terms(3, 50), NOW).unwrap();
        for step in steps {
            let Ok(changed) = take(&ticket, &step) else { continue };
            let is_accepted = match &step {
                Step::Edit { .. } | Step::Withdraw { .. } => false,
                Step::Follow(inventory) => match (&ticket.revision, inventory.revision) {
                    (Some(pending), Some(decided)) => {
                        decided.number >= pending.number && decided.outcome == RevisionOutcome::Accepted
                    }
                    (Some(_) | None, Some(_) | None) => false,
                },
            };
            prop_assert_eq!(changed.version, ticket.version + u64::from(is_accepted));
            prop_assert_eq!(is_accepted, (&changed.terms, changed.offer) != (&ticket.terms, ticket.offer) || is_accepted);
            prop_assert!(changed.stock.version >= ticket.stock.version, "stock never goes back");
            prop_assert!(changed.available(NOW) <= changed.terms.quantity.get());
            prop_assert_eq!((changed.id, changed.seller, changed.created_at), (ticket.id, ticket.seller, NOW));
            let again = take(&changed, &step);
            prop_assert!(again.is_err(), "{step:?} a second time gave {again:?}");
            ticket = changed;
        }
    }
}
