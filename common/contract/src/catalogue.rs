//! Every message type there is, one module an aggregate: the state it carries and the names of what happens to it.

pub mod expiration;
pub mod inventory;
pub mod order;
pub mod part;
pub mod payment;
pub mod person;
pub mod revision;
pub mod session;
pub mod ticket;
pub mod user;

/// Name and data version of every message type, in the order of the modules.
pub const ALL: &[(&str, u32)] = &[
    (expiration::COMPLETE.name(), expiration::COMPLETE.data_version()),
    (inventory::CHANGED.name(), inventory::CHANGED.data_version()),
    (order::CREATED.name(), order::CREATED.data_version()),
    (order::UPDATED.name(), order::UPDATED.data_version()),
    (order::COMPLETED.name(), order::COMPLETED.data_version()),
    (order::CANCELLED.name(), order::CANCELLED.data_version()),
    (part::EXPIRATION.name(), part::EXPIRATION.data_version()),
    (part::ORDERS.name(), part::ORDERS.data_version()),
    (part::PAYMENTS.name(), part::PAYMENTS.data_version()),
    (part::TICKETS.name(), part::TICKETS.data_version()),
    (payment::STARTED.name(), payment::STARTED.data_version()),
    (payment::AUTHORIZED.name(), payment::AUTHORIZED.data_version()),
    (payment::CAPTURED.name(), payment::CAPTURED.data_version()),
    (payment::VOIDED.name(), payment::VOIDED.data_version()),
    (payment::DECLINED.name(), payment::DECLINED.data_version()),
    (payment::REFUNDED.name(), payment::REFUNDED.data_version()),
    (person::REQUESTED.name(), person::REQUESTED.data_version()),
    (revision::REQUESTED.name(), revision::REQUESTED.data_version()),
    (session::REVOKED.name(), session::REVOKED.data_version()),
    (ticket::CREATED.name(), ticket::CREATED.data_version()),
    (ticket::UPDATED.name(), ticket::UPDATED.data_version()),
    (ticket::WITHDRAWN.name(), ticket::WITHDRAWN.data_version()),
    (user::CREATED.name(), user::CREATED.data_version()),
    (user::BANNED.name(), user::BANNED.data_version()),
    (user::UNBANNED.name(), user::UNBANNED.data_version()),
];

/// The service that owns each aggregate and is the only one to publish it. Each service owns its own type of part.
pub static OWNERS: &[(&str, &str)] = &[
    ("expiration", "expiration"),
    ("inventory", "orders"),
    ("order", "orders"),
    ("part.expiration", "expiration"),
    ("part.orders", "orders"),
    ("part.payments", "payments"),
    ("part.tickets", "tickets"),
    ("payment", "payments"),
    ("person", "auth"),
    ("revision", "tickets"),
    ("session", "auth"),
    ("ticket", "tickets"),
    ("user", "auth"),
];

/// Every durable consumer, by service and listener, and what it reads: one type, or all of an aggregate, since a right to make a
/// consumer names one subject. What is published is kept at least until each of them exists and has settled it, so that a
/// service that starts for the first time misses nothing.
pub static CONSUMERS: &[(&str, &str)] = &[
    ("auth.on_part_made", "part.*"),
    ("auth.on_session_revoked", "session.revoked"),
    ("expiration.on_order_changed", "order.*"),
    ("expiration.on_person_requested", "person.requested"),
    ("expiration.on_session_revoked", "session.revoked"),
    ("orders.on_expiration_complete", "expiration.complete"),
    ("orders.on_payment_authorized", "payment.authorized"),
    ("orders.on_payment_ended", "payment.*"),
    ("orders.on_payment_refunded", "payment.refunded"),
    ("orders.on_payment_started", "payment.started"),
    ("orders.on_person_requested", "person.requested"),
    ("orders.on_revision_requested", "revision.requested"),
    ("orders.on_session_revoked", "session.revoked"),
    ("orders.on_ticket_changed", "ticket.*"),
    ("orders.on_user_changed", "user.*"),
    ("payments.on_order_changed", "order.*"),
    ("payments.on_person_requested", "person.requested"),
    ("payments.on_session_revoked", "session.revoked"),
    ("tickets.on_inventory_changed", "inventory.changed"),
    ("tickets.on_person_requested", "person.requested"),
    ("tickets.on_session_revoked", "session.revoked"),
];

/// The service that keeps the log in order: it removes what every consumer has settled. It answers no client, and while it is
/// away nothing may go anyhow, since it reads too.
pub const KEEPER: &str = "expiration";

/// The types that a service publishes.
pub fn published_by(service: &str) -> impl Iterator<Item = &'static str> {
    let names = ALL.iter().map(|(name, _)| *name);
    names.filter(move |name| owner(name) == Some(service))
}

/// The consumers of a service, and what each reads.
pub fn consumers_of(service: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let is_own = move |name: &str| name.split_once('.').is_some_and(|(own, _)| own == service);
    CONSUMERS.iter().copied().filter(move |(name, _)| is_own(name))
}

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

/// The service that publishes a type.
#[must_use]
pub fn owner(type_name: &str) -> Option<&'static str> {
    let aggregate = aggregate_of(type_name);
    let owns = |(owned, _): &&(&str, &str)| *owned == aggregate || *owned == type_name;
    OWNERS.iter().find(owns).map(|(_, service)| *service)
}
