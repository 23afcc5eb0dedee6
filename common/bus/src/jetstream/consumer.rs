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

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::consumer::pull::Batch;
use async_nats::jetstream::{AckKind, Message};
use contract::Backoff;
use futures::{FutureExt as _, StreamExt as _};
use parking_lot::Mutex;
use store::Unavailable;
use tokio::sync::{Mutex as AsyncMutex, Notify};
use tokio::task::JoinSet;

use super::consumer_context::ConsumerContext;
use crate::log::{NextDelivery, Unsettled};
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
pub(crate) struct OpenConsumer {
    context: Arc<ConsumerContext>,
    spec: Mutex<ConsumerSpec>,
    consumer: PullConsumer,
    state: Mutex<State>,
    /// The pull of a fetch: it ends at once, with the messages that the server has.
    fetching: AsyncMutex<Pull>,
    /// The pull of an idle consumer: it ends with the next message.
    waiting: AsyncMutex<Pull>,
    wake: Arc<Notify>,
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
    /// Opens a consumer, created if it is new.
    pub(crate) async fn open(
        context: &Arc<ConsumerContext>,
        spec: ConsumerSpec,
    ) -> Result<Arc<Self>, Unavailable> {
        let (consumer, seen) = context.create(&spec).await?;
        Ok(Arc::new_cyclic(|open| {
            let mut progress = JoinSet::new();
            progress.spawn(report_progress(Weak::clone(open), context.ack_wait));
            Self {
                context: Arc::clone(context),
                spec: Mutex::new(spec),
                consumer,
                state: Mutex::new(State { seen, ..State::default() }),
                fetching: AsyncMutex::default(),
                waiting: AsyncMutex::default(),
                wake: Arc::default(),
                _progress: progress,
            }
        }))
    }

    /// Reopens it, perhaps with other subjects: unsettled deliveries are due at once.
    pub(crate) async fn reopen(&self, spec: ConsumerSpec) -> Result<(), Unavailable> {
        *self.spec.lock() = spec;
        self.recreate().await?;
        self.state.lock().unsettled.reopen(self.context.clock.now());
        self.wake.notify_one();
        Ok(())
    }

    /// Creates the consumer again if the server has lost it.
    async fn recreate(&self) -> Result<(), Unavailable> {
        let spec = self.spec.lock().clone();
        let (_, seen) = self.context.create(&spec).await?;
        let mut state = self.state.lock();
        state.seen = seen.max(state.seen);
        Ok(())
    }

    /// The notification of new deliveries.
    pub(crate) fn wake(&self) -> &Arc<Notify> {
        &self.wake
    }

    /// The due deliveries in memory, and those that the server has now.
    pub(crate) async fn fetch(&self, max: usize) -> Result<Vec<Delivery>, Unavailable> {
        let pulled = self.pull(max).await;
        let ConsumerContext { clock, names, .. } = &*self.context;
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
        let published = self.context.published.last_of(&self.spec.lock().subjects);
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
        fetching.renew(*self.context.connection.connects.borrow());
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
        let pulled = self.context.connection.request(operation, pulling).await;
        // The server serves the oldest pull first.
        self.receive_waiting();
        let Err(failed) = pulled else { return Ok(()) };
        // The server does not respond either when other processes hold all messages that may be
        // unsettled.
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

    /// Receives a message that has arrived for the waiting pull. A caller that waits for it receives
    /// it otherwise.
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
        self.state.lock().unsettled.missing(max, self.context.clock.now())
    }

    /// Whether the server has delivered every message up to this sequence, to any process.
    async fn has_seen(&self, sequence: u64) -> Result<bool, Unavailable> {
        if self.state.lock().seen >= sequence {
            return Ok(true);
        }
        let asking = self.context.market.consumer_info(&self.consumer.cached_info().name);
        let info =
            self.context.connection.request("cannot read the consumer's state", asking).await?;
        let mut state = self.state.lock();
        state.seen = state.seen.max(info.delivered.stream_sequence);
        Ok(state.seen >= sequence)
    }

    /// Returns when a fetch may return deliveries.
    pub(crate) async fn ready(&self) {
        loop {
            let next_delivery = self.state.lock().unsettled.next_delivery(self.context.clock.now());
            let due = async {
                match next_delivery {
                    NextDelivery::Now => {}
                    NextDelivery::At(due) => self.context.clock.sleep_until(due).await,
                    NextDelivery::Nothing => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = due => return,
                () = self.wake.notified() => {}
                () = self.wait_for_message() => {}
            }
        }
    }

    /// Waits for the next message, by a pull that the server keeps until then.
    async fn wait_for_message(&self) {
        let mut waiting = self.waiting.lock().await;
        let mut connects = self.context.connection.connects.clone();
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
            *pull = Some(self.context.connection.request(operation, pulling).await?);
        }
        let received = self.receive(pull).await;
        received.map_err(|error| Unavailable::caused_by(operation, error))
    }

    /// Settles deliveries. Returns when the server has processed the settlements, or after the
    /// bound: a lost settlement causes a redelivery.
    pub(crate) async fn settle(&self, settlements: &[Settlement]) {
        let done = self.state.lock().unsettled.settle(settlements, self.context.clock.now());
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
            consumer.context.connection.request("cannot report progress", reporting).await
        {
            tracing::debug!(
                error = unavailable.chain(),
                "unsettled messages may be delivered twice"
            );
        }
    }
}
