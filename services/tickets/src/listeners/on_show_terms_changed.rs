//! `show_terms.changed`: an accepted revision of a show takes effect, in the copies of its tickets
//! too.

use bus::{Handled, Received, Undeliverable};
use contract::show_terms::{CHANGED, ShowTermsState};
use contract::{Decided, MessageType};
use store::{Loaded, Stop, Tx};

use crate::Ports;
use crate::domain::{Refusal, Show, Ticket};
use crate::images::replaced::delete_replaced;
use crate::republish::{message_type, show_message_type};
use crate::revision_request;

pub(super) const TYPES: &[MessageType<ShowTermsState>] = &[CHANGED];

pub(super) async fn on_show_terms_changed(
    ports: Ports,
    received: Received<ShowTermsState>,
) -> Result<Handled, Undeliverable> {
    let terms = received.state;
    let id = terms.show_id.untyped();
    let handled = ports.store.transact(move |tx| follow(tx, &terms)).await?;
    ports.arrivals.announce(id);
    Ok(handled)
}

fn follow(tx: &mut Tx<'_>, terms: &ShowTermsState) -> Result<Handled, Stop<Refusal>> {
    let show = tx.get::<Show>(terms.show_id)?.ok_or(Refusal::UnknownShow)?;
    match show.follow(terms) {
        Decided::AlreadyApplied => Ok(Handled::AlreadyApplied),
        Decided::Applied(followed, ()) => {
            if followed.version > show.version {
                tx.publish(show_message_type(&followed).of(followed.state()));
                copy_to_tickets(tx, &followed)?;
            }
            delete_replaced(tx, &show, &followed)?;
            revision_request::publish(tx, &show, &*followed);
            tx.save(*followed);
            Ok(Handled::Applied)
        }
    }
}

fn copy_to_tickets(tx: &mut Tx<'_>, show: &Show) -> Loaded<()> {
    for ticket in tx.get_all::<Ticket>(&show.tickets)?.into_iter().flatten() {
        let followed = ticket.follow_show(show.into());
        tx.publish(message_type(&followed).of(followed.state()));
        tx.save(followed);
    }
    Ok(())
}
