//! A service's subscription: opens envelopes, handles each message, acknowledges after commits.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use contract::catalogue::services::Subscription;
use contract::envelope::{self, ReceivedEvent};
use contract::{Backoff, MessageType, State};
use futures::{FutureExt as _, StreamExt as _};
use serde_json::value::RawValue;
use sources::{Clock, Span, SpanKind, Trace, crash, with_trace};
use store::{Failure, Unavailable};

use crate::bus::{Bus, Consumer};
use crate::message::{ConsumerSpec, Delivery, NewDeadLetter, Settlement};

/// Deliveries in one step.
pub const DELIVERIES_MAX: usize = 16;

/// Messages handled concurrently: the size of one group commit.
pub const HANDLED_AT_ONCE_MAX: usize = 512;

/// Backoff before a redelivery.
pub const RETRY: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(30));

/// Attempts until a message whose handler panics is a dead letter. Outages have no limit.
pub const PANICS_MAX: u32 = 10;

/// A message for a handler.
#[derive(Debug, Clone)]
pub struct Received<S> {
    /// `user.created`
    pub type_name: &'static str,
    /// The aggregate's full public state.
    pub state: S,
}

/// A handler's outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// The message changed something.
    Applied,
    /// The message, or a newer one, was applied before: a redelivery or a late delivery.
    AlreadyApplied,
    /// The message does not concern the service.
    NotForUs,
}

impl Handled {
    const fn label(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::AlreadyApplied => "already_applied",
            Self::NotForUs => "not_for_us",
        }
    }
}

/// The reason why a handler did not handle a message.
#[derive(Debug, derive_more::From)]
pub enum Undeliverable {
    /// A dependency failed; the message is retried without limit.
    #[from]
    Retry(Unavailable),
    /// The message can never be handled, for this reason.
    Refused(String),
}

impl<R: fmt::Display> From<Failure<R>> for Undeliverable {
    fn from(failure: Failure<R>) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal.to_string()),
            Failure::Busy => Self::Retry(Unavailable::new("cannot decide: busy")),
            Failure::Unavailable(unavailable) => Self::Retry(unavailable),
        }
    }
}

type Handling = Pin<Box<dyn Future<Output = Result<Handled, Undeliverable>> + Send>>;

/// Parses a message and passes it to the handler; an error for anything else.
type Handle = Arc<dyn Fn(&ReceivedEvent<'_>) -> Result<Handling, String> + Send + Sync>;

/// One subscription of a service: one durable consumer, one handler.
#[derive(Clone)]
pub struct Listener {
    bus: Bus,
    clock: Clock,
    service: &'static str,
    subscription: Subscription,
    consumer: Consumer,
    handle: Handle,
}

struct Message {
    delivery: Arc<Delivery>,
    /// Its index in the envelope.
    index: usize,
    /// Its text in the envelope; for an invalid envelope, the error.
    text: Result<Bytes, String>,
}

impl Listener {
    /// Subscribes `service` to message types of one aggregate, as the durable consumer
    /// `<service>.<listener>`. Of a broadcast subscription this is the part of one replica;
    /// `service::revocations` has the part of the others.
    ///
    /// # Errors
    /// [`Unavailable`] when the bus does not respond, or the subscription does not read one of the
    /// types, which is a bug.
    pub async fn new<S, H, F>(
        bus: &Bus,
        clock: &Clock,
        (service, subscription): (&'static str, Subscription),
        types: &'static [MessageType<S>],
        handler: H,
    ) -> Result<Self, Unavailable>
    where
        S: State,
        H: Fn(Received<S>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Handled, Undeliverable>> + Send + 'static,
    {
        let spec = ConsumerSpec {
            name: subscription.consumer_of(service),
            subjects: types.iter().map(MessageType::subject).collect(),
        };
        if let Some(foreign) = types.iter().find(|known| !subscription.reads(known.name())) {
            let (consumer, subject) = (spec.name, subscription.subject);
            let why = format!("{consumer} reads {subject}, not {}", foreign.name());
            return Err(Unavailable::new(why));
        }
        let consumer = bus.consumer(spec).await?;
        let handle: Handle = Arc::new(move |event: &ReceivedEvent<'_>| {
            let known = types.iter().find(|known| known.name() == event.type_name);
            let known =
                known.ok_or_else(|| format!("type {} is not subscribed to", event.type_name))?;
            let state: S = serde_json::from_str(event.data.get())
                .map_err(|error| format!("data cannot be read: {error}"))?;
            Ok(Box::pin(handler(Received { type_name: known.name(), state })))
        });
        let (bus, clock) = (bus.clone(), clock.clone());
        Ok(Self { bus, clock, service, subscription, consumer, handle })
    }

    /// `auth.on_session_revoked`
    #[must_use]
    pub fn consumer_name(&self) -> &str {
        self.consumer.name()
    }

    /// Fetches deliveries, handles all their messages concurrently, and settles them; returns their
    /// number.
    ///
    /// # Errors
    /// [`Unavailable`] when the bus does not respond; unsettled deliveries are redelivered.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let fetched = self.consumer.fetch(DELIVERIES_MAX).await?;
        let deliveries: Vec<Arc<Delivery>> = fetched.into_iter().map(Arc::new).collect();
        let redelivered = deliveries.iter().filter(|delivery| delivery.attempt > 1).count();
        if redelivered > 0 {
            metrics::counter!("bus_redeliveries_total", "listener" => self.consumer.name().to_owned())
                .increment(u64::try_from(redelivered).unwrap_or(u64::MAX));
        }
        let work = deliveries.iter().flat_map(messages).map(|message| async move {
            let ended = self.handle_one(&message).await;
            (message, ended)
        });
        let work: Vec<_> = work.collect();
        let work = futures::stream::iter(work).buffer_unordered(HANDLED_AT_ONCE_MAX);
        let ended: Vec<_> = work.collect().await;
        if !deliveries.is_empty() {
            crash::point("after_handling_before_acknowledgement");
        }
        self.settle(&deliveries, ended).await?;
        Ok(deliveries.len())
    }

    async fn handle_one(&self, message: &Message) -> Result<Handled, Undeliverable> {
        let refused =
            |what, why: &dyn fmt::Display| Undeliverable::Refused(format!("{what}: {why}"));
        let text = message.text.as_ref();
        let text = text.map_err(|why| refused("envelope cannot be read", why))?;
        let event: ReceivedEvent<'_> =
            serde_json::from_slice(text).map_err(|error| refused("not a CloudEvent", &error))?;
        let trace = event.traceparent.as_deref().and_then(Trace::parse);
        let mut span = self.span(message, &event, trace);
        let handling = async { (self.handle)(&event).map_err(Undeliverable::Refused)?.await };
        let caught = AssertUnwindSafe(async {
            match span.place().or(trace) {
                Some(trace) => with_trace(trace, handling).await,
                None => handling.await,
            }
        });
        let ended = caught.catch_unwind().await.unwrap_or_else(|_| {
            Err(if message.delivery.attempt >= PANICS_MAX {
                Undeliverable::Refused("the handler panics".to_owned())
            } else {
                Undeliverable::Retry(Unavailable::new("the handler panicked"))
            })
        });
        match &ended {
            Ok(handled) => span.set_attribute("boxoffice.outcome", || handled.label().to_owned()),
            Err(Undeliverable::Refused(reason)) => span.fail(|| reason.clone()),
            Err(Undeliverable::Retry(unavailable)) => span.fail(|| unavailable.chain()),
        }
        ended
    }

    /// The span of a message's handling, named after its consumer.
    fn span(&self, message: &Message, event: &ReceivedEvent<'_>, trace: Option<Trace>) -> Span {
        let Some(trace) = trace else { return Span::default() };
        let name = self.consumer.name().to_owned();
        let mut span = Span::within(trace, name, SpanKind::Consumer);
        span.set_attribute("messaging.message.id", || event.id.to_string());
        span.set_attribute("messaging.destination.name", || message.delivery.subject.clone());
        span.set_attribute("boxoffice.attempt", || message.delivery.attempt.to_string());
        span
    }

    /// Stores dead letters, then settles: a delivery is acknowledged when none of its messages
    /// needs a retry. Until then none of its messages becomes a dead letter, because each attempt
    /// would store another one.
    async fn settle(
        &self,
        deliveries: &[Arc<Delivery>],
        ended: Vec<(Message, Result<Handled, Undeliverable>)>,
    ) -> Result<(), Unavailable> {
        let mut nacked: HashSet<i64> = HashSet::new();
        let mut undeliverable = Vec::new();
        let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
        for (message, ended) in ended {
            match ended {
                Ok(handled) => *counts.entry(handled.label()).or_default() += 1,
                Err(Undeliverable::Retry(unavailable)) => {
                    *counts.entry("again").or_default() += 1;
                    if nacked.insert(message.delivery.sequence) {
                        let (listener, error) = (self.consumer.name(), unavailable.chain());
                        if unavailable.is_reported() {
                            tracing::debug!(listener, error, "message will be redelivered");
                        } else {
                            tracing::warn!(listener, error, "message will be redelivered");
                        }
                    }
                }
                Err(Undeliverable::Refused(reason)) => {
                    let dead_letter = self.dead_letter(&message, reason);
                    undeliverable.push((message.delivery.sequence, dead_letter));
                }
            }
        }
        for (outcome, messages) in counts {
            self.count(outcome, messages);
        }
        undeliverable.retain(|(sequence, _)| !nacked.contains(sequence));
        let (sequences, dead_letters): (Vec<i64>, Vec<NewDeadLetter>) =
            undeliverable.into_iter().unzip();
        let stored = self.add_dead_letters(dead_letters).await;
        if stored.is_err() {
            nacked.extend(sequences);
        }
        let settlement = |delivery: &Arc<Delivery>| {
            let sequence = delivery.sequence;
            if nacked.contains(&sequence) {
                Settlement::Nak { sequence, after: RETRY.pause(delivery.attempt) }
            } else {
                Settlement::Ack { sequence }
            }
        };
        let settlements: Vec<Settlement> = deliveries.iter().map(settlement).collect();
        self.consumer.settle(&settlements).await;
        stored
    }

    async fn add_dead_letters(&self, dead_letters: Vec<NewDeadLetter>) -> Result<(), Unavailable> {
        if dead_letters.is_empty() {
            return Ok(());
        }
        for NewDeadLetter { subject, reason, key, .. } in &dead_letters {
            self.count("given_up", 1);
            tracing::error!(subject, key, reason, "message stored as a dead letter");
        }
        self.bus.add_dead_letters(dead_letters).await
    }

    fn dead_letter(&self, message: &Message, reason: String) -> NewDeadLetter {
        let (service, consumer) = (self.service, self.consumer.name());
        let listener = self.subscription.listener;
        let Delivery { sequence, subject, body, .. } = &*message.delivery;
        let event = message.text.as_ref().ok().map(|text| serde_json::from_slice(text));
        let type_name = match event {
            Some(Ok(ReceivedEvent { type_name, .. })) => type_name,
            Some(Err(_)) | None => "unknown".into(),
        };
        let body = match &message.text {
            Ok(text) => String::from_utf8_lossy(text).into_owned(),
            Err(_) => serde_json::Value::from(String::from_utf8_lossy(body)).to_string(),
        };
        NewDeadLetter {
            key: format!("{consumer}/{sequence}/{}", message.index),
            service: service.to_owned(),
            subject: format!("dead.{service}.{listener}.{type_name}"),
            origin: subject.clone(),
            reason,
            body,
            at: self.clock.now(),
        }
    }

    fn count(&self, outcome: &'static str, messages: u64) {
        let listener = self.consumer.name().to_owned();
        metrics::counter!("bus_messages_total", "listener" => listener, "outcome" => outcome)
            .increment(messages);
    }

    /// Returns when there may be messages to handle.
    pub async fn wait(&self) {
        self.consumer.ready().await;
    }
}

/// The messages of a delivery's envelope; an invalid envelope counts as one message.
fn messages(delivery: &Arc<Delivery>) -> Vec<Message> {
    let texts = match envelope::open(&delivery.body) {
        Ok(texts) => {
            let text = |text: &RawValue| Ok(delivery.body.slice_ref(text.get().as_bytes()));
            texts.into_iter().map(text).collect()
        }
        Err(error) => vec![Err(error.to_string())],
    };
    let message = |(index, text)| Message { delivery: Arc::clone(delivery), index, text };
    texts.into_iter().enumerate().map(message).collect()
}
