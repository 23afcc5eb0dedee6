//! Tickets of an erased seller: unlisted at once, withdrawn as soon as orders can accept it, and
//! without the seller's texts.

use std::time::Duration;

use contract::Decided;
use contract::inventory::{DecidedRevision, InventoryState, RevisionOutcome};
use contract::ticket::Offer;
use testing::samples::{id, usd};
use tickets::Ticket;
use tickets::domain::{Description, Requested, Requester, Terms, Title, Venue};

use crate::samples::{self, NOW, seller, terms};

fn ticket(quantity: u8) -> Ticket {
    let terms = Terms {
        title: Title::try_from("Ann's party".to_owned()).unwrap(),
        description: Some(Description::try_from("Ring Ann".to_owned()).unwrap()),
        venue: Some(Venue::try_from("Ann's house".to_owned()).unwrap()),
        ..terms(quantity, 5)
    };
    Ticket::offer(id(1), seller(), terms, NOW).unwrap()
}

/// The ticket after the next version of its inventory.
fn follow(
    ticket: &Ticket,
    held: u32,
    sold: u32,
    decided: Option<(u64, RevisionOutcome)>,
) -> Ticket {
    let revision = decided.map(|(number, outcome)| DecidedRevision { number, outcome });
    let (capacity, ticket_version) = (ticket.terms.quantity.get(), ticket.version);
    let stock = samples::stock(ticket.stock.version + 1, held, sold);
    let holder = stock.holder.filter(|_| capacity == 1);
    let stock = InventoryState { revision, holder, capacity, ticket_version, ..stock };
    changed(ticket.follow(&stock))
}

fn changed(outcome: Decided<Ticket>) -> Ticket {
    let ticket = match outcome {
        Decided::Applied(ticket, ()) => Some(*ticket),
        Decided::AlreadyApplied => None,
    };
    ticket.unwrap()
}

fn words(ticket: &Ticket) -> (String, bool, bool) {
    let Terms { title, description, venue, .. } = &ticket.terms;
    (title.as_str().to_owned(), description.is_some(), venue.is_some())
}

#[test]
fn an_unsold_ticket_of_an_erased_seller_is_withdrawn_without_its_texts() {
    let orphaned = changed(ticket(3).erase_seller());
    assert!(!orphaned.is_listed());
    assert_eq!(orphaned.erase_seller(), Decided::AlreadyApplied, "once");
    let requested = orphaned.revision_state().unwrap();
    assert_eq!(requested.ticket.offer, Offer::Withdrawn);
    assert_eq!((requested.ticket.title.as_str(), requested.ticket.venue), ("Withdrawn", None));
    let withdrawn = follow(&orphaned, 0, 0, Some((1, RevisionOutcome::Accepted)));
    assert_eq!(withdrawn.offer, Offer::Withdrawn);
    assert_eq!(words(&withdrawn), ("Withdrawn".to_owned(), false, false));
    assert_eq!(withdrawn.revision, None);
}

#[test]
fn a_sold_ticket_keeps_its_title_and_venue() {
    let orphaned = changed(follow(&ticket(3), 0, 1, None).erase_seller());
    let withdrawn = follow(&orphaned, 0, 1, Some((1, RevisionOutcome::Accepted)));
    assert_eq!(withdrawn.offer, Offer::Withdrawn);
    assert_eq!(words(&withdrawn), ("Ann's party".to_owned(), false, true));
    let returned = follow(&withdrawn, 0, 0, Some((1, RevisionOutcome::Accepted)));
    let title = returned.revision_state().unwrap().ticket.title;
    assert_eq!(title, "Withdrawn", "once its units have come back");
}

#[test]
fn a_reserved_unit_is_withdrawn_once_it_is_not_reserved_any_more() {
    let orphaned = changed(follow(&ticket(1), 1, 0, None).erase_seller());
    assert_eq!(orphaned.revision, None, "orders would refuse it");
    assert!(!orphaned.is_listed());
    let released = follow(&orphaned, 0, 0, None);
    assert_eq!(released.revision_state().unwrap().ticket.offer, Offer::Withdrawn);
    let refused = follow(&released, 1, 0, Some((1, RevisionOutcome::Reserved)));
    assert_eq!(refused.revision, None);
    let again = follow(&refused, 0, 0, Some((1, RevisionOutcome::Reserved)));
    assert_eq!(again.revision_state().unwrap().number, 2);
}

#[test]
fn a_change_that_is_pending_is_decided_first() {
    let ticket = ticket(3);
    let dearer = Terms { price: usd(9), ..ticket.terms.clone() };
    let requested = ticket.edit(Requester::User(seller()), dearer, None, NOW);
    let Ok(Requested::Revision(pending)) = requested else { panic!("{requested:?}") };
    let orphaned = changed(pending.erase_seller());
    assert_eq!(orphaned.revisions, 1);
    let decided = follow(&orphaned, 0, 0, Some((1, RevisionOutcome::Accepted)));
    let requested = decided.revision_state().unwrap();
    assert_eq!((requested.number, requested.ticket.offer), (2, Offer::Withdrawn));
}

#[test]
fn held_units_and_units_sold_for_a_future_date_are_open_sales() {
    let mut ticket = ticket(3);
    assert!(!ticket.is_to_be_honoured(NOW));
    assert!(follow(&ticket, 1, 0, None).is_to_be_honoured(NOW));
    assert!(!follow(&ticket, 0, 1, None).is_to_be_honoured(NOW), "it says no time");
    ticket.terms.starts_at = Some(NOW.plus(Duration::from_millis(1)));
    let sold = follow(&ticket, 0, 1, None);
    assert!(sold.is_to_be_honoured(NOW));
    assert!(!sold.is_to_be_honoured(NOW.plus(Duration::from_millis(1))));
}
