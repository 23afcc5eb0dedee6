//! Events, and the queue of their deliveries as webhooks.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use contract::{Backoff, Timestamp};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::ids::{Ids, name_of, seconds};

/// Maximum number of attempts: with the backoff below, about nine hours (Stripe retries for up to
/// three days).
const ATTEMPTS_MAX: u32 = 16;

const RETRY: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_hours(9));

/// Event types delivered to a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EventType {
    /// A payment intent was created.
    #[serde(rename = "payment_intent.created")]
    IntentCreated,
    /// A payment requires a 3-D Secure challenge.
    #[serde(rename = "payment_intent.requires_action")]
    IntentRequiresAction,
    /// The bank has not decided on a payment yet.
    #[serde(rename = "payment_intent.processing")]
    IntentProcessing,
    /// A payment is authorised and can be captured.
    #[serde(rename = "payment_intent.amount_capturable_updated")]
    IntentAmountCapturableUpdated,
    /// A payment was captured.
    #[serde(rename = "payment_intent.succeeded")]
    IntentSucceeded,
    /// An attempt failed; another card can be tried.
    #[serde(rename = "payment_intent.payment_failed")]
    IntentPaymentFailed,
    /// A payment intent was cancelled.
    #[serde(rename = "payment_intent.canceled")]
    IntentCanceled,
    /// A charge was authorised.
    #[serde(rename = "charge.succeeded")]
    ChargeSucceeded,
    /// A charge was captured.
    #[serde(rename = "charge.captured")]
    ChargeCaptured,
    /// A charge was refunded, in full or in part.
    #[serde(rename = "charge.refunded")]
    ChargeRefunded,
    /// An authorisation expired without a capture.
    #[serde(rename = "charge.expired")]
    ChargeExpired,
    /// A payer disputes a charge.
    #[serde(rename = "charge.dispute.created")]
    DisputeCreated,
    /// The money of a dispute was withdrawn.
    #[serde(rename = "charge.dispute.funds_withdrawn")]
    DisputeFundsWithdrawn,
    /// The money of a dispute was reinstated.
    #[serde(rename = "charge.dispute.funds_reinstated")]
    DisputeFundsReinstated,
    /// A dispute was won or lost.
    #[serde(rename = "charge.dispute.closed")]
    DisputeClosed,
    /// A refund was created.
    #[serde(rename = "refund.created")]
    RefundCreated,
    /// The state of a refund changed.
    #[serde(rename = "refund.updated")]
    RefundUpdated,
    /// A refund failed.
    #[serde(rename = "refund.failed")]
    RefundFailed,
}

impl EventType {
    /// `payment_intent.succeeded`
    #[must_use]
    pub fn name(self) -> String {
        name_of(self)
    }
}

/// An event, delivered or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// `evt_…`
    pub id: String,
    /// The type.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// The body, to be signed by [`signature`] and posted without change.
    #[serde(skip)]
    pub body: Arc<str>,
}

/// The cause of a change, with its time.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    pub(crate) at: Timestamp,
    /// `None` if time, an operator, a payer or a bank is the cause.
    pub(crate) request_id: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    /// Whether an operator in the dashboard or a payer's bank is the cause.
    pub(crate) is_foreign: bool,
}

impl Cause {
    pub(crate) fn by_itself(at: Timestamp) -> Self {
        Self { at, request_id: None, idempotency_key: None, is_foreign: false }
    }
}

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
    #[serde(default = "crate::faults::once")]
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

/// Id of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(u64);

/// One attempt to deliver an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The same for all attempts of a delivery; a duplicate is a separate delivery.
    pub id: DeliveryId,
    /// The event.
    pub event: Event,
    /// 1 for the first attempt.
    pub attempt: u32,
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
pub struct Webhooks {
    waiting: Vec<(Timestamp, Delivery)>,
    under_way: BTreeMap<DeliveryId, Delivery>,
    last: u64,
    /// The order in which due events are delivered.
    pub order: WebhookOrder,
    /// The planned faults of future events.
    pub faults: Vec<WebhookFault>,
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
        let id = DeliveryId(self.last);
        self.waiting.push((at, Delivery { id, event: event.clone(), attempt: 1 }));
    }

    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.waiting.iter().map(|(at, _)| *at).min()
    }

    /// Number of deliveries that are waiting or in progress.
    #[must_use]
    pub fn outstanding(&self) -> usize {
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

    /// Ends a delivery. A failed one is retried after a backoff that doubles, up to a limit.
    pub fn receipt(&mut self, id: DeliveryId, receipt: Receipt, now: Timestamp) {
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

/// The header `Stripe-Signature`: `t=…,v1=…`, with a `v1` for each secret, as during the rotation
/// of a secret.
///
/// Each is the hex HMAC-SHA256 of `t`, a full stop and the raw body (Stripe, "verify webhook
/// signatures manually").
#[must_use]
pub fn signature(secrets: &[String], now: Timestamp, body: &str) -> String {
    let seconds = seconds(now);
    let mut header = format!("t={seconds}");
    for secret in secrets {
        // HMAC accepts keys of any length, so this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { continue };
        mac.update(format!("{seconds}.{body}").as_bytes());
        // Writing to a string cannot fail.
        let _ = write!(header, ",v1={:x}", mac.finalize().into_bytes());
    }
    header
}
