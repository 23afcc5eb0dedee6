//! The services. Each is described once, as plain data, from which everything about it is derived:
//! the rights of its users at the servers, its route through a proxy, its place in a deployment.

pub use super::service::{KeyRole, ProviderRole, Service, Subscription, SubscriptionKind};

/// Every service, in the order of their ports.
pub static SERVICES: &[Service] =
    &[AUTH, TICKETS, ORDERS, PAYMENTS, EXPIRATION, STOREFRONT, MAIL, ADMISSIONS];

/// Collections of every service's store: responses to idempotency keys, revocations, requests.
pub static COLLECTIONS_OF_ALL: &[&str] =
    &["idempotency_keys", "revocations", "person_requests_answered"];

/// Revoked sessions, which every service reads.
pub const ON_SESSION_REVOKED: Subscription =
    Subscription::broadcast("on_session_revoked", "session.revoked");

/// Requests of persons, which every service reads except the one that collects the results.
pub const ON_PERSON_REQUESTED: Subscription =
    Subscription::durable("on_person_requested", "person.requested");

/// Accounts, sessions, requests of persons.
pub const AUTH: Service = Service {
    name: "auth",
    about: "Accounts, sessions and their revocation",
    absence: "sign-in fails",
    port: 3001,
    session_key: KeyRole::Signs,
    paths: &["/api/users", "/.well-known/jwks.json"],
    pages: &[],
    calls: &[],
    collections: &[
        "users",
        "email_addresses",
        "administrators",
        "sessions",
        "second_factors",
        "sign_up_keys",
        "guesses",
        "person_requests",
        "devices",
        "links",
        "link_requests",
        "reset_requests",
        "migrations",
    ],
    more_databases: &[],
    owns: &["contact", "notice", "person", "session", "user"],
    subscriptions: &[
        Subscription::durable("on_link_issued", "link.issued"),
        Subscription::durable("on_part_made", "part.*"),
        ON_SESSION_REVOKED,
    ],
    payment_provider: ProviderRole::Unused,
    keeps_log: false,
};

/// Tickets on offer.
pub const TICKETS: Service = Service {
    name: "tickets",
    about: "What sellers offer, and what of it can still be bought",
    absence: "no ticket is shown",
    port: 3002,
    session_key: KeyRole::Verifies,
    paths: &["/api/images", "/api/reports", "/api/sales", "/api/shows", "/api/tickets"],
    pages: &[],
    calls: &[],
    collections: &[
        "images",
        "reporters",
        "reports",
        "sale_copies",
        "sale_hours",
        "shows",
        "tickets",
    ],
    more_databases: &[],
    owns: &["part.tickets", "revision", "show", "show_revision", "ticket"],
    subscriptions: &[
        Subscription::durable("on_admission_listed", "admission.listed"),
        Subscription::durable("on_admission_voided", "admission.voided"),
        Subscription::durable("on_inventory_changed", "inventory.changed"),
        ON_PERSON_REQUESTED,
        Subscription::durable("on_sale_changed", "sale.changed"),
        ON_SESSION_REVOKED,
        Subscription::durable("on_show_refunds_changed", "show_refunds.changed"),
        Subscription::durable("on_show_terms_changed", "show_terms.changed"),
    ],
    payment_provider: ProviderRole::AmountRules,
    keeps_log: false,
};

/// Stock, holds and orders.
pub const ORDERS: Service = Service {
    name: "orders",
    about: "The arbiter of stock: inventories, holds and orders",
    absence: "no ticket is sold",
    port: 3003,
    session_key: KeyRole::Verifies,
    paths: &["/api/orders"],
    pages: &[],
    calls: &[],
    collections: &[
        "inventories",
        "orders",
        "holdings",
        "network_holds",
        "sellers",
        "shows",
        "migrations",
    ],
    more_databases: &[],
    owns: &["inventory", "order", "part.orders", "show_terms"],
    subscriptions: &[
        Subscription::durable("on_expiration_complete", "expiration.complete"),
        Subscription::durable("on_payment_authorized", "payment.authorized"),
        Subscription::durable("on_payment_ended", "payment.*"),
        Subscription::durable("on_payment_refunded", "payment.refunded"),
        Subscription::durable("on_payment_started", "payment.started"),
        ON_PERSON_REQUESTED,
        Subscription::durable("on_revision_requested", "revision.requested"),
        ON_SESSION_REVOKED,
        Subscription::durable("on_show_revision_requested", "show_revision.requested"),
        Subscription::durable("on_ticket_changed", "ticket.*"),
        Subscription::durable("on_user_changed", "user.*"),
    ],
    payment_provider: ProviderRole::AmountRules,
    keeps_log: false,
};

/// Payments, refunds and the ledger.
pub const PAYMENTS: Service = Service {
    name: "payments",
    about: "Attempts to collect money, and the provider they are made through",
    absence: "no ticket is sold",
    port: 3004,
    session_key: KeyRole::Verifies,
    paths: &["/api/payments"],
    pages: &[],
    calls: &[],
    collections: &[
        "payments",
        "refunds",
        "order_copies",
        "attempts",
        "card_attempts",
        "provider_events",
        "accounts",
        "entries",
        "disputes",
        "reconciliations",
        "sales",
        "show_refunds",
    ],
    // The ledger of the built-in provider.
    more_databases: &["test-provider"],
    owns: &["part.payments", "payment", "sale", "show_refunds"],
    subscriptions: &[
        Subscription::durable("on_admission_voided", "admission.voided"),
        Subscription::durable("on_order_changed", "order.*"),
        ON_PERSON_REQUESTED,
        ON_SESSION_REVOKED,
        Subscription::durable("on_show_changed", "show.*"),
    ],
    payment_provider: ProviderRole::Charges,
    keeps_log: false,
};

/// Deadlines of orders. It keeps the log: it serves no client, and the log waits for it anyhow.
pub const EXPIRATION: Service = Service {
    name: "expiration",
    about: "Deadlines of orders: a hint when one has passed",
    absence: "orders still end within a second",
    port: 3005,
    session_key: KeyRole::Verifies,
    paths: &[],
    pages: &[],
    calls: &[],
    collections: &["deadlines"],
    more_databases: &[],
    owns: &["expiration", "part.expiration"],
    subscriptions: &[
        Subscription::durable("on_order_changed", "order.*"),
        ON_PERSON_REQUESTED,
        ON_SESSION_REVOKED,
    ],
    payment_provider: ProviderRole::Unused,
    keeps_log: true,
};

/// The pages of the marketplace.
pub const STOREFRONT: Service = Service {
    name: "storefront",
    about: "The HTML pages, rendered from copies of offers",
    absence: "no page is shown",
    port: 3006,
    session_key: KeyRole::Verifies,
    paths: &[],
    pages: &[
        "/",
        "/about",
        "/account",
        "/admin",
        "/admissions",
        "/assets",
        "/gate",
        "/language",
        "/live",
        "/orders",
        "/password",
        "/payments",
        "/sell",
        "/shows",
        "/signin",
        "/signout",
        "/signup",
        "/tickets",
        "/transfers",
        "/unsubscribe",
    ],
    calls: &["auth", "tickets", "orders", "payments", "mail", "admissions"],
    collections: &["changes", "listings", "offers", "shows"],
    more_databases: &[],
    owns: &["part.storefront"],
    subscriptions: &[
        Subscription::broadcast("on_inventory_changed", "inventory.changed"),
        Subscription::broadcast("on_order_cancelled", "order.cancelled"),
        Subscription::broadcast("on_order_completed", "order.completed"),
        Subscription::broadcast("on_payment_declined", "payment.declined"),
        ON_PERSON_REQUESTED,
        ON_SESSION_REVOKED,
        Subscription::durable("on_show_changed", "show.*"),
        Subscription::durable("on_ticket_changed", "ticket.*"),
    ],
    payment_provider: ProviderRole::AmountRules,
    keeps_log: false,
};

/// Mails to the owners of accounts: confirmations, receipts, notices.
pub const MAIL: Service = Service {
    name: "mail",
    about: "Mails to the owners of accounts: confirmations, receipts, notices",
    absence: "no mail is sent: sign-ups and forgotten passwords wait",
    port: 3007,
    session_key: KeyRole::Verifies,
    paths: &["/api/mail", "/dev/mail"],
    pages: &[],
    calls: &[],
    collections: &[
        "letters",
        "contacts",
        "recipients",
        "preferences",
        "bookings",
        "shows",
        "sellers",
        "sale_days",
    ],
    more_databases: &[],
    owns: &["link", "part.mail"],
    subscriptions: &[
        Subscription::durable("on_contact_changed", "contact.changed"),
        Subscription::durable("on_notice_changed", "notice.*"),
        Subscription::durable("on_order_completed", "order.completed"),
        Subscription::durable("on_payment_refunded", "payment.refunded"),
        ON_PERSON_REQUESTED,
        ON_SESSION_REVOKED,
        Subscription::durable("on_show_changed", "show.*"),
        Subscription::durable("on_transfer_changed", "transfer.*"),
    ],
    payment_provider: ProviderRole::Unused,
    keeps_log: false,
};

/// Admissions: the ticket in hand and at the door.
pub const ADMISSIONS: Service = Service {
    name: "admissions",
    about: "Admissions: the ticket in hand and at the door",
    absence: "no code is shown or checked at a door",
    port: 3008,
    session_key: KeyRole::Verifies,
    paths: &["/api/admissions", "/api/check-ins", "/api/gates", "/api/transfers"],
    pages: &[],
    calls: &[],
    collections: &[
        "admissions",
        "bookings",
        "check_ins",
        "counters",
        "gates",
        "documents",
        "document_files",
        "issuers",
        "senders",
        "shows",
        "tickets",
        "transfers",
    ],
    more_databases: &[],
    owns: &["admission", "part.admissions", "transfer"],
    subscriptions: &[
        Subscription::durable("on_link_issued", "link.issued"),
        Subscription::durable("on_order_completed", "order.completed"),
        ON_PERSON_REQUESTED,
        ON_SESSION_REVOKED,
        Subscription::durable("on_show_changed", "show.*"),
        Subscription::durable("on_ticket_changed", "ticket.*"),
    ],
    payment_provider: ProviderRole::AmountRules,
    keeps_log: false,
};

/// The names of all services, in the order of [`SERVICES`].
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    SERVICES.iter().map(|service| service.name)
}

/// The service of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.name == name)
}

/// Every durable consumer, by name, with its subject. Messages are retained until each of these
/// exists and has settled them, so that a service that starts for the first time misses none.
#[must_use]
pub fn consumers() -> Vec<(String, &'static str)> {
    let mut consumers: Vec<_> = SERVICES.iter().flat_map(Service::consumers).collect();
    consumers.sort();
    consumers
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::types::{ALL, types_of};
    use super::*;

    fn all_of<T: Ord>(facts: impl Fn(&'static Service) -> Vec<T>) -> (usize, BTreeSet<T>) {
        let all: Vec<T> = SERVICES.iter().flat_map(facts).collect();
        (all.len(), all.into_iter().collect())
    }

    #[test]
    fn names_ports_paths_and_databases_are_unique() {
        let (count, ports) = all_of(|service| vec![service.port]);
        assert_eq!(ports.len(), count, "{ports:?}");
        let (count, paths) = all_of(|service| [service.paths, service.pages].concat());
        assert_eq!(paths.len(), count, "{paths:?}");
        let (count, databases) = all_of(|service| service.databases().collect());
        assert_eq!(databases.len(), count, "{databases:?}");
    }

    #[test]
    fn services_call_the_api_of_others_only() {
        for service in SERVICES {
            for called in service.calls {
                let has_api = find(called).is_some_and(|called| !called.paths.is_empty());
                assert!(has_api && *called != service.name, "{} calls {called}", service.name);
            }
        }
    }

    #[test]
    fn one_service_signs_and_one_keeps_the_log() {
        let signs = |service: &&Service| service.session_key == KeyRole::Signs;
        assert_eq!(SERVICES.iter().filter(signs).count(), 1);
        let keeps = |service: &&Service| service.keeps_log;
        assert_eq!(SERVICES.iter().filter(keeps).count(), 1);
    }

    #[test]
    fn every_type_has_one_publisher_and_what_is_owned_or_read_exists() {
        let (count, published) = all_of(|service| service.publishes().collect());
        let types: BTreeSet<&str> = ALL.iter().map(|(name, _)| *name).collect();
        assert_eq!(published, types);
        assert_eq!(published.len(), count);
        let is_there = |subject: &str| {
            let aggregate = subject.strip_suffix(".*").unwrap_or(subject);
            types.contains(aggregate) || types_of(aggregate).next().is_some()
        };
        for service in SERVICES {
            let read = service.subscriptions.iter().map(|reads| &reads.subject);
            for subject in read.chain(service.owns) {
                assert!(is_there(subject), "{}: {subject}", service.name);
            }
        }
    }

    #[test]
    fn every_replica_receives_revocations() {
        for Service { name, subscriptions, .. } in SERVICES {
            assert!(subscriptions.contains(&ON_SESSION_REVOKED), "{name}");
        }
    }
}
