//! Sums of units by ticket.

use contract::TicketId;
use contract::payment::ReturnedUnits;

/// Adds units, including those of new tickets.
pub(super) fn add_units(units: &mut Vec<ReturnedUnits>, more: &[ReturnedUnits]) {
    for one in more {
        match units.iter_mut().find(|known| known.ticket_id == one.ticket_id) {
            Some(known) => known.quantity += one.quantity,
            None => units.push(*one),
        }
    }
}

/// The units of a ticket.
pub(super) fn units_of(units: &[ReturnedUnits], ticket_id: TicketId) -> u32 {
    let of_ticket = units.iter().find(|units| units.ticket_id == ticket_id);
    of_ticket.map_or(0, |units| units.quantity)
}

/// Subtracts units of known tickets, down to zero.
pub(super) fn remove_units(units: &mut [ReturnedUnits], fewer: &[ReturnedUnits]) {
    for one in fewer {
        if let Some(known) = units.iter_mut().find(|known| known.ticket_id == one.ticket_id) {
            known.quantity = known.quantity.saturating_sub(one.quantity);
        }
    }
}
