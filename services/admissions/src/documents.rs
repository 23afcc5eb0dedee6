//! Collections, keys and indexes of admissions.

use contract::{OrderId, TicketId, UserId};
use store::{Collection, Index, document};

use crate::domain::{Admission, Booking, Show, Ticket};

/// Admissions, by id. Indexed by holder, also with the order and with the ticket, newest first; and
/// while they are not void by show.
pub static ADMISSIONS: Collection = Collection::indexed(
    "admissions",
    &[
        Index { name: "by_holder", fields: &["holder", "issuedAt"] },
        Index { name: "by_order", fields: &["ofOrder", "issuedAt"] },
        Index { name: "by_ticket", fields: &["ofTicket", "issuedAt"] },
        Index { name: "live_by_show", fields: &["liveShow"] },
    ],
);

/// Complete orders whose admissions are issued, by order: copies of their versions.
pub static BOOKINGS: Collection = Collection::named("bookings");

/// Shows, by id: copies. Indexed while their admissions are to be voided.
pub static SHOWS: Collection =
    Collection::indexed("shows", &[Index { name: "voiding", fields: &["isVoiding"] }]);

/// Tickets, by id: copies.
pub static TICKETS: Collection = Collection::named("tickets");

document!(Admission, ADMISSIONS, |admission| admission.state.id,
    "holder" => admission.state.holder,
    "ofOrder" => of_order(admission.state.holder, admission.state.order_id),
    "ofTicket" => of_ticket(admission.state.holder, admission.state.ticket_id),
    "issuedAt" => admission.state.issued_at,
    "liveShow" => admission.state.show_id.filter(|_| admission.is_live()),
);
document!(Booking, BOOKINGS, |booking| booking.order_id);
document!(Show, SHOWS, |show| show.id,
    "isVoiding" => show.is_voiding.then_some(true),
);
document!(Ticket, TICKETS, |ticket| ticket.id);

/// Key of the admissions of an order that a user holds.
pub(crate) fn of_order(holder: UserId, order: OrderId) -> String {
    format!("{holder} {order}")
}

/// Key of the admissions of a ticket that a user holds.
pub(crate) fn of_ticket(holder: UserId, ticket: TicketId) -> String {
    format!("{holder} {ticket}")
}
