//! Parts of requests of a person (see [`super::person`]), published by the service in their type.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Id, MessageType, State, UserId};

/// The part of expiration.
pub const EXPIRATION: MessageType<PartState> = MessageType::new("part.expiration", 1);
/// The part of orders.
pub const ORDERS: MessageType<PartState> = MessageType::new("part.orders", 1);
/// The part of payments.
pub const PAYMENTS: MessageType<PartState> = MessageType::new("part.payments", 1);
/// The part of tickets.
pub const TICKETS: MessageType<PartState> = MessageType::new("part.tickets", 1);
/// The part of storefront.
pub const STOREFRONT: MessageType<PartState> = MessageType::new("part.storefront", 1);
/// The part of mail.
pub const MAIL: MessageType<PartState> = MessageType::new("part.mail", 1);
/// The part of admissions.
pub const ADMISSIONS: MessageType<PartState> = MessageType::new("part.admissions", 1);

/// The part of every participating service: each except auth, which collects them.
pub const ALL: &[MessageType<PartState>] =
    &[ADMISSIONS, EXPIRATION, MAIL, ORDERS, PAYMENTS, STOREFRONT, TICKETS];

/// The type of a service's parts.
#[must_use]
pub fn by(service: &str) -> Option<MessageType<PartState>> {
    ALL.iter().copied().find(|part| service_of(part.name()) == service)
}

/// The participating services.
pub fn services() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|part| service_of(part.name()))
}

/// `orders` for `part.orders`.
#[must_use]
pub fn service_of(type_name: &str) -> &str {
    type_name.split_once('.').map_or(type_name, |(_, service)| service)
}

/// An obstacle to the erasure of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// An order of the person is not paid yet.
    OpenOrders,
    /// A payment of the person has not ended yet, or money may return to the person's account: a
    /// refund has not ended, or the bank has not decided a dispute.
    OpenPayments,
    /// Units of the person's tickets are held, or sold for a future event.
    OpenSales,
    /// The person has credit, and does not waive it.
    CreditLeft,
}

/// The result of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "made", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Made {
    /// An export of the data stored about the person.
    Export {
        /// Stored documents, by kind, the newest first.
        items: BTreeMap<String, Vec<Value>>,
        /// Whether these are all documents.
        is_complete: bool,
    },
    /// A check for obstacles to the erasure.
    Check {
        /// The obstacles.
        obstacles: Vec<Obstacle>,
    },
    /// The person was erased.
    Erasure,
}

/// A part of a request; final.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartState {
    /// The part.
    pub id: Id,
    /// The request.
    pub request: Id,
    /// The version of the request that it fulfils.
    pub request_version: u64,
    /// The account.
    pub user_id: UserId,
    /// The result.
    #[serde(flatten)]
    pub made: Made,
}

impl State for PartState {
    const AGGREGATE: &'static str = "part";

    fn id(&self) -> Id {
        self.id
    }

    fn version(&self) -> u64 {
        1
    }
}
