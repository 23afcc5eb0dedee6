//! One durable consumer, open in this process: pulls, deliveries, settlements.
//!
//! The consumer pulls only on demand, so that several processes share it fairly. Pulls outlive their
//! callers: a cancelled caller loses nothing.
//!
//! It reports progress on unsettled messages to the server, so this process alone decides the order
//! and the pauses of attempts, by its own clock. When the process dies, the server redelivers them
//! to another one.

use std::sync::{Arc, Weak};
use std::time::Duration;

use async_nats::jetstream::consumer::pull::{Batch, Config};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer};
use async_nats::jetstream::{AckKind, Message};
use contract::Backoff;
use futures::future::OptionFuture;
use futures::{FutureExt as _, StreamExt as _};
use parking_lot::Mutex;
use store::Unavailable;
use tokio::sync::{Mutex as AsyncMutex, Notify};
use tokio::task::JoinSet;

use super::names::durable;
use super::server::Server;
use crate::log::{OUTSTANDING_MAX, Unsettled};
use crate::message::{ConsumerSpec, Delivery, Settlement};

/// How long a fetch waits for messages that this process has just published: longer than a healthy
/// cluster takes to replicate them.
const CATCH_UP_MAX: Duration = Duration::from_secs(1);

/// How long the server keeps a waiting pull.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// Pause before a failed pull is repeated while the connection stays up.
const RETRY: Backoff = Backoff::constant(Duration::from_secs(1));

/// Progress reports within the server's acknowledgement wait: two of them may be lost.
const PROGRESS_PER_ACK_WAIT: u32 = 3;

/// An open consumer. Dropping it closes it, and the server redelivers its unsettled messages to
/// another process.
pub(super) struct OpenConsumer {
    server: Arc<Server>,
    spec: Mutex<ConsumerSpec>,
    consumer: PullConsumer,
    state: Mutex<State>,
    /// The pull of a fetch: it ends at once, with the messages that the server has.
    fetching: AsyncMutex<Pull>,
    /// The pull of an idle consumer: it ends with the next message.
    waiting: AsyncMutex<Pull>,
    wake: Notify,
    /// The task that reports progress; ends with the consumer.
    _progress: JoinSet<()>,
}

#[derive(Default)]
struct State {
    unsettled: Unsettled<Message>,
    /// The server has delivered every message up to this sequence, to this process or another.
    seen: u64,
}

#[derive(Default)]
struct Pull {
    batch: Option<Batch>,
    /// The connection of the pull, by its number: the server forgets the pull with the connection.
    connection: u64,
}

impl Pull {
    /// Drops the pull of an earlier connection.
    fn renew(&mut self, connection: u64) {
        if self.connection != connection {
            *self = Self { batch: None, connection };
        }
    }
}

impl OpenConsumer {
    pub(super) async fn open(
        server: &Arc<Server>,
        spec: ConsumerSpec,
    ) -> Result<Arc<Self>, Unavailable> {
        let (consumer, seen) = create(server, &spec).await?;
        Ok(Arc::new_cyclic(|open| {
            let mut progress = JoinSet::new();
            progress.spawn(report_progress(Weak::clone(open), server.settings.ack_wait));
            Self {
                server: Arc::clone(server),
                spec: Mutex::new(spec),
                consumer,
                state: Mutex::new(State { seen, ..State::default() }),
                fetching: AsyncMutex::default(),
                waiting: AsyncMutex::default(),
                wake: Notify::new(),
                _progress: progress,
            }
        }))
    }

    /// Reopens it, perhaps with other subjects: unsettled deliveries are due at once.
    pub(super) async fn reopen(&self, spec: ConsumerSpec) -> Result<(), Unavailable> {
        *self.spec.lock() = spec;
        self.recreate().await?;
        self.state.lock().unsettled.reopen(self.server.clock.now());
        self.wake.notify_one();
        Ok(())
    }

    /// Creates the consumer again if the server has lost it.
    async fn recreate(&self) -> Result<(), Unavailable> {
        let spec = self.spec.lock().clone();
        let (_, seen) = create(&self.server, &spec).await?;
        let mut state = self.state.lock();
        state.seen = seen.max(state.seen);
        Ok(())
    }

    /// The due deliveries in memory, and those that the server has now.
    pub(super) async fn fetch(&self, max: usize) -> Result<Vec<Delivery>, Unavailable> {
        let pulled = self.pull(max).await;
        let Server { clock, names, .. } = &*self.server;
        let deliver = |sequence, attempt, message: &Message| Delivery {
            sequence,
            subject: names.without_prefix(&message.subject).to_owned(),
            body: message.payload.clone(),
            attempt,
        };
        let deliveries = self.state.lock().unsettled.take(max, clock.now(), deliver);
        match pulled {
            Err(unavailable) if deliveries.is_empty() => Err(unavailable),
            // Deliveries in memory go first; the next fetch reports a server that is still away.
            _ => Ok(deliveries),
        }
    }

    /// Pulls messages up to `max` deliveries in all, as far as the server has them now.
    async fn pull(&self, max: usize) -> Result<(), Unavailable> {
        let published = self.server.published.last_of(&self.spec.lock().subjects);
        self.pull_once(max).await?;
        // A consumer sees a message a moment after its publisher received the acknowledgement.
        let catching_up = async {
            while self.missing(max) > 0 && !self.has_seen(published).await? {
                self.pull_once(max).await?;
            }
            Ok(())
        };
        tokio::time::timeout(CATCH_UP_MAX, catching_up).await.unwrap_or(Ok(()))
    }

    async fn pull_once(&self, max: usize) -> Result<(), Unavailable> {
        let mut fetching = self.fetching.lock().await;
        fetching.renew(*self.server.connection.connects.borrow());
        let fetching = &mut fetching.batch;
        let pulling = async {
            // The rest of a cancelled fetch.
            while self.receive(fetching).await? {}
            let missing = self.missing(max);
            if missing > 0 {
                *fetching = Some(self.consumer.fetch().max_messages(missing).messages().await?);
                while self.receive(fetching).await? {}
            }
            Ok::<_, async_nats::Error>(())
        };
        let operation = format!("cannot fetch for {}", self.consumer.cached_info().name);
        let pulled = self.server.connection.request(operation, pulling).await;
        // The server serves the oldest pull first.
        self.receive_waiting();
        let Err(failed) = pulled else { return Ok(()) };
        // Nor does it respond when other processes hold all messages that may be unsettled.
        self.recreate().await.map_err(|_| failed)?;
        // Deliveries that arrived after the bound.
        while let Some(Ok(true)) = self.receive(fetching).now_or_never() {}
        *fetching = None;
        Ok(())
    }

    /// Receives the next message of a pull; false at its end.
    async fn receive(&self, pull: &mut Option<Batch>) -> Result<bool, async_nats::Error> {
        let Some(batch) = pull else { return Ok(false) };
        let ended = match batch.next().await {
            Some(Ok(message)) => {
                self.insert(message)?;
                return Ok(true);
            }
            Some(Err(error)) => Err(error),
            None => Ok(false),
        };
        *pull = None;
        ended
    }

    /// Receives a message that has arrived for the waiting pull, unless a caller waits for it.
    fn receive_waiting(&self) {
        if let Ok(mut waiting) = self.waiting.try_lock() {
            // The next wait finds a failed pull missing.
            let _ = self.receive(&mut waiting.batch).now_or_never();
        }
    }

    fn insert(&self, message: Message) -> Result<(), async_nats::Error> {
        let (place, attempt) = message.info().map(|info| (info.stream_sequence, info.delivered))?;
        let sequence = i64::try_from(place).unwrap_or(i64::MAX);
        let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
        let mut state = self.state.lock();
        state.seen = place.max(state.seen);
        state.unsettled.insert(sequence, attempt, message);
        Ok(())
    }

    /// Further messages for `max` deliveries, as many as may be unsettled.
    fn missing(&self, max: usize) -> usize {
        self.state.lock().unsettled.missing(max, self.server.clock.now())
    }

    /// Whether the server has delivered every message up to this sequence, to any process.
    async fn has_seen(&self, sequence: u64) -> Result<bool, Unavailable> {
        if self.state.lock().seen >= sequence {
            return Ok(true);
        }
        let asking = self.server.market.consumer_info(&self.consumer.cached_info().name);
        let info =
            self.server.connection.request("cannot read the consumer's state", asking).await?;
        let mut state = self.state.lock();
        state.seen = state.seen.max(info.delivered.stream_sequence);
        Ok(state.seen >= sequence)
    }

    pub(super) async fn ready(&self) {
        loop {
            let due = self.state.lock().unsettled.next_due();
            let clock = &self.server.clock;
            let due = OptionFuture::from(due.map(|due| clock.sleep_until(due)));
            tokio::select! {
                biased;
                Some(()) = due => return,
                () = self.wake.notified() => {}
                () = self.wait_for_message() => {}
            }
        }
    }

    /// Waits for the next message, by a pull that the server keeps until then.
    async fn wait_for_message(&self) {
        let mut waiting = self.waiting.lock().await;
        let mut connects = self.server.connection.connects.clone();
        let connection = *connects.borrow_and_update();
        waiting.renew(connection);
        let received = tokio::select! {
            received = self.receive_next(&mut waiting.batch) => received,
            _ = connects.changed() => return,
        };
        if let Err(unavailable) = received {
            tracing::debug!(error = unavailable.chain(), "waiting for messages failed; retrying");
            // A reconnection ends the pause.
            let _ = tokio::time::timeout(RETRY.pause(1), connects.changed()).await;
            // The next pull fails if the consumer is still missing.
            let _ = self.recreate().await;
        }
    }

    async fn receive_next(&self, pull: &mut Option<Batch>) -> Result<bool, Unavailable> {
        let operation = "cannot wait for messages";
        if pull.is_none() {
            if self.state.lock().unsettled.room() == 0 {
                // A settlement ends the wait.
                return std::future::pending().await;
            }
            let pulling = self.consumer.batch().max_messages(1).expires(WAIT_MAX).messages();
            *pull = Some(self.server.connection.request(operation, pulling).await?);
        }
        let received = self.receive(pull).await;
        received.map_err(|error| Unavailable::caused_by(operation, error))
    }

    /// Settles deliveries. Returns when the server has processed the settlements, or after the
    /// bound: a lost settlement causes a redelivery.
    pub(super) async fn settle(&self, settlements: &[Settlement]) {
        let done = self.state.lock().unsettled.settle(settlements, self.server.clock.now());
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
            self.server.connection.request("cannot settle", acknowledging).await
        {
            tracing::debug!(error = unavailable.chain(), "settlements may be lost");
        }
    }
}

/// Creates a consumer that the server does not have. Returns it, and the last sequence published by
/// this process if the server has delivered everything.
async fn create(server: &Server, spec: &ConsumerSpec) -> Result<(PullConsumer, u64), Unavailable> {
    let published = server.published.last_of(&spec.subjects);
    let mut filters = server.names.filters(spec);
    // A single filter has a field of its own, and with it a token in the subject of the request.
    let filter_subject = if filters.len() == 1 { filters.pop() } else { None };
    let creating = server.market.create_consumer(Config {
        durable_name: Some(durable(&spec.name)),
        filter_subject: filter_subject.unwrap_or_default(),
        filter_subjects: filters,
        description: Some(spec.name.clone()),
        ack_policy: AckPolicy::Explicit,
        ack_wait: server.settings.ack_wait,
        // Listeners store messages that can never be handled as dead letters, with the reason.
        max_deliver: -1,
        max_ack_pending: i64::try_from(OUTSTANDING_MAX).unwrap_or(i64::MAX),
        deliver_policy: DeliverPolicy::All,
        ..Config::default()
    });
    let operation = format!("cannot open the consumer {}", spec.name);
    let consumer = server.connection.request(operation, creating).await?;
    let seen = if consumer.cached_info().num_pending == 0 { published } else { 0 };
    Ok((consumer, seen))
}

/// Reports progress on unsettled messages, so that the server does not redeliver them to another
/// process, for as long as the consumer is open.
async fn report_progress(consumer: Weak<OpenConsumer>, ack_wait: Duration) {
    loop {
        tokio::time::sleep(ack_wait / PROGRESS_PER_ACK_WAIT).await;
        let Some(consumer) = consumer.upgrade() else { return };
        consumer.receive_waiting();
        let unsettled: Vec<Message> = consumer.state.lock().unsettled.messages().cloned().collect();
        let reporting = async {
            for message in unsettled {
                message.ack_with(AckKind::Progress).await?;
            }
            Ok::<_, async_nats::Error>(())
        };
        if let Err(unavailable) =
            consumer.server.connection.request("cannot report progress", reporting).await
        {
            tracing::debug!(
                error = unavailable.chain(),
                "unsettled messages may be delivered twice"
            );
        }
    }
}
