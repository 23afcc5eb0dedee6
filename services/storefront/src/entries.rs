//! The entries of the list, written anew in the commit that changes their offers.

use contract::ShowId;
use store::{Loaded, Tx};

use crate::domain::{Listing, Offer, Show};

/// Lists the show or the ticket of an offer anew, if that changes its entry.
pub(crate) fn list_offer(tx: &mut Tx<'_>, offer: &Offer) -> Loaded<()> {
    let show = offer.ticket.as_ref().and_then(|ticket| ticket.show);
    match show {
        Some(show) => list_show(tx, show.id),
        None => list(tx, Listing::of_ticket(offer, tx.now())),
    }
}

pub(crate) fn list_show(tx: &mut Tx<'_>, id: ShowId) -> Loaded<()> {
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
