//! Subscriptions, one file each: they keep the copies and the list.

mod on_inventory_changed;
mod on_show_changed;
mod on_ticket_changed;

use contract::ShowId;
use store::{Loaded, Tx};

use crate::domain::{Listing, Offer, Show};

::service::listeners! { crate::NAME, crate::Ports;
    on_inventory_changed,
    on_show_changed,
    on_ticket_changed,
}

/// Lists the show or the ticket of an offer anew, if that changes its entry.
fn list_offer(tx: &mut Tx<'_>, offer: &Offer) -> Loaded<()> {
    let show = offer.ticket.as_ref().and_then(|ticket| ticket.show);
    match show {
        Some(show) => list_show(tx, show.id),
        None => list(tx, Listing::of_ticket(offer, tx.now())),
    }
}

fn list_show(tx: &mut Tx<'_>, id: ShowId) -> Loaded<()> {
    let Some(show) = tx.get::<Show>(id)? else { return Ok(()) };
    let offers = tx.get_all::<Offer>(&show.tickets)?;
    let offers: Vec<Offer> = offers.into_iter().flatten().collect();
    list(tx, Listing::of_show(&show, &offers, tx.now()))
}

fn list(tx: &mut Tx<'_>, listing: Option<Listing>) -> Loaded<()> {
    let Some(listing) = listing else { return Ok(()) };
    if tx.get::<Listing>(listing.subject)?.as_ref() != Some(&listing) {
        tx.put(listing);
    }
    Ok(())
}
