//! Copies of shows: they change together with the inventories of all their tickets, in one
//! decision.

use bus::Handled;
use contract::show_revision::ShowRevisionState;
use contract::ticket::TicketState;
use contract::{inventory, show_terms};
use store::{Loaded, Stop, Tx};

use crate::domain::{Command, Inventory, Order, Refusal, Show};

/// The copy of a ticket's show, at least at the version that the ticket has copied.
pub(crate) fn of(tx: &mut Tx<'_>, ticket: &TicketState) -> Loaded<Option<Show>> {
    let Some(copied) = ticket.show else { return Ok(None) };
    let known = tx.get::<Show>(copied.id)?.unwrap_or(Show::unknown(copied.id));
    Ok(Some(known.follow(ticket)))
}

/// A ticket at the known version of its show.
pub(crate) fn at_present(show: Option<&Show>, ticket: TicketState) -> TicketState {
    match show {
        Some(show) => show.apply_to(ticket),
        None => ticket,
    }
}

/// An inventory at the known version of its show.
pub(crate) fn in_show(show: Option<&Show>, inventory: Inventory) -> Inventory {
    match show {
        Some(show) => inventory.in_show(show),
        None => inventory,
    }
}

/// Stores the changed inventory of a ticket, if any, and the copy of its show; publishes the
/// inventories that changed.
pub(crate) fn save(
    tx: &mut Tx<'_>,
    show: Option<Show>,
    inventory: Option<Inventory>,
) -> Loaded<Handled> {
    let show = match (show, &inventory) {
        (Some(show), Some(inventory)) => Some(show.with_ticket(inventory.show_ticket())),
        (show, _) => show,
    };
    let is_changed = inventory.is_some();
    if let Some(inventory) = inventory {
        let inventory = in_show(show.as_ref(), inventory);
        tx.publish(inventory::CHANGED.of(inventory.state()));
        tx.put(inventory);
    }
    let is_new = match show {
        Some(show) => replace(tx, show)?,
        None => false,
    };
    Ok(if is_changed || is_new { Handled::Applied } else { Handled::AlreadyApplied })
}

/// Stores a copy of a show, and updates the inventories of its tickets. Returns whether it differs
/// from the stored copy.
fn replace(tx: &mut Tx<'_>, show: Show) -> Loaded<bool> {
    if tx.get::<Show>(show.id)?.as_ref() == Some(&show) {
        return Ok(false);
    }
    for known in tx.get_all::<Inventory>(&show.ticket_ids())?.into_iter().flatten() {
        let followed = known.clone().in_show(&show);
        if followed.version > known.version {
            tx.publish(inventory::CHANGED.of(followed.state()));
        }
        if followed != known {
            tx.save(followed);
        }
    }
    tx.put(show);
    Ok(true)
}

/// Decides a revision against the inventories of the show, and publishes the outcome. Hold of a
/// ticket of the show at the same time conflicts with this decision, because both change an
/// inventory.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    revision: &ShowRevisionState,
) -> Result<Handled, Stop<Refusal>> {
    let id = revision.show.id;
    let show = tx.get::<Show>(id)?.unwrap_or(Show::unknown(id));
    let inventories = tx.get_all::<Inventory>(&show.ticket_ids())?.into_iter().flatten();
    let committed = inventories.map(|inventory| inventory.held + inventory.sold);
    let Some(show) = show.revise(revision, committed.fold(0, u32::saturating_add)) else {
        return Ok(Handled::AlreadyApplied);
    };
    if let Some(terms) = show.terms() {
        tx.publish(show_terms::CHANGED.of(terms));
    }
    Ok(save(tx, Some(show), None)?)
}

/// The command, or the end of an active order whose show is cancelled. One inventory suffices:
/// those of a show change in one commit.
pub(super) fn command_of(tx: &mut Tx<'_>, order: &Order, command: Command) -> Loaded<Command> {
    let items = order.state.items.iter().filter(|_| order.state.show_id.is_some());
    let Some(item) = items.take(1).find(|_| order.is_active()) else { return Ok(command) };
    let inventory = tx.get::<Inventory>(item.ticket_id)?;
    let is_cancelled = inventory.is_some_and(|inventory| inventory.is_cancelled());
    Ok(if is_cancelled { Command::CancelWithShow } else { command })
}
