//! Pull-consumer client: buffers deliveries and issues pull requests.
//!
//! The responses to all pulls of a consumer go to one subscription, which keeps the server's order:
//! when the server ends a pull, every earlier delivery has arrived. One task receives them, so that
//! a cancelled caller loses nothing. The client pulls only on demand, so that several processes
//! share a consumer fairly.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::{AckKind, Message};
use async_nats::{PublishError, StatusCode, Subscriber};
use contract::Timestamp;
use futures::StreamExt as _;
use parking_lot::Mutex;
use store::Unavailable;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::super::names::durable;
use super::consumer_context::ConsumerContext;
use super::pending::PendingDeliveries;
use crate::message::{ConsumerSpec, Delivery, Settlement};

/// How long a fetch waits for messages that this process has just published: longer than a healthy
/// cluster takes to replicate them.
const CATCH_UP_MAX: Duration = Duration::from_secs(1);

/// How long the server keeps a waiting pull.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// Time past [`WAIT_MAX`] after which a waiting pull counts as lost: its server died.
const WAIT_GRACE: Duration = Duration::from_secs(2);

/// Period of checking that the server still has the consumer and its pull.
const CHECK_PERIOD: Duration = Duration::from_secs(1);

/// Progress reports within the server's acknowledgement wait: two of them may be lost.
const PROGRESS_PER_ACK_WAIT: u32 = 3;

/// Remembered ends of pulls: more than there are callers that wait for one.
const ENDS_MAX: usize = 64;

/// State shared by a consumer's callers and its task.
pub(crate) struct PullConsumer {
    context: ConsumerContext,
    spec: Mutex<ConsumerSpec>,
    /// Its name on the server.
    durable: String,
    /// The subject of responses, without the number of the pull at its end.
    responses: String,
    state: Mutex<State>,
    /// Changes with every response.
    arrivals: watch::Sender<()>,
    wake: Arc<Notify>,
}

#[derive(Default)]
struct State {
    pending: PendingDeliveries,
    /// The server has delivered every message up to this sequence, to this process or another.
    seen: u64,
    /// The number of the last pull.
    pulls: u64,
    /// How pulls ended, as far as the server reported it.
    ends: BTreeMap<u64, StatusCode>,
    /// The waiting pull, and when it counts as lost.
    waiting: Option<(u64, Instant)>,
    /// The server no longer has the consumer, or its leader is gone.
    is_consumer_lost: bool,
}

/// When a consumer has its next delivery.
pub(crate) enum NextDelivery {
    Now,
    At(Timestamp),
    Nothing,
}

impl PullConsumer {
    /// Creates the consumer if it is new, and subscribes to the responses to its pulls.
    pub(crate) async fn open(
        context: ConsumerContext,
        spec: ConsumerSpec,
    ) -> Result<(Self, Subscriber), Unavailable> {
        let responses = context.connection.client.new_inbox();
        let consumer = Self {
            durable: durable(&spec.name),
            spec: Mutex::new(spec),
            responses,
            state: Mutex::default(),
            arrivals: watch::Sender::new(()),
            wake: Arc::new(Notify::new()),
            context,
        };
        consumer.create().await?;
        let connection = &consumer.context.connection;
        let subscribing = connection.client.subscribe(format!("{}.*", consumer.responses));
        let subscriber = connection.request("cannot subscribe to responses", subscribing).await?;
        Ok((consumer, subscriber))
    }

    /// Reopens the consumer: unsettled deliveries are due at once.
    pub(crate) async fn reopen(&self, spec: ConsumerSpec) -> Result<(), Unavailable> {
        *self.spec.lock() = spec;
        self.create().await?;
        self.state.lock().pending.reopen(self.context.clock.now());
        self.wake.notify_one();
        Ok(())
    }

    async fn create(&self) -> Result<(), Unavailable> {
        let ConsumerContext { connection, market, .. } = &self.context;
        let (config, published) = {
            let spec = self.spec.lock();
            (self.context.config(&spec), self.context.published.last_of(&spec.subjects))
        };
        let operation = format!("cannot open the consumer {}", self.durable);
        let creating = market.create_consumer(config);
        let made = connection.request(operation, creating).await?;
        if made.cached_info().num_pending == 0 {
            let mut state = self.state.lock();
            state.seen = published.max(state.seen);
        }
        Ok(())
    }

    pub(crate) fn wake(&self) -> &Arc<Notify> {
        &self.wake
    }

    /// The due deliveries in memory.
    pub(crate) fn take(&self, max: usize) -> Vec<Delivery> {
        self.state.lock().pending.take(max, self.context.clock.now(), &self.context.names)
    }

    /// Pulls messages up to `max` deliveries in all, as far as the server has them now.
    pub(crate) async fn pull(&self, max: usize) -> Result<(), Unavailable> {
        let published = self.context.published.last_of(&self.spec.lock().subjects);
        self.pull_once(max).await?;
        // A consumer sees a message a moment after its publisher received the acknowledgement.
        let catching_up = async {
            while !self.is_enough(max) && !self.has_seen(published).await? {
                self.pull_once(max).await?;
            }
            Ok(())
        };
        tokio::time::timeout(CATCH_UP_MAX, catching_up).await.unwrap_or(Ok(()))
    }

    async fn pull_once(&self, max: usize) -> Result<(), Unavailable> {
        let (number, missing) = {
            let mut state = self.state.lock();
            let available = state.pending.available(self.context.clock.now());
            let missing = max.saturating_sub(available).min(state.pending.room());
            if missing == 0 {
                return Ok(());
            }
            state.pulls += 1;
            (state.pulls, missing)
        };
        let mut arrivals = self.arrivals.subscribe();
        let pulling = async {
            self.send(number, &serde_json::json!({ "batch": missing, "no_wait": true })).await?;
            loop {
                let end = self.state.lock().ends.get(&number).copied();
                if let Some(end) = end.or_else(|| self.is_enough(max).then_some(StatusCode::OK)) {
                    return Ok::<_, PublishError>(end);
                }
                // The sender lives as long as this client.
                let _ = arrivals.changed().await;
            }
        };
        let operation = format!("cannot fetch for {}", self.durable);
        match self.context.connection.request(&operation, pulling).await {
            Ok(StatusCode::OK | StatusCode::NOT_FOUND | StatusCode::TIMEOUT) => Ok(()),
            Ok(status) => Err(Unavailable::new(format!("{operation}: NATS returned {status}"))),
            // The server does not respond either when other processes hold all messages that may be
            // unsettled.
            Err(silent) => self.create().await.map_err(|_| silent),
        }
    }

    /// Whether there are `max` deliveries, or as many as may be unsettled.
    fn is_enough(&self, max: usize) -> bool {
        let pending = &self.state.lock().pending;
        pending.available(self.context.clock.now()) >= max || pending.room() == 0
    }

    /// Whether the server has delivered every message up to this sequence, to any process.
    async fn has_seen(&self, sequence: u64) -> Result<bool, Unavailable> {
        if self.state.lock().seen >= sequence {
            return Ok(true);
        }
        let asking = self.context.market.consumer_info(&self.durable);
        let info =
            self.context.connection.request("cannot read the consumer's state", asking).await?;
        let mut state = self.state.lock();
        state.seen = state.seen.max(info.delivered.stream_sequence);
        Ok(state.seen >= sequence)
    }

    async fn send(&self, number: u64, pull: &serde_json::Value) -> Result<(), PublishError> {
        let stream = self.context.names.market();
        let subject = format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{}", self.durable);
        let reply = format!("{}.{number}", self.responses);
        let client = &self.context.connection.client;
        client.publish_with_reply(subject, reply, pull.to_string().into()).await
    }

    /// Whether deliveries are due now, and if not, when the next one is.
    pub(crate) fn next_delivery(&self) -> NextDelivery {
        let state = self.state.lock();
        match state.pending.next_due() {
            _ if state.pending.available(self.context.clock.now()) > 0 => NextDelivery::Now,
            Some(due) => NextDelivery::At(due),
            None => NextDelivery::Nothing,
        }
    }

    /// Ensures a waiting pull, so that the server sends the next message at once.
    pub(crate) async fn wait_for_next(&self) {
        let number = {
            let mut state = self.state.lock();
            if state.waiting.is_some()
                || state.pending.room() == 0
                || !self.context.connection.is_up()
            {
                return;
            }
            state.pulls += 1;
            state.waiting = Some((state.pulls, Instant::now() + WAIT_MAX + WAIT_GRACE));
            state.pulls
        };
        let pull = serde_json::json!({ "batch": 1, "expires": WAIT_MAX.as_nanos() });
        let sending = self.send(number, &pull);
        if let Err(unavailable) =
            self.context.connection.request("cannot wait for messages", sending).await
        {
            // The next check finds the pull missing.
            tracing::debug!(error = unavailable.chain(), "cannot wait for messages");
        }
    }

    /// Returns on a notification, or at `due`.
    pub(crate) async fn wait_until(&self, due: Option<Timestamp>) {
        match due {
            Some(due) => tokio::select! {
                () = self.wake.notified() => {}
                () = self.context.clock.sleep_until(due) => {}
            },
            None => self.wake.notified().await,
        }
    }

    /// Settles deliveries, and acknowledges the completed ones to the server.
    pub(crate) async fn settle(&self, settlements: &[Settlement]) {
        let done = self.state.lock().pending.settle(settlements, self.context.clock.now());
        self.wake.notify_one();
        let Some((last, before)) = done.split_last() else { return };
        let acknowledging = async {
            for message in before {
                message.ack().await?;
            }
            // The server processes them in order: a response to the last confirms all.
            last.double_ack().await
        };
        if let Err(unavailable) =
            self.context.connection.request("cannot settle", acknowledging).await
        {
            tracing::debug!(error = unavailable.chain(), "settlements may be lost");
        }
    }

    /// Receives responses for as long as the consumer is open.
    pub(crate) async fn read(self: Arc<Self>, mut subscriber: Subscriber) {
        let mut checks = every(CHECK_PERIOD);
        let mut progress = every(self.context.ack_wait / PROGRESS_PER_ACK_WAIT);
        let mut connects = self.context.connection.connects.clone();
        loop {
            tokio::select! {
                message = subscriber.next() => match message {
                    Some(message) => self.on_message(message),
                    // The client is closed, which only its last owner does.
                    None => return,
                },
                Ok(()) = connects.changed() => self.reset_waiting_pull(),
                _ = checks.tick() => self.check().await,
                _ = progress.tick() => self.report_progress().await,
            }
        }
    }

    fn on_message(&self, message: async_nats::Message) {
        match message.status {
            Some(status) => self.on_status(&message, status),
            None => self.on_delivery(message),
        }
        self.arrivals.send_replace(());
    }

    fn on_delivery(&self, message: async_nats::Message) {
        let message = Message { message, context: self.context.connection.jetstream.clone() };
        let Ok((place, attempt)) = message.info().map(|info| {
            let attempt = u32::try_from(info.delivered).unwrap_or(u32::MAX);
            (info.stream_sequence, attempt)
        }) else {
            tracing::error!(subject = %message.subject, "not a delivery of JetStream");
            return;
        };
        let sequence = i64::try_from(place).unwrap_or(i64::MAX);
        let mut state = self.state.lock();
        state.seen = place.max(state.seen);
        state.pending.insert(sequence, attempt, message);
        // The server serves the oldest pull first.
        state.waiting = None;
        drop(state);
        self.wake.notify_one();
    }

    /// Records the end of a pull: there are no (more) messages for it, or the server cannot serve
    /// it.
    fn on_status(&self, message: &async_nats::Message, status: StatusCode) {
        let number = message.subject.rsplit('.').next().and_then(|number| number.parse().ok());
        let Some(number) = number else { return };
        let mut state = self.state.lock();
        if state.waiting.is_some_and(|(waiting, _)| waiting == number) {
            if status == StatusCode::TIMEOUT {
                state.waiting = None;
                self.wake.notify_one();
            } else {
                // An immediate retry would fail likewise; the next check retries.
                state.is_consumer_lost = true;
            }
        } else {
            state.is_consumer_lost |=
                !matches!(status, StatusCode::NOT_FOUND | StatusCode::TIMEOUT);
            state.ends.insert(number, status);
            if state.ends.len() > ENDS_MAX {
                state.ends.pop_first();
            }
        }
    }

    /// Drops the waiting pull: its server is gone, or has lost it.
    fn reset_waiting_pull(&self) {
        self.state.lock().waiting = None;
        self.wake.notify_one();
    }

    /// Recreates a lost consumer, and replaces a lost pull.
    async fn check(&self) {
        let (is_consumer_lost, is_pull_lost) = {
            let state = self.state.lock();
            (state.is_consumer_lost, state.waiting.is_some_and(|(_, lost)| lost <= Instant::now()))
        };
        if is_consumer_lost {
            if let Err(unavailable) = self.create().await {
                tracing::debug!(
                    error = unavailable.chain(),
                    "recreating the consumer failed; retrying"
                );
                return;
            }
            self.state.lock().is_consumer_lost = false;
        }
        if is_consumer_lost || is_pull_lost {
            self.reset_waiting_pull();
        }
    }

    /// Reports progress on unsettled messages, so that the server does not redeliver them to
    /// another process.
    async fn report_progress(&self) {
        let unsettled = self.state.lock().pending.messages();
        let reporting = async {
            for message in unsettled {
                message.ack_with(AckKind::Progress).await?;
            }
            Ok::<_, async_nats::Error>(())
        };
        if let Err(unavailable) =
            self.context.connection.request("cannot report progress", reporting).await
        {
            tracing::debug!(
                error = unavailable.chain(),
                "unsettled messages may be delivered twice"
            );
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
