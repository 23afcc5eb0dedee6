//! The services. Each is described once, as plain data, from which everything about it is derived:
//! the rights of its users at the servers, its route through a proxy, its place in a deployment.

use super::types::{ALL, aggregate_of};

/// Every service, in the order of their ports.
pub static SERVICES: &[Service] = &[AUTH, TICKETS, ORDERS, PAYMENTS, EXPIRATION, STOREFRONT];

/// Collections of every service's store: responses to idempotency keys, revocations, requests.
pub static COLLECTIONS_OF_ALL: &[&str] =
    &["idempotency_keys", "revocations", "person_requests_answered"];

/// A service. Its name is also that of its users at NATS and MongoDB, its database, and its
/// job at Prometheus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// `orders`; a name that DNS allows.
    pub name: &'static str,
    /// Its purpose, in one line.
    pub about: &'static str,
    /// Effect of its absence on customers: `Without auth sign-in fails`.
    pub absence: &'static str,
    /// The port that it listens on by default.
    pub port: u16,
    /// Its use of the session key.
    pub session_key: KeyRole,
    /// The prefixes of its paths of the API; none if no client calls it.
    pub paths: &'static [&'static str],
    /// The prefixes of its pages, and of what pages load; `/` is that page alone, no prefix.
    pub pages: &'static [&'static str],
    /// The services whose API it calls.
    pub calls: &'static [&'static str],
    /// The collections of its store, without [`COLLECTIONS_OF_ALL`].
    pub collections: &'static [&'static str],
    /// The databases of parts that have a store of their own.
    pub more_databases: &'static [&'static str],
    /// The aggregates (`order`), and types of shared aggregates (`part.orders`), that it owns.
    pub owns: &'static [&'static str],
    /// Its subscriptions.
    pub subscriptions: &'static [Subscription],
    /// The settings of the payment provider that it needs.
    pub payment_provider: ProviderRole,
    /// Whether it trims the log of messages: removes those that every consumer has settled.
    pub keeps_log: bool,
}

/// A service's use of the session key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRole {
    /// Signs sessions: reads the private half, created on first start.
    Signs,
    /// Verifies sessions: reads the public half.
    Verifies,
}

/// The settings of the payment provider that a service needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderRole {
    /// Nothing.
    Unused,
    /// The provider's name, which determines the chargeable amounts.
    AmountRules,
    /// All of them, including the provider's secrets: it sends requests to the provider.
    Charges,
}

/// A subscription of a service: one durable consumer, one handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscription {
    /// The listener: `on_ticket_changed`.
    pub listener: &'static str,
    /// A type, or all of an aggregate (`ticket.*`): a right to create a consumer has one subject.
    pub subject: &'static str,
    /// The replicas that receive a message.
    pub kind: SubscriptionKind,
}

/// The replicas of a service that receive a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubscriptionKind {
    /// One of them: the effect is in the store, which they share.
    Durable,
    /// Every one: the effect is in memory too. The durable consumer delivers the message to one
    /// replica, which stores a copy; the others read new copies from the store.
    Broadcast,
}

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
        "sign_up_keys",
        "guesses",
        "person_requests",
        "devices",
        "migrations",
    ],
    more_databases: &[],
    owns: &["person", "session", "user"],
    subscriptions: &[Subscription::durable("on_part_made", "part.*"), ON_SESSION_REVOKED],
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
    about: "The pages that people see, rendered from copies of what is on offer",
    absence: "no page is shown",
    port: 3006,
    session_key: KeyRole::Verifies,
    paths: &[],
    pages: &[
        "/",
        "/about",
        "/account",
        "/admin",
        "/assets",
        "/language",
        "/live",
        "/orders",
        "/sell",
        "/shows",
        "/signin",
        "/signout",
        "/signup",
        "/tickets",
    ],
    calls: &["auth", "tickets", "orders", "payments"],
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
    payment_provider: ProviderRole::Unused,
    keeps_log: false,
};

impl Subscription {
    /// A subscription of which one replica handles each message.
    #[must_use]
    pub const fn durable(listener: &'static str, subject: &'static str) -> Self {
        Self { listener, subject, kind: SubscriptionKind::Durable }
    }

    /// A subscription whose messages every replica applies.
    #[must_use]
    pub const fn broadcast(listener: &'static str, subject: &'static str) -> Self {
        Self { listener, subject, kind: SubscriptionKind::Broadcast }
    }

    /// Whether it reads a type.
    #[must_use]
    pub fn reads(&self, type_name: &str) -> bool {
        let aggregate = self.subject.strip_suffix(".*");
        aggregate.map_or(self.subject == type_name, |all| super::aggregate_of(type_name) == all)
    }

    /// The durable consumer of this subscription: `orders.on_ticket_changed`.
    #[must_use]
    pub fn consumer_of(&self, service: &str) -> String {
        format!("{service}.{}", self.listener)
    }
}

impl Service {
    /// The databases that its user at MongoDB reads and writes.
    pub fn databases(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.more_databases.iter().copied())
    }

    /// Whether clients send requests to it.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        !self.paths.is_empty() || !self.pages.is_empty()
    }

    /// Whether it owns a type, or all types of a subject (`payment.*`).
    pub(crate) fn is_owner_of(&self, subject: &str) -> bool {
        self.owns.contains(&subject) || self.owns.contains(&aggregate_of(subject))
    }

    /// The types that it publishes.
    pub fn publishes(&'static self) -> impl Iterator<Item = &'static str> {
        ALL.iter().map(|(name, _)| *name).filter(|name| self.is_owner_of(name))
    }

    /// The subscription of a listener.
    #[must_use]
    pub fn subscription(&self, listener: &str) -> Option<&'static Subscription> {
        self.subscriptions.iter().find(|reads| reads.listener == listener)
    }

    /// Its consumers, each with its subject: `orders.on_ticket_changed`, `ticket.*`.
    pub fn consumers(&self) -> impl Iterator<Item = (String, &'static str)> + use<> {
        let name = self.name;
        self.subscriptions.iter().map(move |reads| (reads.consumer_of(name), reads.subject))
    }
}

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
            types.contains(aggregate) || super::super::types_of(aggregate).next().is_some()
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
