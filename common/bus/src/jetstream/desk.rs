//! Where a consumer's deliveries lie, and the talk with the server about them.
//!
//! All pulls of a consumer are answered to one subscription, which keeps the order in which the server answers: when it
//! says that there is nothing more for a pull, everything before is here. One task takes the answers in, so that a caller
//! who stops waiting loses nothing. Nothing is pulled that nobody asked for, so that several processes share a consumer
//! fairly.

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

use super::broker::Broker;
use super::inbox::Inbox;
use super::names::durable;
use crate::message::{ConsumerSpec, Delivery, Settlement};

/// How long a fetch waits for what this process published just before: longer than a healthy cluster needs to tell its members.
const CATCH_UP_MAX: Duration = Duration::from_secs(1);

/// How long the server keeps the pull of a consumer that waits for its next message.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// Time past [`WAIT_MAX`] after which such a pull is given up as lost: its server died.
const WAIT_GRACE: Duration = Duration::from_secs(2);

/// Time between two looks at whether the server still knows the consumer and its pull.
const LOOK_PERIOD: Duration = Duration::from_secs(1);

/// Times within the server's patience that it is told of what is still held: two of them may be lost.
const HOLDS_PER_ACK_WAIT: u32 = 3;

/// Ends of pulls that are remembered: more than there are callers who wait for one.
const ENDS_MAX: usize = 64;

/// What a consumer's callers and its task share.
pub(super) struct Desk {
    broker: Broker,
    spec: Mutex<ConsumerSpec>,
    /// Its name on the server.
    durable: String,
    /// The answers' subject, without the pull's number at its end.
    answers: String,
    state: Mutex<State>,
    /// Changes with every answer.
    arrivals: watch::Sender<()>,
    wake: Arc<Notify>,
}

#[derive(Default)]
struct State {
    inbox: Inbox,
    /// The server has given out everything up to here, to this process or another.
    seen: u64,
    /// The number of the last pull.
    pulls: u64,
    /// How pulls ended, where the server said it.
    ends: BTreeMap<u64, StatusCode>,
    /// The pull that waits for the next message, and when it is lost.
    waiting: Option<(u64, Instant)>,
    /// The server does not know the consumer any more, or its leader is gone.
    is_astray: bool,
}

/// What a consumer has to expect.
pub(super) enum Outlook {
    Now,
    At(Timestamp),
    Nothing,
}

impl Desk {
    /// Makes the consumer if it is new, and subscribes to the answers to its pulls.
    pub(super) async fn open(
        broker: Broker,
        spec: ConsumerSpec,
    ) -> Result<(Self, Subscriber), Unavailable> {
        let answers = broker.connection.client.new_inbox();
        let desk = Self {
            durable: durable(&spec.name),
            spec: Mutex::new(spec),
            answers,
            state: Mutex::default(),
            arrivals: watch::Sender::new(()),
            wake: Arc::new(Notify::new()),
            broker,
        };
        desk.create().await?;
        let connection = &desk.broker.connection;
        let subscribing = connection.client.subscribe(format!("{}.*", desk.answers));
        let subscriber = connection.ask("cannot subscribe to answers", subscribing).await?;
        Ok((desk, subscriber))
    }

    /// Takes the consumer up again: what was delivered and not settled is due at once.
    pub(super) async fn reopen(&self, spec: ConsumerSpec) -> Result<(), Unavailable> {
        *self.spec.lock() = spec;
        self.create().await?;
        self.state.lock().inbox.reopen(self.broker.clock.now());
        self.wake.notify_one();
        Ok(())
    }

    async fn create(&self) -> Result<(), Unavailable> {
        let Broker { connection, market, .. } = &self.broker;
        let (config, published) = {
            let spec = self.spec.lock();
            (self.broker.config(&spec), self.broker.published.last_of(&spec.subjects))
        };
        let operation = format!("cannot open the consumer {}", self.durable);
        let creating = market.create_consumer(config);
        let made = connection.ask(operation, creating).await?;
        if made.cached_info().num_pending == 0 {
            let mut state = self.state.lock();
            state.seen = published.max(state.seen);
        }
        Ok(())
    }

    pub(super) fn wake(&self) -> &Arc<Notify> {
        &self.wake
    }

    /// What is due here.
    pub(super) fn take(&self, max: usize) -> Vec<Delivery> {
        self.state.lock().inbox.take(max, self.broker.clock.now(), &self.broker.names)
    }

    /// Pulls what is missing to `max` deliveries, as far as the server has it at once.
    pub(super) async fn pull(&self, max: usize) -> Result<(), Unavailable> {
        let published = self.broker.published.last_of(&self.spec.lock().subjects);
        self.pull_once(max).await?;
        // A consumer learns of a message a moment after its publisher was told that it is kept.
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
            let available = state.inbox.available(self.broker.clock.now());
            let missing = max.saturating_sub(available).min(state.inbox.room());
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
                // The sender lives as long as this desk.
                let _ = arrivals.changed().await;
            }
        };
        let operation = format!("cannot fetch for {}", self.durable);
        match self.broker.connection.ask(&operation, pulling).await {
            Ok(StatusCode::OK | StatusCode::NOT_FOUND | StatusCode::TIMEOUT) => Ok(()),
            Ok(status) => Err(Unavailable::new(format!("{operation}: NATS answers {status}"))),
            // The server is silent too when other processes hold all that may be out.
            Err(silent) => self.create().await.map_err(|_| silent),
        }
    }

    /// Whether there are `max` deliveries, or as many as may be out.
    fn is_enough(&self, max: usize) -> bool {
        let inbox = &self.state.lock().inbox;
        inbox.available(self.broker.clock.now()) >= max || inbox.room() == 0
    }

    /// Whether the server has given out everything up to here, to whomever.
    async fn has_seen(&self, sequence: u64) -> Result<bool, Unavailable> {
        if self.state.lock().seen >= sequence {
            return Ok(true);
        }
        let asking = self.broker.market.consumer_info(&self.durable);
        let info = self.broker.connection.ask("cannot look at the consumer", asking).await?;
        let mut state = self.state.lock();
        state.seen = state.seen.max(info.delivered.stream_sequence);
        Ok(state.seen >= sequence)
    }

    async fn send(&self, number: u64, pull: &serde_json::Value) -> Result<(), PublishError> {
        let stream = self.broker.names.market();
        let subject = format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{}", self.durable);
        let answer = format!("{}.{number}", self.answers);
        let client = &self.broker.connection.client;
        client.publish_with_reply(subject, answer, pull.to_string().into()).await
    }

    /// Whether there is something to take now, and if not, when something is due.
    pub(super) fn outlook(&self) -> Outlook {
        let state = self.state.lock();
        match state.inbox.next_due() {
            _ if state.inbox.available(self.broker.clock.now()) > 0 => Outlook::Now,
            Some(due) => Outlook::At(due),
            None => Outlook::Nothing,
        }
    }

    /// Sees to it that the server sends the next message as soon as there is one.
    pub(super) async fn wait_for_next(&self) {
        let number = {
            let mut state = self.state.lock();
            if state.waiting.is_some() || state.inbox.room() == 0 || !self.broker.connection.is_up()
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
            self.broker.connection.ask("cannot wait for messages", sending).await
        {
            // The next look finds that nothing came of it.
            tracing::debug!(error = unavailable.chain(), "cannot wait for messages");
        }
    }

    /// Returns when somebody is to look again, or at `due`.
    pub(super) async fn woken_or(&self, due: Option<Timestamp>) {
        match due {
            Some(due) => tokio::select! {
                () = self.wake.notified() => {}
                () = self.broker.clock.sleep_until(due) => {}
            },
            None => self.wake.notified().await,
        }
    }

    /// Settles deliveries, and tells the server what is done.
    pub(super) async fn settle(&self, settlements: &[Settlement]) {
        let done = self.state.lock().inbox.settle(settlements, self.broker.clock.now());
        self.wake.notify_one();
        let Some((last, before)) = done.split_last() else { return };
        let acknowledging = async {
            for message in before {
                message.ack().await?;
            }
            // The server takes them in order: when it answers to the last it has all.
            last.double_ack().await
        };
        if let Err(unavailable) = self.broker.connection.ask("cannot settle", acknowledging).await {
            tracing::debug!(error = unavailable.chain(), "settlements may be lost");
        }
    }

    /// Takes in what the server sends, for as long as the consumer is open.
    pub(super) async fn read(self: Arc<Self>, mut subscriber: Subscriber) {
        let mut looking = every(LOOK_PERIOD);
        let mut holding = every(self.broker.ack_wait / HOLDS_PER_ACK_WAIT);
        let mut connects = self.broker.connection.connects.clone();
        loop {
            tokio::select! {
                message = subscriber.next() => match message {
                    Some(message) => self.take_in(message),
                    // The client is closed, which only its last owner does.
                    None => return,
                },
                Ok(()) = connects.changed() => self.forget_waiting(),
                _ = looking.tick() => self.look().await,
                _ = holding.tick() => self.hold().await,
            }
        }
    }

    fn take_in(&self, message: async_nats::Message) {
        match message.status {
            Some(status) => self.end(&message, status),
            None => self.arrive(message),
        }
        self.arrivals.send_replace(());
    }

    fn arrive(&self, message: async_nats::Message) {
        let message = Message { message, context: self.broker.connection.jetstream.clone() };
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
        state.inbox.arrive(sequence, attempt, message);
        // The server serves the oldest pull first.
        state.waiting = None;
        drop(state);
        self.wake.notify_one();
    }

    /// A pull has ended: there is nothing (more) for it, or the server cannot serve it.
    fn end(&self, message: &async_nats::Message, status: StatusCode) {
        let number = message.subject.rsplit('.').next().and_then(|number| number.parse().ok());
        let Some(number) = number else { return };
        let mut state = self.state.lock();
        if state.waiting.is_some_and(|(waiting, _)| waiting == number) {
            if status == StatusCode::TIMEOUT {
                state.waiting = None;
                self.wake.notify_one();
            } else {
                // Whoever asks again at once would be told the same: the next look does.
                state.is_astray = true;
            }
        } else {
            state.is_astray |= !matches!(status, StatusCode::NOT_FOUND | StatusCode::TIMEOUT);
            state.ends.insert(number, status);
            if state.ends.len() > ENDS_MAX {
                state.ends.pop_first();
            }
        }
    }

    /// The server that the waiting pull was sent to is gone, or has forgotten it.
    fn forget_waiting(&self) {
        self.state.lock().waiting = None;
        self.wake.notify_one();
    }

    /// Opens the consumer again when the server lost it, and waits again when nothing came of it.
    async fn look(&self) {
        let (is_astray, is_lost) = {
            let state = self.state.lock();
            (state.is_astray, state.waiting.is_some_and(|(_, lost)| lost <= Instant::now()))
        };
        if is_astray {
            if let Err(unavailable) = self.create().await {
                tracing::debug!(error = unavailable.chain(), "trying again");
                return;
            }
            self.state.lock().is_astray = false;
        }
        if is_astray || is_lost {
            self.forget_waiting();
        }
    }

    /// Tells the server of what is still held, so that it gives it to nobody else.
    async fn hold(&self) {
        let held = self.state.lock().inbox.messages();
        let telling = async {
            for message in held {
                message.ack_with(AckKind::Progress).await?;
            }
            Ok::<_, async_nats::Error>(())
        };
        if let Err(unavailable) = self.broker.connection.ask("cannot hold messages", telling).await
        {
            tracing::debug!(error = unavailable.chain(), "held messages may be delivered twice");
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
