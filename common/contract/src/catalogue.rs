//! Every message type there is, one module an aggregate: the state it carries and the names of what happens to it.

pub mod expiration;
pub mod inventory;
pub mod order;
pub mod payment;
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
    (payment::STARTED.name(), payment::STARTED.data_version()),
    (payment::AUTHORIZED.name(), payment::AUTHORIZED.data_version()),
    (payment::CAPTURED.name(), payment::CAPTURED.data_version()),
    (payment::VOIDED.name(), payment::VOIDED.data_version()),
    (payment::DECLINED.name(), payment::DECLINED.data_version()),
    (payment::REFUNDED.name(), payment::REFUNDED.data_version()),
    (session::REVOKED.name(), session::REVOKED.data_version()),
    (ticket::CREATED.name(), ticket::CREATED.data_version()),
    (ticket::UPDATED.name(), ticket::UPDATED.data_version()),
    (ticket::WITHDRAWN.name(), ticket::WITHDRAWN.data_version()),
    (user::CREATED.name(), user::CREATED.data_version()),
    (user::BANNED.name(), user::BANNED.data_version()),
];

/// Every durable consumer: the service and its listener. What is published is kept at least until each of them exists and has
/// settled it, so that a service that starts for the first time misses nothing.
pub static CONSUMERS: &[&str] = &[
    "auth.on_session_revoked",
    "expiration.on_order_changed",
    "expiration.on_session_revoked",
    "orders.on_expiration_complete",
    "orders.on_payment_authorized",
    "orders.on_payment_ended",
    "orders.on_payment_refunded",
    "orders.on_payment_started",
    "orders.on_session_revoked",
    "orders.on_ticket_changed",
    "payments.on_order_changed",
    "payments.on_session_revoked",
    "tickets.on_inventory_changed",
    "tickets.on_session_revoked",
];
