//! Collections, keys and indexes of admissions.

use contract::{OrderId, TicketId, UserId};
use store::{Collection, Index, document};

use crate::domain::{
    Admission, Booking, CachedDocument, CachedFile, CheckIn, Counter, Gate, Issuer, Sender, Show,
    Ticket, Transfer,
};

impl Issuer {
    /// The id of the only document.
    pub const ID: &'static str = "issuer";
}

/// Admissions, by id. Indexed by holder, also with the order and with the ticket, newest first;
/// while they are not void by show; and once a door no longer knows their state from the code alone,
/// by ticket and by show with the time of the last change.
pub static ADMISSIONS: Collection = Collection::indexed(
    "admissions",
    &[
        Index { name: "by_holder", fields: &["holder", "issuedAt"] },
        Index { name: "by_order", fields: &["ofOrder", "issuedAt"] },
        Index { name: "by_ticket", fields: &["ofTicket", "issuedAt"] },
        Index { name: "live_by_show", fields: &["liveShow"] },
        Index { name: "changed_by_ticket", fields: &["changedTicket", "changedAt"] },
        Index { name: "changed_by_show", fields: &["changedShow", "changedAt"] },
    ],
);

/// The keys of codes, in one document.
pub static ISSUERS: Collection = Collection::named("issuers");

/// Scans at doors, by a hash of the door and the scan's id. Indexed by age, and conflicts by ticket
/// and by show.
pub static CHECK_INS: Collection = Collection::indexed(
    "check_ins",
    &[
        Index { name: "by_age", fields: &["scannedAt"] },
        Index { name: "conflicts_by_ticket", fields: &["conflictTicket", "scannedAt"] },
        Index { name: "conflicts_by_show", fields: &["conflictShow", "scannedAt"] },
    ],
);

/// Counters of admissions, by event and number.
pub static COUNTERS: Collection =
    Collection::indexed("counters", &[Index { name: "by_event", fields: &["event", "number"] }]);

/// Gates, by id. Indexed by seller.
pub static GATES: Collection =
    Collection::indexed("gates", &[Index { name: "by_seller", fields: &["seller", "createdAt"] }]);

/// Complete orders whose admissions are issued, by order: copies of their versions.
pub static BOOKINGS: Collection = Collection::named("bookings");

/// Recent transfers of each sender, by account. Indexed by age.
pub static SENDERS: Collection =
    Collection::indexed("senders", &[Index { name: "by_age", fields: &["since"] }]);
/// Entries of cached documents, by a hash of their content. Indexed by age.
pub static DOCUMENTS: Collection =
    Collection::indexed("documents", &[Index { name: "by_age", fields: &["renderedAt"] }]);

/// The files of cached documents, by the same hash.
pub static DOCUMENT_FILES: Collection = Collection::of_files("document_files");

/// Shows, by id: copies. Indexed while their admissions are to be voided.
pub static SHOWS: Collection =
    Collection::indexed("shows", &[Index { name: "voiding", fields: &["isVoiding"] }]);

/// Tickets, by id: copies. Indexed by show.
pub static TICKETS: Collection =
    Collection::indexed("tickets", &[Index { name: "by_show", fields: &["show", "id"] }]);

/// Transfers, by id. Indexed by sender and by recipient, newest first; and while they are offered by
/// the time of expiry, by sender and by recipient.
pub static TRANSFERS: Collection = Collection::indexed(
    "transfers",
    &[
        Index { name: "by_sender", fields: &["sender", "offeredAt"] },
        Index { name: "by_recipient", fields: &["recipient", "offeredAt"] },
        Index { name: "by_expiry", fields: &["expiresAt"] },
        Index { name: "open_by_sender", fields: &["openOfSender"] },
        Index { name: "open_by_recipient", fields: &["openOfRecipient"] },
    ],
);

document!(Admission, ADMISSIONS, |admission| admission.state.id,
    "holder" => admission.state.holder,
    "ofOrder" => of_order(admission.state.holder, admission.paid_by()),
    "ofTicket" => of_ticket(admission.state.holder, admission.state.ticket_id),
    "issuedAt" => admission.state.issued_at,
    "liveShow" => admission.state.show_id.filter(|_| admission.is_live()),
    "changedTicket" => admission.changed_at.map(|_| admission.state.ticket_id),
    "changedShow" => admission.changed_at.and(admission.state.show_id),
    "changedAt" => admission.changed_at,
);
document!(Issuer, ISSUERS, |_it| Issuer::ID);
document!(CheckIn, CHECK_INS, |scan| scan.id,
    "scannedAt" => scan.scanned_at,
    "conflictTicket" => scan.conflict.and_then(|conflict| conflict.ticket),
    "conflictShow" => scan.conflict.and_then(|conflict| conflict.show),
);
document!(Counter, COUNTERS, |counter| Counter::id_of(&counter.event, counter.number),
    "event" => counter.event.as_str(),
    "number" => counter.number,
);
document!(Gate, GATES, |gate| gate.id,
    "seller" => gate.seller,
    "createdAt" => gate.created_at,
);
document!(Booking, BOOKINGS, |booking| booking.order_id);
document!(Sender, SENDERS, |sender| sender.user_id, "since" => sender.since);
document!(CachedDocument, DOCUMENTS, |entry| entry.id, "renderedAt" => entry.rendered_at);
document!(CachedFile, DOCUMENT_FILES, |file| file.id);
document!(Show, SHOWS, |show| show.id,
    "isVoiding" => show.is_voiding.then_some(true),
);
document!(Ticket, TICKETS, |ticket| ticket.id,
    "show" => ticket.show_id,
    "id" => ticket.id,
);
document!(Transfer, TRANSFERS, |transfer| transfer.state.id,
    "sender" => transfer.state.from,
    "recipient" => transfer.recipient(),
    "offeredAt" => transfer.state.offered_at,
    "expiresAt" => transfer.is_offered().then_some(transfer.state.expires_at),
    "openOfSender" => transfer.is_offered().then_some(transfer.state.from),
    "openOfRecipient" => transfer.recipient().filter(|_| transfer.is_offered()),
);

/// Key of the admissions of an order that a user holds.
pub(crate) fn of_order(holder: UserId, order: OrderId) -> String {
    format!("{holder} {order}")
}

/// Key of the admissions of a ticket that a user holds.
pub(crate) fn of_ticket(holder: UserId, ticket: TicketId) -> String {
    format!("{holder} {ticket}")
}
