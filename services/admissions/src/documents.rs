//! Collections, keys and indexes of admissions.

use contract::{OrderId, TicketId, UserId};
use store::{Collection, Index, document};

use crate::domain::{
    Admission, Booking, CachedDocument, CachedFile, CheckIn, Issuer, Show, Ticket,
};

impl Issuer {
    /// The id of the only document.
    pub const ID: &'static str = "issuer";
}

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

/// The keys of codes, in one document.
pub static ISSUERS: Collection = Collection::named("issuers");

/// Scans at doors, by a hash of the seller and the scan's id. Indexed by age.
pub static CHECK_INS: Collection =
    Collection::indexed("check_ins", &[Index { name: "by_age", fields: &["scannedAt"] }]);

/// Complete orders whose admissions are issued, by order: copies of their versions.
pub static BOOKINGS: Collection = Collection::named("bookings");

/// Entries of cached documents, by a hash of their content. Indexed by age.
pub static DOCUMENTS: Collection =
    Collection::indexed("documents", &[Index { name: "by_age", fields: &["renderedAt"] }]);

/// The files of cached documents, by the same hash.
pub static DOCUMENT_FILES: Collection = Collection::of_files("document_files");

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
document!(Issuer, ISSUERS, |_it| Issuer::ID);
document!(CheckIn, CHECK_INS, |scan| scan.id, "scannedAt" => scan.scanned_at);
document!(Booking, BOOKINGS, |booking| booking.order_id);
document!(CachedDocument, DOCUMENTS, |entry| entry.id, "renderedAt" => entry.rendered_at);
document!(CachedFile, DOCUMENT_FILES, |file| file.id);
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
