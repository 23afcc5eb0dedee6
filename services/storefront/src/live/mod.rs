//! Changes while people look: of stock for everyone, of orders for their buyers.
//!
//! A stream begins with the present state of its topics, and then has every change of them, at most
//! two frames a second. So it has no gap after a lost connection or a restart, on any replica. An
//! event states a version; one that is not greater than the last known is old.

mod changes;
mod stream;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use contract::inventory;
use contract::{OrderId, TicketId, Timestamp, UserId};
use parking_lot::Mutex;
use serde_json::{Value, json};
use store::{Store, Unavailable};
use tokio::sync::broadcast;
use web::NetworkSlots;

use crate::Ports;
use crate::domain::Offer;

pub(crate) use changes::{CHANGES, CHANGES_KEPT, Change, Known, follow, keep};
pub(crate) use stream::open;

/// Period of the frames.
pub(crate) const PERIOD: Duration = Duration::from_millis(500);

/// Frames that a slow stream may be behind before it begins again with the present state.
const BEHIND_MAX: usize = 32;

/// Maximum streams of a process, shared evenly by networks; each costs under 20 KiB.
const STREAMS_MAX: usize = 20_000;

/// A subject of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// The stock of a ticket.
    Ticket(TicketId),
    /// An order, for its buyer.
    Order(OrderId),
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ticket(id) => write!(f, "ticket:{id}"),
            Self::Order(id) => write!(f, "order:{id}"),
        }
    }
}

impl FromStr for Topic {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rule = "must be ticket:ID or order:ID, or a list of them with commas";
        let (kind, id) = text.split_once(':').ok_or(rule)?;
        match kind {
            "ticket" => id.parse().map(Self::Ticket).map_err(|_| rule),
            "order" => id.parse().map(Self::Order).map_err(|_| rule),
            _ => Err(rule),
        }
    }
}

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
struct Frame {
    topic: Topic,
    /// Who may see it; everyone without.
    owner: Option<UserId>,
    bytes: Bytes,
}

/// The frames of one period.
struct Batch(Vec<Frame>);

#[derive(Default)]
struct Pending {
    tickets: HashSet<TicketId>,
    orders: HashMap<OrderId, Vec<OrderEvent>>,
}

/// Collects changes, and sends them to the open streams. Clones share it.
#[derive(Clone)]
pub(crate) struct Hub {
    batches: broadcast::Sender<Arc<Batch>>,
    pending: Arc<Mutex<Pending>>,
    places: NetworkSlots,
    /// Whether other replicas have streams too.
    pub(crate) is_shared: bool,
}

impl Hub {
    pub(crate) fn new(is_shared: bool) -> Self {
        let (batches, _) = broadcast::channel(BEHIND_MAX);
        let places = NetworkSlots::new(STREAMS_MAX);
        Self { batches, pending: Arc::default(), places, is_shared }
    }

    /// Notes that the stock of a ticket has changed.
    pub(crate) fn stock_changed(&self, ticket: TicketId) {
        if self.has_streams() {
            self.pending.lock().tickets.insert(ticket);
        }
    }

    /// Notes a change of an order.
    pub(crate) fn order_changed(&self, event: OrderEvent) {
        if self.has_streams() {
            self.pending.lock().orders.entry(event.order).or_default().push(event);
        }
    }

    fn has_streams(&self) -> bool {
        self.batches.receiver_count() > 0
    }
}

/// Sends what has changed since the last period. Returns 0, so that the next one is a period later.
pub(crate) async fn send(ports: Ports) -> Result<usize, Unavailable> {
    let hub = &ports.live;
    let streams = u32::try_from(hub.batches.receiver_count()).unwrap_or(u32::MAX);
    metrics::gauge!("live_streams").set(f64::from(streams));
    let pending = std::mem::take(&mut *hub.pending.lock());
    let now = ports.clock.now();
    let mut frames = stock(&ports.store, pending.tickets, now).await?;
    for event in pending.orders.into_values().flatten() {
        let bytes = frame(&event.name, now, &event.data);
        frames.push(Frame { topic: Topic::Order(event.order), owner: Some(event.buyer), bytes });
    }
    if !frames.is_empty() {
        // Without a stream nobody misses them.
        let _ = hub.batches.send(Arc::new(Batch(frames)));
    }
    Ok(0)
}

/// The frames of the present stock of tickets.
async fn stock(
    store: &Store,
    tickets: impl IntoIterator<Item = TicketId>,
    now: Timestamp,
) -> Result<Vec<Frame>, Unavailable> {
    let offers = store.find_all::<Offer>(tickets).await?;
    let of_offer = |offer: Offer| {
        let (ticket, stock) = (offer.ticket.as_ref(), offer.stock.as_ref());
        let data = json!({
            "ticketId": offer.id,
            "version": stock.map_or(0, |stock| stock.version),
            "ticketVersion": ticket.map_or(0, |ticket| ticket.version),
            "available": offer.available(),
        });
        let bytes = frame(inventory::CHANGED.name(), now, &data);
        Frame { topic: Topic::Ticket(offer.id), owner: None, bytes }
    };
    Ok(offers.into_iter().flatten().map(of_offer).collect())
}

/// One event of a stream (HTML Living Standard, 9.2). JSON text has no line breaks.
fn frame(event: &str, at: Timestamp, data: &Value) -> Bytes {
    format!("event: {event}\nid: {}\ndata: {data}\n\n", at.unix_ms()).into()
}
