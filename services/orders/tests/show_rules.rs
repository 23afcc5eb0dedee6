//! Copies of shows and their inventories: revisions, versions and status, in any order of arrival.

use std::time::Duration;

use contract::show::ShowStatus;
use contract::show_revision::ShowRevisionState;
use contract::show_terms::ShowRevisionOutcome::{Accepted, Reserved};
use contract::ticket::{Offer, TicketShow, TicketState};
use contract::{ShowId, Timestamp};
use orders::domain::{Inventory, Refusal, Show, ShowTicket, common_show};
use testing::samples::id;

use crate::box_office::{self, revision_of_show};

const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);
const DAY: Duration = Duration::from_hours(24);

fn postponed() -> ShowStatus {
    ShowStatus::Postponed { refunds_until: NOW.plus(DAY) }
}

/// A ticket at a version of its show, which changes the start.
fn ticket(number: u8, version: u64, (show, status): (u64, ShowStatus)) -> TicketState {
    TicketState {
        version,
        show: Some(TicketShow { id: id(70), version: show, status }),
        starts_at: Some(start(show)),
        ..box_office::ticket(number, 10)
    }
}

fn start(version: u64) -> Timestamp {
    let days = u32::try_from(version).unwrap();
    NOW.plus(DAY * days)
}

fn revision(number: u64, version: u64, status: ShowStatus) -> ShowRevisionState {
    let revision = revision_of_show(number, version, status);
    let show = contract::show::ShowState { starts_at: start(version), ..revision.show };
    ShowRevisionState { show, ..revision }
}

fn scheduled(version: u64) -> (u64, ShowStatus) {
    (version, ShowStatus::Scheduled)
}

fn copied() -> Show {
    Show::unknown(id(70)).follow(&ticket(1, 1, scheduled(1)))
}

#[test]
fn only_a_move_is_reserved_and_only_with_held_or_sold_units() {
    for (moves, committed, outcome) in
        [(false, 0, Accepted), (false, 1, Accepted), (true, 0, Accepted), (true, 1, Reserved)]
    {
        let requested = ShowRevisionState { moves, ..revision(1, 2, ShowStatus::Scheduled) };
        let decided = copied().revise(&requested, committed).unwrap();
        assert_eq!(decided.revision.unwrap().outcome, outcome);
        assert_eq!(decided.terms().unwrap().number, 1);
        let (version, starts_at) = if outcome == Accepted { (2, start(2)) } else { (1, start(1)) };
        assert_eq!((decided.version, decided.starts_at), (version, Some(starts_at)));
        assert_eq!(decided.clone().revise(&requested, 0), None, "it is decided once");
        let next = decided.revise(&revision(2, version + 1, postponed()), 1).unwrap();
        assert_eq!((next.version, next.status), (version + 1, postponed()));
    }
}

#[test]
fn a_version_in_force_is_not_decided_again() {
    let restored = Show::unknown(id(70)).follow(&ticket(1, 3, (3, ShowStatus::Cancelled)));
    assert_eq!(restored.clone().revise(&revision(2, 3, postponed()), 0), None);
    assert!(restored.revise(&revision(3, 4, ShowStatus::Cancelled), 0).is_some());
}

#[test]
fn a_show_ends_once_however_its_cancellation_is_copied() {
    let by_revision = copied().revise(&revision(1, 2, ShowStatus::Cancelled), 5).unwrap();
    let by_ticket = copied().follow(&ticket(1, 2, (2, ShowStatus::Cancelled)));
    for cancelled in [by_revision, by_ticket] {
        assert!(cancelled.is_ending);
        let ended = cancelled.ended();
        // The texts of an erased seller are removed later.
        let erased = ended.revise(&revision(2, 3, ShowStatus::Cancelled), 5).unwrap();
        assert_eq!((erased.is_ending, erased.version), (false, 3));
    }
    assert!(!copied().revise(&revision(1, 2, postponed()), 5).unwrap().is_ending);
}

#[test]
fn the_newest_version_of_a_show_wins_in_any_order_of_arrival() {
    let states = [
        ticket(1, 1, scheduled(1)),
        ticket(1, 2, (2, postponed())),
        ticket(1, 3, (3, ShowStatus::Cancelled)),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let show = order.iter().fold(Show::unknown(id(70)), |show, at| show.follow(&states[*at]));
        let copied = (show.version, show.status, show.starts_at, show.is_ending);
        assert_eq!(copied, (3, ShowStatus::Cancelled, Some(start(3)), true), "{order:?}");
    }
}

/// Each accepted revision of a show raises the version of each ticket by one, so a revision of the
/// ticket or of the show may come first.
#[test]
fn revisions_of_a_show_and_of_its_ticket_cross_without_loss() {
    let show = copied();
    let inventory = Inventory::of(ticket(1, 1, scheduled(1))).in_show(&show);
    let dearer = TicketState { quantity: 7, ..ticket(1, 2, scheduled(1)) };
    let moved = show.clone().revise(&revision(1, 2, postponed()), 0).unwrap();
    let revised = |inventory: Inventory, show: &Show| {
        let ticket = show.apply_to(dearer.clone());
        inventory.revise(contract::revision::RevisionState { number: 1, ticket }).unwrap()
    };
    let show_first = revised(inventory.clone().in_show(&moved), &moved).in_show(&moved);
    let ticket_first = revised(inventory, &show).in_show(&moved);
    for inventory in [&show_first, &ticket_first] {
        assert_eq!((inventory.ticket_version, inventory.offered), (3, 7));
        assert_eq!(inventory.starts_at, Some(start(2)));
        assert_eq!(inventory.show.unwrap().version, 2);
        // Messages of tickets, applied there in either order, with the old terms or the new ones.
        for late in [
            ticket(1, 1, scheduled(1)),
            ticket(1, 2, (2, postponed())),
            TicketState { quantity: 7, ..ticket(1, 2, scheduled(1)) },
            TicketState { quantity: 7, ..ticket(1, 3, (2, postponed())) },
        ] {
            assert_eq!(inventory.clone().follow(moved.apply_to(late)), None);
        }
    }
}

/// However many revisions of the show overtake that of the ticket.
#[test]
fn two_revisions_of_a_show_overtake_one_of_its_ticket_without_loss() {
    let first = copied();
    let second = first.clone().revise(&revision(1, 2, postponed()), 0).unwrap();
    let third = second.clone().revise(&revision(2, 3, postponed()), 0).unwrap();
    let shows = [&first, &second, &third];
    for decided_at in 0..shows.len() {
        let mut inventory = Inventory::of(ticket(1, 1, scheduled(1)));
        for (at, show) in shows.into_iter().enumerate() {
            inventory = inventory.in_show(show);
            if at == decided_at {
                let dearer = TicketState { quantity: 7, ..ticket(1, 2, scheduled(1)) };
                let ticket = show.apply_to(dearer);
                let revision = contract::revision::RevisionState { number: 1, ticket };
                inventory = inventory.revise(revision).unwrap();
            }
            // States that tickets publishes before it knows the decision on the ticket.
            for version in 1..=3 {
                let late = ticket(1, version, (version, postponed()));
                let followed = show.clone().follow(&late);
                if followed == *show {
                    assert_eq!(inventory.clone().follow(show.apply_to(late)), None);
                }
            }
        }
        assert_eq!((inventory.ticket_version, inventory.offered), (4, 7), "{decided_at}");
        assert_eq!(inventory.starts_at, Some(start(3)));
    }
}

#[test]
fn nothing_of_a_cancelled_show_can_be_held() {
    let show = copied().with_ticket(ShowTicket { id: id(1), offered: 10 });
    let inventory = Inventory::of(ticket(1, 1, scheduled(1))).in_show(&show);
    let (held, _) = inventory.hold(id(9), id(3), 2, NOW).unwrap();
    let cancelled = show.revise(&revision(1, 2, ShowStatus::Cancelled), 2).unwrap();
    let held = held.in_show(&cancelled);
    assert_eq!((held.available(), held.held), (0, 2));
    let refused = held.clone().hold(id(8), id(3), 1, NOW).unwrap_err();
    assert_eq!(refused, Refusal::ShowCancelled(id(70)));
    // Neither the end of the order nor a sale that came first puts units back on sale.
    assert_eq!(held.release(2).available(), 0);
}

#[test]
fn the_units_on_offer_of_a_show_are_those_of_its_open_tickets() {
    let mut show = copied();
    for (number, quantity, offer) in [
        (1, 10, Offer::Open),
        (2, 20, Offer::Open),
        (3, 40, Offer::Withdrawn),
        (2, 25, Offer::Open),
    ] {
        let state = TicketState { quantity, offer, ..ticket(number, 1, scheduled(1)) };
        show = show.with_ticket(Inventory::of(state).show_ticket());
    }
    assert_eq!((show.offered(), show.ticket_ids()), (35, vec![id(1), id(2), id(3)]));
}

#[test]
fn the_tickets_of_an_order_have_one_show_or_none() {
    let (one, other): (Option<ShowId>, Option<ShowId>) = (Some(id(70)), Some(id(71)));
    for (shows, expected) in [
        (vec![None], Ok(None)),
        (vec![None, None], Ok(None)),
        (vec![one], Ok(one)),
        (vec![one, one], Ok(one)),
        (vec![one, other], Err(Refusal::ShowsDiffer)),
        (vec![one, None], Err(Refusal::ShowsDiffer)),
        (vec![None, one], Err(Refusal::ShowsDiffer)),
        (vec![one, one, None], Err(Refusal::ShowsDiffer)),
    ] {
        assert_eq!(common_show(shows.clone()), expected, "{shows:?}");
    }
}
