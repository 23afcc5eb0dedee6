//! What a seller offers, as tickets publishes it.

use serde::{Deserialize, Serialize};

use crate::id::{Id, TicketId, UserId};
use crate::message::{MessageType, State};
use crate::money::Money;
use crate::time::Timestamp;

/// A ticket was offered.
pub const CREATED: MessageType<TicketState> = MessageType::new("ticket.created", 1);
/// A ticket was edited by its seller.
pub const UPDATED: MessageType<TicketState> = MessageType::new("ticket.updated", 1);
/// A ticket is no longer offered; orders made stay.
pub const WITHDRAWN: MessageType<TicketState> = MessageType::new("ticket.withdrawn", 1);

/// Whether a ticket can be ordered at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// It can, while units are available.
    Open,
    /// Its seller took it back.
    Withdrawn,
}

/// The full public state of a ticket, without its stock (see [`super::inventory`]).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TicketState {
    /// The ticket.
    pub id: TicketId,
    /// 1 when offered, one more with every edit.
    pub version: u64,
    /// Who offers it.
    pub seller: UserId,
    /// What it is called.
    pub title: String,
    /// Price of one unit.
    pub price: Money,
    /// Units offered in all, sold ones included.
    pub quantity: u32,
    /// Whether it can be ordered.
    pub offer: Offer,
    /// When it was first offered.
    pub created_at: Timestamp,
}

impl State for TicketState {
    const AGGREGATE: &'static str = "ticket";

    fn id(&self) -> Id {
        self.id.untyped()
    }

    fn version(&self) -> u64 {
        self.version
    }
}
