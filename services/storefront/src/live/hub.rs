//! The open streams of a process, and the changes that wait for their next frames.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use contract::{OrderId, TicketId, UserId};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::{Notify, broadcast};
use web::NetworkSlots;

use super::topic::Topic;

/// Frames that a slow stream may be behind before it begins again with the present state.
pub(super) const BEHIND_MAX: usize = 32;

/// Maximum streams of a process, shared evenly by networks; each costs under 20 KiB.
const STREAMS_MAX: usize = 20_000;

/// A change of an order, for its buyer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OrderEvent {
    pub(crate) order: OrderId,
    pub(crate) buyer: UserId,
    /// The type of the message.
    pub(crate) name: String,
    pub(crate) data: Value,
}

/// The frame of a topic.
pub(super) struct Frame {
    pub(super) topic: Topic,
    /// The only account that may see it; all may without one.
    pub(super) owner: Option<UserId>,
    pub(super) bytes: Bytes,
}

/// The frames of one period.
pub(super) struct Batch(pub(super) Vec<Frame>);

#[derive(Default)]
pub(super) struct Pending {
    pub(super) tickets: HashSet<TicketId>,
    pub(super) orders: HashMap<OrderId, Vec<OrderEvent>>,
}

/// Collects changes, and sends them to the open streams. Clones share it.
#[derive(Clone)]
pub(crate) struct Hub {
    pub(super) batches: broadcast::Sender<Arc<Batch>>,
    pub(super) pending: Arc<Mutex<Pending>>,
    /// Notified of changes.
    pub(super) news: Arc<Notify>,
    pub(super) places: NetworkSlots,
    /// Whether other replicas have streams too.
    pub(crate) is_shared: bool,
}

impl Hub {
    pub(crate) fn new(is_shared: bool) -> Self {
        let (batches, _) = broadcast::channel(BEHIND_MAX);
        let places = NetworkSlots::new(STREAMS_MAX);
        Self { batches, pending: Arc::default(), news: Arc::default(), places, is_shared }
    }

    /// Notes that the stock of a ticket has changed.
    pub(crate) fn stock_changed(&self, ticket: TicketId) {
        if self.has_streams() {
            self.pending.lock().tickets.insert(ticket);
            self.news.notify_one();
        }
    }

    /// Notes a change of an order.
    pub(crate) fn order_changed(&self, event: OrderEvent) {
        if self.has_streams() {
            self.pending.lock().orders.entry(event.order).or_default().push(event);
            self.news.notify_one();
        }
    }

    /// Returns changes that could not be sent to those that wait.
    pub(super) fn wait_again(&self, Pending { tickets, orders }: Pending) {
        let mut pending = self.pending.lock();
        pending.tickets.extend(tickets);
        for (order, mut events) in orders {
            let later = pending.orders.entry(order).or_default();
            events.append(later);
            *later = events;
        }
    }

    fn has_streams(&self) -> bool {
        self.places.taken() > 0
    }
}
