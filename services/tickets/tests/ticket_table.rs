//! A ticket's transition table, both sides of each boundary, and "twice equals once".

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Duration;

use contract::inventory::InventoryState;
use contract::ticket::Offer;
use contract::{Currency, Id, Money, Timestamp, UserId};
use proptest::prelude::*;
use tickets::domain::{Outcome, Quantity, Refusal, Stock, Terms, Ticket, Title};

const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);

fn id<T: From<Id>>(number: u8) -> T {
    Id::from_bytes([number; 12]).into()
}

fn seller() -> UserId {
    id(2)
}

fn terms(quantity: u8, price: u8) -> Terms {
    Terms {
        title: Title::try_from("Concert".to_owned()).unwrap(),
        price: Money::new(price.into(), Currency::USD),
        quantity: Quantity::try_from(i64::from(quantity)).unwrap(),
        description: None,
        venue: None,
        starts_at: None,
    }
}

fn stock(version: u64, held: u8, sold: u8) -> InventoryState {
    let holder = (held + sold > 0).then(|| id(9));
    let (held, sold) = (held.into(), sold.into());
    let capacity = held + sold;
    InventoryState { ticket_id: id(1), version, ticket_version: 1, capacity, held, sold, holder }
}

/// What a seller does, or orders tells.
#[derive(Debug, Clone)]
enum Step {
    Edit { by: UserId, terms: Terms, expected: Option<u64> },
    Withdraw { by: UserId },
    Follow(InventoryState),
}

fn take(ticket: &Ticket, step: &Step) -> Result<Outcome, Refusal> {
    match step {
        Step::Edit { by, terms, expected } => ticket.edit(*by, terms.clone(), *expected, NOW),
        Step::Withdraw { by } => ticket.withdraw(*by),
        Step::Follow(inventory) => Ok(ticket.follow(inventory)),
    }
}

fn offered(quantity: u8, held: u8, sold: u8) -> Ticket {
    let ticket = Ticket::offer(id(1), seller(), terms(quantity, 50), NOW).unwrap();
    Ticket { stock: Stock::from(&stock(5, held, sold)), ..ticket }
}

/// A ticket in each state that rules tell apart, all at version 1 but the withdrawn one.
fn in_each_state() -> [(&'static str, Ticket); 6] {
    let Ok(Outcome::Changed(withdrawn)) = offered(5, 1, 0).withdraw(seller()) else { panic!() };
    [
        ("free", offered(5, 0, 0)),
        ("partly taken", offered(5, 1, 2)),
        ("single free", offered(1, 0, 0)),
        ("single held", offered(1, 1, 0)),
        ("single sold", offered(1, 0, 1)),
        ("withdrawn", *withdrawn),
    ]
}

fn told(before: &Ticket, outcome: Result<Outcome, Refusal>) -> String {
    match outcome {
        Err(Refusal::VersionConflict { version }) => format!("at version {version}"),
        Err(Refusal::BelowCommitted { committed }) => format!("below {committed}"),
        Err(refusal) => format!("{refusal:?}"),
        Ok(Outcome::Unchanged) => "-".to_owned(),
        Ok(Outcome::Changed(after)) => {
            let offer = match after.offer {
                Offer::Open => "open",
                Offer::Withdrawn => "withdrawn",
            };
            format!("{offer} +{}, {} left", after.version - before.version, after.available())
        }
    }
}

#[test]
fn every_state_answers_every_step() {
    let edit = |quantity, price| Step::Edit {
        by: seller(),
        terms: terms(quantity, price),
        expected: None,
    };
    let mut euros = terms(5, 50);
    euros.price.currency = Currency::EUR;
    let steps = [
        ("same terms, five", edit(5, 50)),
        ("other price, three", edit(3, 60)),
        ("other price, two", edit(2, 60)),
        ("euros", Step::Edit { by: seller(), terms: euros, expected: None }),
        ("of version 1", Step::Edit { by: seller(), terms: terms(4, 50), expected: Some(1) }),
        ("of version 2", Step::Edit { by: seller(), terms: terms(4, 50), expected: Some(2) }),
        ("by another", Step::Edit { by: id(3), terms: terms(4, 50), expected: None }),
        ("withdraw", Step::Withdraw { by: seller() }),
        ("withdraw by another", Step::Withdraw { by: id(3) }),
        ("older stock", Step::Follow(stock(4, 0, 0))),
        ("same stock", Step::Follow(stock(5, 0, 0))),
        ("newer stock", Step::Follow(stock(6, 1, 0))),
    ];
    #[rustfmt::skip]
    let table = [
        ("free", ["-", "open +1, 3 left", "open +1, 2 left", "open +1, 5 left", "open +1, 4 left", "at version 1",
            "NotTheSeller", "withdrawn +1, 0 left", "NotTheSeller", "-", "-", "open +0, 4 left"]),
        ("partly taken", ["-", "open +1, 0 left", "below 3", "Reserved", "open +1, 1 left", "at version 1",
            "NotTheSeller", "withdrawn +1, 0 left", "NotTheSeller", "-", "-", "open +0, 4 left"]),
        ("single free", ["open +1, 5 left", "open +1, 3 left", "open +1, 2 left", "open +1, 5 left", "open +1, 4 left",
            "at version 1", "NotTheSeller", "withdrawn +1, 0 left", "NotTheSeller", "-", "-", "open +0, 0 left"]),
        ("single held", ["Reserved", "Reserved", "Reserved", "Reserved", "Reserved", "at version 1",
            "NotTheSeller", "Reserved", "NotTheSeller", "-", "-", "open +0, 0 left"]),
        ("single sold", ["Reserved", "Reserved", "Reserved", "Reserved", "Reserved", "at version 1",
            "NotTheSeller", "Reserved", "NotTheSeller", "-", "-", "open +0, 0 left"]),
        ("withdrawn", ["NotOffered", "NotOffered", "NotOffered", "NotOffered", "NotOffered", "NotOffered",
            "NotTheSeller", "-", "NotTheSeller", "-", "-", "withdrawn +0, 0 left"]),
    ];
    for ((state, ticket), (row, expected)) in in_each_state().iter().zip(table) {
        assert_eq!(*state, row);
        for ((step, taken), expected) in steps.iter().zip(expected) {
            assert_eq!(told(ticket, take(ticket, taken)), expected, "{state}: {step}");
        }
    }
}

#[test]
fn a_ticket_begins_after_the_moment_it_is_offered() {
    let begins = |starts_at| Terms { starts_at: Some(starts_at), ..terms(1, 50) };
    let in_a_moment = NOW.plus(Duration::from_millis(1));
    for (starts_at, answer) in [(NOW, Err(Refusal::BeginsInPast)), (in_a_moment, Ok(1))] {
        let ticket = Ticket::offer(id(1), seller(), begins(starts_at), NOW);
        assert_eq!(ticket.map(|ticket| ticket.version), answer);
        let edited = offered(1, 0, 0).edit(seller(), begins(starts_at), None, NOW);
        assert_eq!(matches!(edited, Ok(Outcome::Changed(_))), answer.is_ok());
    }
    // Once the time has come it may stay while other things change, and go, but not move within the past.
    let ticket = Ticket::offer(id(1), seller(), begins(in_a_moment), NOW).unwrap();
    let later = NOW.plus(Duration::from_hours(1));
    let dearer = Terms { price: Money::new(60, Currency::USD), ..begins(in_a_moment) };
    assert!(matches!(ticket.edit(seller(), dearer, None, later), Ok(Outcome::Changed(_))));
    assert!(matches!(ticket.edit(seller(), terms(1, 50), None, later), Ok(Outcome::Changed(_))));
    let moved = ticket.edit(seller(), begins(later), None, later);
    assert_eq!(moved, Err(Refusal::BeginsInPast));
}

#[test]
fn a_holder_is_known_only_where_there_is_one_unit_and_it_is_taken() {
    for (ticket, holder) in [
        (offered(1, 0, 0), None),
        (offered(1, 1, 0), Some(id(9))),
        (offered(1, 0, 1), Some(id(9))),
        (offered(2, 1, 0), None),
    ] {
        assert_eq!(ticket.holder(), holder);
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    let anybody = || prop_oneof![9 => Just(seller()), 1 => Just(id(3))];
    prop_oneof![
        4 => (anybody(), 1_u8..4, 1_u8..4, prop::option::of(1_u64..5)).prop_map(|(by, quantity, price, expected)| {
            Step::Edit { by, terms: terms(quantity, price), expected }
        }),
        1 => anybody().prop_map(|by| Step::Withdraw { by }),
        4 => (1_u64..9, 0_u8..3, 0_u8..3).prop_map(|(version, held, sold)| Step::Follow(stock(version, held, sold))),
    ]
}

proptest! {
    #[test]
    fn twice_equals_once_and_versions_count_edits_only(steps in prop::collection::vec(any_step(), 0..40)) {
        let mut ticket = Ticket::offer(id(1), seller(), terms(3, 50), NOW).unwrap();
        for step in steps {
            let Ok(Outcome::Changed(changed)) = take(&ticket, &step) else { continue };
            let is_edit = !matches!(step, Step::Follow(_));
            prop_assert_eq!(changed.version, ticket.version + u64::from(is_edit));
            prop_assert_eq!(is_edit, changed.stock == ticket.stock);
            prop_assert!(changed.stock.version >= ticket.stock.version, "stock never goes back");
            prop_assert!(changed.available() <= changed.terms.quantity.get());
            prop_assert!(ticket.offer == Offer::Open || changed.offer == Offer::Withdrawn, "withdrawn for good");
            prop_assert_eq!((changed.id, changed.seller, changed.created_at), (ticket.id, ticket.seller, NOW));
            let again = take(&changed, &step);
            prop_assert!(
                matches!(again, Ok(Outcome::Unchanged) | Err(Refusal::VersionConflict { .. })),
                "{step:?} a second time gave {again:?}"
            );
            ticket = *changed;
        }
    }
}
