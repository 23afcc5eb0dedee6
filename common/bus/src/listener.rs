//! A service's subscription: opens envelopes, runs the handler on each message, acknowledges after the commit.

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
use crate::message::{ConsumerSpec, Delivery, GivenUp, Settlement};

/// Deliveries taken in one step.
pub const DELIVERIES_MAX: usize = 16;

/// Messages handled at once: what one group commit takes.
pub const HANDLED_AT_ONCE_MAX: usize = 512;

/// Pauses before a delivery is tried again.
pub const RETRY: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(30));

/// Attempts after which a message whose handler panics is given up. Outages are retried for ever.
pub const PANICS_MAX: u32 = 10;

/// A message as a handler receives it.
#[derive(Debug, Clone)]
pub struct Received<S> {
    /// `user.created`
    pub type_name: &'static str,
    /// The aggregate's full public state.
    pub state: S,
}

/// What a handler did with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// It changed something.
    Applied,
    /// It, or a newer one, was applied before: a redelivery, or late.
    AlreadyApplied,
    /// It asks for nothing here.
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

/// Why a handler did not handle a message.
#[derive(Debug)]
pub enum Undeliverable {
    /// Something does not answer: try again later, for ever.
    Retry(Unavailable),
    /// It can never be handled, and why.
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

impl From<Unavailable> for Undeliverable {
    fn from(unavailable: Unavailable) -> Self {
        Self::Retry(unavailable)
    }
}

type Handling = Pin<Box<dyn Future<Output = Result<Handled, Undeliverable>> + Send>>;

/// Reads a message and hands it to the handler; refuses what is not one.
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

/// A message on its way through the handler.
struct Message {
    delivery: Arc<Delivery>,
    /// Its place in the envelope.
    index: usize,
    /// What the envelope holds there; for an envelope that cannot be read, why not.
    text: Result<Bytes, String>,
}

/// How one message ended.
enum Ended {
    Handled(Handled),
    Again(Unavailable),
    GivenUp { reason: String, body: String, type_name: String },
}

impl Listener {
    /// Subscribes `service` to message types of one aggregate, as the durable consumer
    /// `<service>.<listener>`. Of a broadcast subscription this is the part of one replica;
    /// `service::broadcast` has the part of the others.
    ///
    /// # Errors
    /// [`Unavailable`] when the bus does not answer, or the subscription does not read one of the
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

    /// Takes some deliveries, handles all their messages at once, and settles them; answers how many there were.
    ///
    /// # Errors
    /// [`Unavailable`] when the bus does not answer; what was not settled is delivered again.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let fetched = self.consumer.fetch(DELIVERIES_MAX).await?;
        let deliveries: Vec<Arc<Delivery>> = fetched.into_iter().map(Arc::new).collect();
        self.count_redeliveries(&deliveries);
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

    async fn handle_one(&self, message: &Message) -> Ended {
        let text = match &message.text {
            Ok(text) => text,
            Err(why) => {
                let reason = format!("envelope cannot be read: {why}");
                let body = String::from_utf8_lossy(&message.delivery.body);
                let body = serde_json::Value::from(body).to_string();
                return Ended::GivenUp { reason, body, type_name: "unknown".to_owned() };
            }
        };
        let given_up = |reason: String, type_name: &str| Ended::GivenUp {
            reason,
            body: String::from_utf8_lossy(text).into_owned(),
            type_name: type_name.to_owned(),
        };
        let event: ReceivedEvent<'_> = match serde_json::from_slice(text) {
            Ok(event) => event,
            Err(error) => return given_up(format!("not a CloudEvent: {error}"), "unknown"),
        };
        let trace = event.traceparent.as_deref().and_then(Trace::parse);
        let mut span = self.span(message, &event, trace);
        let handling = async { (self.handle)(&event).map_err(Undeliverable::Refused)?.await };
        let caught = AssertUnwindSafe(async {
            match span.place().or(trace) {
                Some(trace) => with_trace(trace, handling).await,
                None => handling.await,
            }
        });
        let caught = caught.catch_unwind().await;
        match &caught {
            Ok(Ok(handled)) => span.say("boxoffice.outcome", || handled.label().to_owned()),
            Ok(Err(Undeliverable::Refused(reason))) => span.fail(|| reason.clone()),
            Ok(Err(Undeliverable::Retry(unavailable))) => span.fail(|| unavailable.chain()),
            Err(_) => span.fail(|| "the handler panicked".to_owned()),
        }
        match caught {
            Ok(Ok(handled)) => Ended::Handled(handled),
            Ok(Err(Undeliverable::Refused(reason))) => given_up(reason, &event.type_name),
            Ok(Err(Undeliverable::Retry(unavailable))) => Ended::Again(unavailable),
            Err(_) if message.delivery.attempt >= PANICS_MAX => {
                given_up("the handler panics".to_owned(), &event.type_name)
            }
            Err(_) => Ended::Again(Unavailable::new("the handler panicked")),
        }
    }

    /// The span of a message's handling, named as its consumer.
    fn span(&self, message: &Message, event: &ReceivedEvent<'_>, trace: Option<Trace>) -> Span {
        let Some(trace) = trace else { return Span::default() };
        let name = self.consumer.name().to_owned();
        let mut span = Span::within(trace, name, SpanKind::Consumer);
        span.say("messaging.message.id", || event.id.to_string());
        span.say("messaging.destination.name", || message.delivery.subject.clone());
        span.say("boxoffice.attempt", || message.delivery.attempt.to_string());
        span
    }

    /// Keeps what was given up, then settles: a delivery is done when none of its messages has to come again. Until then
    /// its other messages are not given up either, or each attempt would do so.
    async fn settle(
        &self,
        deliveries: &[Arc<Delivery>],
        ended: Vec<(Message, Ended)>,
    ) -> Result<(), Unavailable> {
        let mut again: HashSet<i64> = HashSet::new();
        let mut hopeless = Vec::new();
        let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
        for (message, ended) in ended {
            match ended {
                Ended::Handled(handled) => *counts.entry(handled.label()).or_default() += 1,
                Ended::Again(unavailable) => {
                    *counts.entry("again").or_default() += 1;
                    if again.insert(message.delivery.sequence) {
                        let (listener, error) = (self.consumer.name(), unavailable.chain());
                        if unavailable.is_reported() {
                            tracing::debug!(listener, error, "message will be delivered again");
                        } else {
                            tracing::warn!(listener, error, "message will be delivered again");
                        }
                    }
                }
                Ended::GivenUp { reason, body, type_name } => {
                    hopeless.push((
                        message.delivery.sequence,
                        self.given_up(&message, &type_name, reason, body),
                    ));
                }
            }
        }
        for (outcome, messages) in counts {
            self.count(outcome, messages);
        }
        hopeless.retain(|(sequence, _)| !again.contains(sequence));
        let (sequences, given_up): (Vec<i64>, Vec<GivenUp>) = hopeless.into_iter().unzip();
        let kept = self.give_up(given_up).await;
        if kept.is_err() {
            again.extend(sequences);
        }
        let settlement = |delivery: &Arc<Delivery>| {
            let sequence = delivery.sequence;
            if again.contains(&sequence) {
                Settlement::Again { sequence, after: RETRY.pause(delivery.attempt) }
            } else {
                Settlement::Done { sequence }
            }
        };
        let settlements: Vec<Settlement> = deliveries.iter().map(settlement).collect();
        self.consumer.settle(&settlements).await;
        kept
    }

    async fn give_up(&self, given_up: Vec<GivenUp>) -> Result<(), Unavailable> {
        if given_up.is_empty() {
            return Ok(());
        }
        for GivenUp { subject, reason, key, .. } in &given_up {
            self.count("given_up", 1);
            tracing::error!(subject, key, reason, "message given up");
        }
        self.bus.give_up(given_up).await
    }

    fn given_up(
        &self,
        message: &Message,
        type_name: &str,
        reason: String,
        body: String,
    ) -> GivenUp {
        let (service, consumer) = (self.service, self.consumer.name());
        let listener = self.subscription.listener;
        let Delivery { sequence, subject, .. } = &*message.delivery;
        GivenUp {
            key: format!("{consumer}/{sequence}/{}", message.index),
            service: service.to_owned(),
            subject: format!("dead.{service}.{listener}.{type_name}"),
            origin: subject.clone(),
            reason,
            body,
            at: self.clock.now(),
        }
    }

    fn count_redeliveries(&self, deliveries: &[Arc<Delivery>]) {
        let again = deliveries.iter().filter(|delivery| delivery.attempt > 1).count();
        if again > 0 {
            let listener = self.consumer.name().to_owned();
            metrics::counter!("bus_redeliveries_total", "listener" => listener)
                .increment(u64::try_from(again).unwrap_or(u64::MAX));
        }
    }

    fn count(&self, outcome: &'static str, messages: u64) {
        let listener = self.consumer.name().to_owned();
        metrics::counter!("bus_messages_total", "listener" => listener, "outcome" => outcome)
            .increment(messages);
    }

    /// Returns when there may be something to handle.
    pub async fn wait(&self) {
        self.consumer.ready().await;
    }
}

/// The messages of a delivery's envelope; one that cannot be read counts as a message.
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
