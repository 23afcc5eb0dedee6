//! The description of a service, as plain data.

use super::types::{ALL, aggregate_of};

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
    /// The collections of its store, without [`super::services::COLLECTIONS_OF_ALL`].
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
    /// The provider's name, which determines the chargeable amounts, and the cards on pages.
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
        aggregate.map_or(self.subject == type_name, |all| aggregate_of(type_name) == all)
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
