//! The seller of an event, in decisions.

use contract::UserId;
use store::{Stop, Tx};

use crate::domain::{Event, Refusal, Show, Ticket};

/// Checks that a user sells every ticket of an event. Errors: [`Refusal::UnknownEvent`],
/// [`Refusal::NotSeller`].
pub(crate) fn check_seller(
    tx: &mut Tx<'_>,
    event: &Event,
    user: UserId,
) -> Result<(), Stop<Refusal>> {
    let sellers: Vec<Option<UserId>> = match event {
        Event::Show(id) => {
            let show = tx.get::<Show>(id)?;
            vec![show.and_then(|show| show.state).map(|state| state.seller)]
        }
        Event::Tickets(ids) => {
            let tickets = tx.get_all::<Ticket>(ids)?.into_iter();
            tickets.map(|ticket| ticket.map(|ticket| ticket.seller)).collect()
        }
    };
    for seller in sellers {
        if seller.ok_or(Refusal::UnknownEvent)? != user {
            return Err(Refusal::NotSeller.into());
        }
    }
    Ok(())
}
