//! The queue of webhook deliveries.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contract::{Backoff, Timestamp};
use serde::{Deserialize, Serialize};

use crate::events::event::{Event, EventType};
use crate::ids::Ids;

/// Maximum number of attempts: with the backoff below, about nine hours (Stripe retries for up to
/// three days).
const ATTEMPTS_MAX: u32 = 16;

/// Backoff after a failed attempt.
const RETRY: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_hours(9));

/// The order in which due events are delivered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookOrder {
    /// Oldest first.
    #[default]
    AsHappened,
    /// Newest first.
    Reversed,
    /// Random, from the seed.
    Shuffled,
}

/// A planned fault of future events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookFault {
    /// The effect.
    #[serde(flatten)]
    pub kind: WebhookFaultKind,
    /// The event type it applies to; `None` for any.
    #[serde(default, rename = "event")]
    pub event_type: Option<EventType>,
    /// Number of events it applies to, from the next one.
    #[serde(default = "once")]
    pub times: u32,
}

/// The effect of a fault on an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WebhookFaultKind {
    /// The event is not delivered.
    Drop,
    /// The event is delivered several times.
    Duplicate {
        /// Number of copies beside the first.
        copies: u32,
    },
    /// The event is delivered later.
    Delay {
        /// The delay in milliseconds.
        ms: u64,
    },
}

fn once() -> u32 {
    1
}

/// Id of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(u64);

/// One attempt to deliver an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The same for all attempts of a delivery; a duplicate is a separate delivery.
    pub id: DeliveryId,
    /// `evt_…`
    pub event_id: String,
    /// The type.
    pub event_type: EventType,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// The body, to be signed by [`signature`](crate::signature()) and posted without change.
    pub body: Arc<str>,
}

/// The webhook's response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// A status of 2xx.
    Accepted,
    /// Any other status, or no response.
    Failed,
}

/// The deliveries to send, and the planned faults.
#[derive(Debug)]
pub(crate) struct Webhooks {
    waiting: Vec<(Timestamp, Delivery)>,
    under_way: BTreeMap<DeliveryId, Delivery>,
    last: u64,
    pub(crate) order: WebhookOrder,
    pub(crate) faults: Vec<WebhookFault>,
    chance: Ids,
}

impl Webhooks {
    pub(crate) fn new(chance: Ids) -> Self {
        let (waiting, under_way, faults) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { waiting, under_way, last: 0, order: WebhookOrder::default(), faults, chance }
    }

    /// Queues a new event, as the planned faults permit.
    pub(crate) fn happened(&mut self, event: &Event, now: Timestamp) {
        let (copies, at) = match self.take_fault(event.event_type) {
            None => (1, now),
            Some(WebhookFaultKind::Drop) => (0, now),
            Some(WebhookFaultKind::Duplicate { copies }) => (copies.saturating_add(1), now),
            Some(WebhookFaultKind::Delay { ms }) => (1, now.plus(Duration::from_millis(ms))),
        };
        for _ in 0..copies {
            self.send(event, at);
        }
    }

    /// Queues a separate delivery.
    pub(crate) fn send(&mut self, event: &Event, at: Timestamp) {
        self.last += 1;
        let Event { id: event_id, event_type, body } = event.clone();
        let id = DeliveryId(self.last);
        self.waiting.push((at, Delivery { id, event_id, event_type, attempt: 1, body }));
    }

    /// The time of the next delivery.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.waiting.iter().map(|(at, _)| *at).min()
    }

    /// Number of deliveries that are waiting or in progress.
    pub(crate) fn outstanding(&self) -> usize {
        self.waiting.len() + self.under_way.len()
    }

    /// Takes the next delivery that is due; it is in progress until its receipt.
    pub(crate) fn next(&mut self, now: Timestamp) -> Option<Delivery> {
        let due = self.waiting.iter().enumerate().filter(|(_, (at, _))| *at <= now);
        let mut due: Vec<_> = due.map(|(at, (_, delivery))| (delivery.id, at)).collect();
        due.sort_unstable();
        let chosen = match self.order {
            WebhookOrder::AsHappened => due.first(),
            WebhookOrder::Reversed => due.last(),
            WebhookOrder::Shuffled => due.get(self.chance.below(due.len())),
        };
        let (_, position) = *chosen?;
        let (_, delivery) = self.waiting.remove(position);
        self.under_way.insert(delivery.id, delivery.clone());
        Some(delivery)
    }

    /// Ends an attempt. A failed one is retried later, up to a limit.
    pub(crate) fn receipt(&mut self, id: DeliveryId, receipt: Receipt, now: Timestamp) {
        let Some(mut delivery) = self.under_way.remove(&id) else { return };
        if receipt == Receipt::Accepted || delivery.attempt >= ATTEMPTS_MAX {
            return;
        }
        let pause = RETRY.pause(delivery.attempt);
        delivery.attempt += 1;
        self.waiting.push((now.plus(pause), delivery));
    }

    fn take_fault(&mut self, event_type: EventType) -> Option<WebhookFaultKind> {
        let meets = |fault: &&mut WebhookFault| fault.event_type.is_none_or(|it| it == event_type);
        let fault = self.faults.iter_mut().filter(|fault| fault.times > 0).find(meets)?;
        fault.times -= 1;
        let kind = fault.kind;
        self.faults.retain(|fault| fault.times > 0);
        Some(kind)
    }
}
