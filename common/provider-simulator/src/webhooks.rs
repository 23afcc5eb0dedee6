//! The events waiting to be delivered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use serde::{Deserialize, Serialize};

use crate::happening::EventType;
use crate::ids::Ids;

/// An event is tried so often: with the pauses below for about nine hours (Stripe tries for up to three days).
const ATTEMPTS_MAX: u32 = 16;

/// The pause after the first attempt; each is twice the one before.
const PAUSE: Duration = Duration::from_secs(1);

/// In which order events that are due go out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookOrder {
    /// The oldest first.
    #[default]
    AsHappened,
    /// The newest first.
    Reversed,
    /// Any, by the seed.
    Shuffled,
}

/// What is to go wrong with the events that happen next, and with how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookFault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: WebhookFaultKind,
    /// Which events it meets; none means any.
    #[serde(default, rename = "event")]
    pub event_type: Option<EventType>,
    /// How many of them, from the next one on.
    #[serde(default = "once")]
    pub times: u32,
}

/// What goes wrong with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WebhookFaultKind {
    /// It is never delivered.
    Drop,
    /// It is delivered so many times more.
    Duplicate {
        /// How many copies go out beside the first.
        copies: u32,
    },
    /// It is delivered so much later.
    Delay {
        /// How long.
        ms: u64,
    },
}

fn once() -> u32 {
    1
}

/// A delivery, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(u64);

/// One attempt to tell the webhook of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Names the attempts of one delivery; a duplicate is a delivery of its own.
    pub id: DeliveryId,
    /// `evt_…`
    pub event_id: String,
    /// What it tells of.
    pub event_type: EventType,
    /// 1 for the first.
    pub attempt: u32,
    /// The body, to be signed by [`signature`](crate::signature) and posted byte for byte.
    pub body: Arc<str>,
}

/// What the webhook said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// A status of 2xx.
    Accepted,
    /// Another status, or nothing.
    Failed,
}

/// The events waiting to be delivered, and the plan of what goes wrong with those to come.
#[derive(Debug)]
pub(crate) struct Webhooks {
    waiting: Vec<(Timestamp, Delivery)>,
    under_way: BTreeMap<DeliveryId, Delivery>,
    last: u64,
    order: WebhookOrder,
    faults: Vec<WebhookFault>,
    chance: Ids,
}

impl Webhooks {
    pub(crate) fn new(chance: Ids) -> Self {
        Self {
            waiting: Vec::new(),
            under_way: BTreeMap::new(),
            last: 0,
            order: WebhookOrder::default(),
            faults: Vec::new(),
            chance,
        }
    }

    pub(crate) fn set_order(&mut self, order: WebhookOrder) {
        self.order = order;
    }

    pub(crate) fn plan(&mut self, fault: WebhookFault) {
        self.faults.push(fault);
    }

    pub(crate) fn planned(&self) -> &[WebhookFault] {
        &self.faults
    }

    pub(crate) fn clear_faults(&mut self) {
        self.faults.clear();
        self.order = WebhookOrder::default();
    }

    /// Something happened; it is to be told, as the plan allows.
    pub(crate) fn happened(
        &mut self,
        event_id: &str,
        event_type: EventType,
        body: &Arc<str>,
        now: Timestamp,
    ) {
        let (copies, at) = match self.take_fault(event_type) {
            None => (1, now),
            Some(WebhookFaultKind::Drop) => (0, now),
            Some(WebhookFaultKind::Duplicate { copies }) => (copies.saturating_add(1), now),
            Some(WebhookFaultKind::Delay { ms }) => (1, now.plus(Duration::from_millis(ms))),
        };
        for _ in 0..copies {
            self.send(event_id, event_type, body, at);
        }
    }

    /// Puts a delivery of its own in the queue.
    pub(crate) fn send(
        &mut self,
        event_id: &str,
        event_type: EventType,
        body: &Arc<str>,
        at: Timestamp,
    ) {
        self.last += 1;
        let (id, event_id, body) = (DeliveryId(self.last), event_id.to_owned(), Arc::clone(body));
        self.waiting.push((at, Delivery { id, event_id, event_type, attempt: 1, body }));
    }

    /// When the next delivery is due.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.waiting.iter().map(|(at, _)| *at).min()
    }

    /// How many deliveries wait or are under way.
    pub(crate) fn outstanding(&self) -> usize {
        self.waiting.len() + self.under_way.len()
    }

    /// The next delivery that is due; it is under way until its receipt.
    pub(crate) fn next(&mut self, now: Timestamp) -> Option<Delivery> {
        let due = self.waiting.iter().enumerate().filter(|(_, (at, _))| *at <= now);
        let mut due: Vec<(DeliveryId, usize)> = due.map(|(at, (_, one))| (one.id, at)).collect();
        due.sort_unstable();
        let chosen = match self.order {
            WebhookOrder::AsHappened => due.first(),
            WebhookOrder::Reversed => due.last(),
            WebhookOrder::Shuffled => {
                let count = u64::try_from(due.len()).unwrap_or(u64::MAX).max(1);
                usize::try_from(self.chance.number() % count).ok().and_then(|at| due.get(at))
            }
        };
        let (_, position) = *chosen?;
        let (_, delivery) = self.waiting.remove(position);
        self.under_way.insert(delivery.id, delivery.clone());
        Some(delivery)
    }

    /// Ends an attempt. One that failed is tried again later, up to a bound.
    pub(crate) fn receipt(&mut self, id: DeliveryId, receipt: Receipt, now: Timestamp) {
        let Some(mut delivery) = self.under_way.remove(&id) else { return };
        if receipt == Receipt::Accepted || delivery.attempt >= ATTEMPTS_MAX {
            return;
        }
        let pause = PAUSE * 2_u32.saturating_pow(delivery.attempt - 1);
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
