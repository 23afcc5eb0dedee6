//! Tickets of an erased seller: unlisted at once, withdrawn as soon as orders can accept it, and
//! without the seller's texts.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use contract::inventory::{DecidedRevision, InventoryState, RevisionOutcome};
use contract::number::WholeNumber;
use contract::ticket::Offer;
use contract::{Currency, Decided, Id, Money, Timestamp};
use tickets::Ticket;
use tickets::domain::{Description, Quantity, Requested, Requester, Terms, Title, Venue};

const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);

fn id<T: From<Id>>(number: u8) -> T {
    Id::from_bytes([number; 12]).into()
}

fn ticket(quantity: i64) -> Ticket {
    let terms = Terms {
        title: Title::try_from("Ann's party".to_owned()).unwrap(),
        price: Money::new(5, Currency::USD),
        quantity: Quantity::try_from(WholeNumber(quantity)).unwrap(),
        description: Some(Description::try_from("Ring Ann".to_owned()).unwrap()),
        venue: Some(Venue::try_from("Ann's house".to_owned()).unwrap()),
        starts_at: None,
        late_sales: false,
    };
    Ticket::offer(id(1), id(2), terms, NOW).unwrap()
}

/// The ticket after the next version of its inventory.
fn follow(
    ticket: &Ticket,
    held: u32,
    sold: u32,
    decided: Option<(u64, RevisionOutcome)>,
) -> Ticket {
    let inventory = InventoryState {
        ticket_id: ticket.id,
        version: ticket.stock.version + 1,
        ticket_version: ticket.version,
        capacity: ticket.terms.quantity.get(),
        held,
        sold,
        holder: (ticket.terms.quantity.get() == 1 && held + sold > 0).then(|| id(9)),
        revision: decided.map(|(number, outcome)| DecidedRevision { number, outcome }),
        suspended: false,
    };
    changed(ticket.follow(&inventory))
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
    let dearer = Terms { price: Money::new(9, Currency::USD), ..ticket.terms.clone() };
    let Requested::Revision(pending) =
        ticket.edit(Requester::User(id(2)), dearer, None, NOW).unwrap()
    else {
        panic!("it is requested")
    };
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
