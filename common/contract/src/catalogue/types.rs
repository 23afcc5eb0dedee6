//! Every message type by its name.

use super::{
    admission, contact, expiration, inventory, link, notice, order, part, payment, person,
    revision, sale, session, show, show_refunds, show_revision, show_terms, ticket, transfer, user,
};

/// Name and data version of every message type, in the order of the modules.
pub const ALL: &[(&str, u32)] = &[
    (admission::ISSUED.name(), admission::ISSUED.data_version()),
    (admission::TRANSFERRED.name(), admission::TRANSFERRED.data_version()),
    (admission::LISTED.name(), admission::LISTED.data_version()),
    (admission::UNLISTED.name(), admission::UNLISTED.data_version()),
    (admission::UPDATED.name(), admission::UPDATED.data_version()),
    (admission::USED.name(), admission::USED.data_version()),
    (admission::VOIDED.name(), admission::VOIDED.data_version()),
    (contact::CHANGED.name(), contact::CHANGED.data_version()),
    (expiration::COMPLETE.name(), expiration::COMPLETE.data_version()),
    (inventory::CHANGED.name(), inventory::CHANGED.data_version()),
    (link::ISSUED.name(), link::ISSUED.data_version()),
    (notice::REQUESTED.name(), notice::REQUESTED.data_version()),
    (notice::WITHDRAWN.name(), notice::WITHDRAWN.data_version()),
    (order::CREATED.name(), order::CREATED.data_version()),
    (order::UPDATED.name(), order::UPDATED.data_version()),
    (order::COMPLETED.name(), order::COMPLETED.data_version()),
    (order::CANCELLED.name(), order::CANCELLED.data_version()),
    (part::EXPIRATION.name(), part::EXPIRATION.data_version()),
    (part::ORDERS.name(), part::ORDERS.data_version()),
    (part::PAYMENTS.name(), part::PAYMENTS.data_version()),
    (part::TICKETS.name(), part::TICKETS.data_version()),
    (part::STOREFRONT.name(), part::STOREFRONT.data_version()),
    (part::MAIL.name(), part::MAIL.data_version()),
    (part::ADMISSIONS.name(), part::ADMISSIONS.data_version()),
    (payment::STARTED.name(), payment::STARTED.data_version()),
    (payment::AUTHORIZED.name(), payment::AUTHORIZED.data_version()),
    (payment::CAPTURED.name(), payment::CAPTURED.data_version()),
    (payment::VOIDED.name(), payment::VOIDED.data_version()),
    (payment::DECLINED.name(), payment::DECLINED.data_version()),
    (payment::REFUNDED.name(), payment::REFUNDED.data_version()),
    (person::REQUESTED.name(), person::REQUESTED.data_version()),
    (revision::REQUESTED.name(), revision::REQUESTED.data_version()),
    (sale::CHANGED.name(), sale::CHANGED.data_version()),
    (session::REVOKED.name(), session::REVOKED.data_version()),
    (show::CREATED.name(), show::CREATED.data_version()),
    (show::UPDATED.name(), show::UPDATED.data_version()),
    (show::POSTPONED.name(), show::POSTPONED.data_version()),
    (show::CANCELLED.name(), show::CANCELLED.data_version()),
    (show_refunds::CHANGED.name(), show_refunds::CHANGED.data_version()),
    (show_revision::REQUESTED.name(), show_revision::REQUESTED.data_version()),
    (show_terms::CHANGED.name(), show_terms::CHANGED.data_version()),
    (ticket::CREATED.name(), ticket::CREATED.data_version()),
    (ticket::UPDATED.name(), ticket::UPDATED.data_version()),
    (ticket::WITHDRAWN.name(), ticket::WITHDRAWN.data_version()),
    (transfer::OFFERED.name(), transfer::OFFERED.data_version()),
    (transfer::CLAIMED.name(), transfer::CLAIMED.data_version()),
    (transfer::ACCEPTED.name(), transfer::ACCEPTED.data_version()),
    (transfer::DECLINED.name(), transfer::DECLINED.data_version()),
    (transfer::CANCELLED.name(), transfer::CANCELLED.data_version()),
    (transfer::EXPIRED.name(), transfer::EXPIRED.data_version()),
    (user::CREATED.name(), user::CREATED.data_version()),
    (user::BANNED.name(), user::BANNED.data_version()),
    (user::UNBANNED.name(), user::UNBANNED.data_version()),
];

/// Every type of an aggregate.
pub fn types_of(aggregate: &str) -> impl Iterator<Item = &'static str> {
    let names = ALL.iter().map(|(name, _)| *name);
    names.filter(move |name| aggregate_of(name) == aggregate)
}

/// `order` for `order.created`.
#[must_use]
pub fn aggregate_of(type_name: &str) -> &str {
    type_name.split_once('.').map_or(type_name, |(aggregate, _)| aggregate)
}
