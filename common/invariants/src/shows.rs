//! Shows: each copy equals its source, and the tickets of a show have its place and time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use contract::{ShowId, TicketId};
use tickets::{Show, Ticket};

use crate::copies::{Versions, compare};
use crate::evidence::Evidence;
use crate::rule::{Findings, Rule};

pub(crate) fn check(evidence: &Evidence, findings: &mut Findings) {
    let shows: HashMap<ShowId, &Show> = evidence.shows.iter().map(|show| (show.id, show)).collect();
    for show in &evidence.shows {
        findings.expect(show.revision.is_none(), Rule::NothingStuck, || {
            format!("{:?} of show {} is not decided", show.revision, show.id)
        });
    }
    for ticket in &evidence.tickets {
        let show = ticket.show.as_ref().and_then(|copy| shows.get(&copy.id));
        check_ticket(ticket, show.copied(), findings);
    }
    check_tickets_of(evidence, findings);
    check_orders(evidence, findings);
    check_payments(evidence, findings);
    for id in evidence.journal.iter().flat_map(|journal| &journal.shows) {
        findings.expect(shows.contains_key(id), Rule::OneEffect, || {
            format!("show {id} was acknowledged and does not exist")
        });
    }
}

fn name(id: ShowId) -> String {
    format!("show {id}")
}

/// The copy of the show in a ticket, written in the commits that change the show.
pub fn check_ticket(ticket: &Ticket, show: Option<&Show>, findings: &mut Findings) {
    let Some(copy) = &ticket.show else { return };
    let is_equal = show.is_some_and(|show| {
        show.tickets.contains(&ticket.id) && *copy == tickets::domain::ShowCopy::from(show)
    });
    findings.expect(is_equal, Rule::CopiesConverge, || {
        format!("ticket {} has the show {copy:?}, which is {show:?}", ticket.id)
    });
}

/// Each show lists its tickets, and those that are on offer.
fn check_tickets_of(evidence: &Evidence, findings: &mut Findings) {
    let mut of_shows: BTreeMap<ShowId, [BTreeSet<TicketId>; 2]> = BTreeMap::new();
    for ticket in &evidence.tickets {
        let Some(copy) = &ticket.show else { continue };
        let [all, on_offer] = of_shows.entry(copy.id).or_default();
        all.insert(ticket.id);
        if ticket.is_on_offer() {
            on_offer.insert(ticket.id);
        }
    }
    for show in &evidence.shows {
        let listed = [&show.tickets, &show.on_offer];
        let listed = listed.map(|tickets| tickets.iter().copied().collect::<BTreeSet<_>>());
        let found = of_shows.remove(&show.id).unwrap_or_default();
        findings.expect(listed == found, Rule::CopiesConverge, || {
            format!("show {} lists {listed:?}; its tickets are {found:?}", show.id)
        });
    }
}

/// The copies of shows at orders, and those in the inventories of their tickets.
fn check_orders(evidence: &Evidence, findings: &mut Findings) {
    let sources = evidence.shows.iter().filter(|show| !show.tickets.is_empty()).map(|show| {
        let facts = (show.state().venue.name, Some(show.details.starts_at), show.status);
        let tickets: BTreeSet<TicketId> = show.tickets.iter().copied().collect();
        (name(show.id), (show.version, (facts, tickets)))
    });
    let copies = evidence.order_shows.iter().map(|copy| {
        let facts = (copy.venue.clone().unwrap_or_default(), copy.starts_at, copy.status);
        (name(copy.id), (copy.version, (facts, copy.ticket_ids().into_iter().collect())))
    });
    compare("orders", &sources.collect(), &copies.collect(), findings);
    let copies: HashMap<ShowId, &orders::Show> =
        evidence.order_shows.iter().map(|copy| (copy.id, copy)).collect();
    for inventory in &evidence.inventories {
        let Some(own) = inventory.show else { continue };
        let source = copies.get(&own.id);
        let is_equal = source.is_some_and(|source| {
            let offered = source.tickets.iter().find(|ticket| ticket.id == inventory.ticket_id);
            (own.version, own.status, own.offered)
                == (source.version, source.status, source.offered())
                && (&inventory.venue, inventory.starts_at) == (&source.venue, source.starts_at)
                && offered == Some(&inventory.show_ticket())
        });
        findings.expect(is_equal, Rule::CopiesConverge, || {
            format!(
                "ticket {} has at orders the show {own:?}, which is {source:?}",
                inventory.ticket_id
            )
        });
    }
    for show in evidence.order_shows.iter().filter(|show| show.is_ending) {
        let line = format!("orders of the cancelled show {} are still to be ended", show.id);
        findings.note(Rule::NothingStuck, line);
    }
    let shows = evidence.inventories.iter().map(|it| (it.ticket_id, it.show.map(|show| show.id)));
    let shows: HashMap<TicketId, Option<ShowId>> = shows.collect();
    for order in evidence.orders.iter().map(|order| &order.state) {
        let mut items = order.items.iter();
        let is_of_one = items.all(|item| shows.get(&item.ticket_id) == Some(&order.show_id));
        findings.expect(is_of_one, Rule::CopiesConverge, || {
            format!("order {} is of show {:?}, its tickets are not", order.id, order.show_id)
        });
    }
}

/// The copies of shows at payments, and the copies of their refunds at tickets.
fn check_payments(evidence: &Evidence, findings: &mut Findings) {
    let sources = evidence.shows.iter().map(|show| (name(show.id), (show.version, show.status)));
    let of_shows = || evidence.show_refunds.iter().filter(|group| !group.is_resale);
    let copies = of_shows();
    let copies = copies.map(|copy| (name(copy.state.show_id), (copy.show_version, copy.status)));
    compare("payments", &sources.collect(), &copies.collect(), findings);
    let sources = of_shows().map(|it| it.state).filter(|it| it.version > 0);
    let sources: Versions<_> = sources
        .map(|it| {
            (format!("refunds of {}", it.show_id), (it.version, (it.owed, it.done, it.failed)))
        })
        .collect();
    let copies = evidence.shows.iter().filter(|show| show.refunds.version > 0).map(|show| {
        let it = show.refunds;
        (format!("refunds of {}", show.id), (it.version, (it.owed, it.done, it.failed)))
    });
    compare("tickets", &sources, &copies.collect(), findings);
}
