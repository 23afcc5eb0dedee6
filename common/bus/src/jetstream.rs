//! The engine of production: NATS JetStream.
//!
//! | module | subject |
//! |---|---|
//! | `settings` | the settings of the engine |
//! | `connection` | the connection: established within a bound, then kept up |
//! | `durability` | the check that servers write before they acknowledge |
//! | `names`, `streams` | names on the server, and the streams |
//! | `publish` | atomic batches, one fsync each |
//! | `consumer`, `consumer_context` | a durable consumer: pulls, deliveries, settlements |
//! | `retention` | removal of settled messages |
//! | `dead_letters`, `advisories` | dead letters, and the messages that the server itself stopped delivering |
//! | `permissions` | the rights of each user, for the servers' configuration |

mod advisories;
mod connection;
mod consumer;
mod consumer_context;
mod dead_letters;
mod durability;
mod names;
pub mod permissions;
mod publish;
mod retention;
mod settings;
mod streams;

use std::collections::HashMap;
use std::sync::Arc;

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::Info;
use async_nats::jetstream::stream::ConsumerErrorKind;
use async_trait::async_trait;
use futures::TryStreamExt as _;
use parking_lot::Mutex;
use sources::Clock;
use store::Unavailable;
use tokio::sync::Notify;

pub use self::settings::{CONNECT_MAX, Durability, JetStreamSettings, RESPONSE_MAX, User};
use crate::engine::Engine;
use crate::message::{
    BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, NewDeadLetter, Settlement,
};
use advisories::Advisories;
use connection::Connection;
use consumer::OpenConsumer;
use consumer_context::{ConsumerContext, LastPublished};
use dead_letters::DeadLetters;
use names::{Names, durable};
use publish::Publisher;
use retention::Watermarks;

/// The JetStream engine. Dropping it closes the connection.
pub(crate) struct JetStream {
    settings: JetStreamSettings,
    context: Arc<ConsumerContext>,
    publisher: Publisher,
    consumers: Mutex<HashMap<String, Arc<OpenConsumer>>>,
    dead: DeadLetters,
    advisories: Advisories,
    marks: Watermarks,
}

impl JetStream {
    pub(crate) async fn open(
        settings: JetStreamSettings,
        clock: Clock,
    ) -> Result<Self, Unavailable> {
        let connection = Connection::open(&settings).await?;
        durability::check(&settings.durability, settings.response_max, settings.connect_max)
            .await?;
        let names = Names::new(settings.prefix.clone());
        let market = streams::open(&connection, &settings, &names).await?;
        let publisher = Publisher::new(&connection, &names, market.config.allow_atomic_publish);
        let opening = connection.jetstream.get_stream_no_info(names.market());
        let market = connection.request("cannot open the market's stream", opening).await?;
        let dead = DeadLetters::open(&connection, &names).await?;
        let advisories = Advisories::open(&connection, &names, &market).await?;
        let context = ConsumerContext {
            connection,
            names,
            market,
            published: LastPublished::default(),
            clock,
            ack_wait: settings.ack_wait,
        };
        Ok(Self {
            settings,
            context: Arc::new(context),
            publisher,
            consumers: Mutex::default(),
            dead,
            advisories,
            marks: Watermarks::default(),
        })
    }

    fn consumer(&self, name: &str) -> Option<Arc<OpenConsumer>> {
        self.consumers.lock().get(name).cloned()
    }
}

#[async_trait]
impl Engine for JetStream {
    /// Flushes the connection, so that buffered acknowledgements are sent.
    async fn close(&self) -> Result<(), Unavailable> {
        let flushed = self.context.connection.client.flush().await;
        flushed
            .map_err(|error| Unavailable::caused_by("cannot flush the connection to NATS", error))
    }

    fn is_connected(&self) -> Option<bool> {
        Some(self.context.connection.is_up())
    }

    fn describe(&self) -> String {
        let copies = match self.settings.replicas {
            1 => "one copy".to_owned(),
            replicas => format!("{replicas} copies"),
        };
        format!("NATS JetStream at {}, {copies}", self.context.connection.hosts())
    }

    async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        let sequences = self.publisher.publish(&messages).await?;
        for (message, sequence) in messages.iter().zip(&sequences) {
            self.context.published.record(&message.subject, *sequence);
        }
        let last = sequences.into_iter().max().unwrap_or(0);
        self.marks.record(self.context.clock.now(), last, self.settings.duplicate_window);
        Ok(())
    }

    async fn open_consumer(&self, spec: ConsumerSpec) -> Result<Arc<Notify>, Unavailable> {
        let name = spec.name.clone();
        if let Some(open) = self.consumer(&name) {
            open.reopen(spec).await?;
            return Ok(Arc::clone(open.wake()));
        }
        let open = OpenConsumer::open(&self.context, spec).await?;
        let wake = Arc::clone(open.wake());
        self.consumers.lock().insert(name, open);
        Ok(wake)
    }

    async fn remove_consumer(&self, name: &str) -> Result<(), Unavailable> {
        self.consumers.lock().remove(name);
        let name = durable(name);
        let removing = async {
            match self.context.market.delete_consumer(&name).await {
                Err(error) if is_unknown(&error.kind()) => Ok(()),
                removed => removed.map(drop),
            }
        };
        let operation = format!("cannot remove the consumer {name}");
        self.context.connection.request(operation, removing).await
    }

    async fn fetch(&self, name: &str, max: usize) -> Result<Vec<Delivery>, Unavailable> {
        match self.consumer(name) {
            Some(open) => open.fetch(max).await,
            None => Ok(Vec::new()),
        }
    }

    async fn settle(&self, name: &str, settlements: &[Settlement]) {
        if let Some(open) = self.consumer(name) {
            open.settle(settlements).await;
        }
    }

    async fn ready(&self, name: &str, wake: &Notify) {
        match self.consumer(name) {
            Some(open) => open.ready().await,
            None => wake.notified().await,
        }
    }

    async fn add_dead_letters(&self, dead_letters: Vec<NewDeadLetter>) -> Result<(), Unavailable> {
        self.dead.add_dead_letters(dead_letters).await
    }

    async fn dead_letters(&self, service: Option<&str>) -> Result<Vec<DeadLetter>, Unavailable> {
        self.dead.list(service).await
    }

    async fn count_dead_letters(&self, service: &str) -> Result<usize, Unavailable> {
        self.dead.count(service).await
    }

    async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable> {
        self.dead.get(id).await
    }

    async fn remove_dead_letter(&self, id: i64) -> Result<(), Unavailable> {
        self.dead.remove_dead_letter(id).await
    }

    async fn lag(&self) -> Result<Vec<Lag>, Unavailable> {
        let listing = self.context.market.consumers().try_collect();
        let infos: Vec<Info> =
            self.context.connection.request("cannot list consumers", listing).await?;
        let lag = |info: Info| {
            let unacknowledged = u64::try_from(info.num_ack_pending).unwrap_or(u64::MAX);
            let unsettled = info.num_pending.saturating_add(unacknowledged);
            // The original name, which contains a dot; a consumer created by hand has only the
            // server's name.
            Lag { consumer: info.config.description.unwrap_or(info.name), unsettled }
        };
        Ok(infos.into_iter().map(lag).collect())
    }

    /// Stores dead letters for messages that the server itself stopped delivering, then removes
    /// settled messages.
    async fn trim(&self) -> Result<usize, Unavailable> {
        let ConsumerContext { connection, market, clock, .. } = &*self.context;
        let now = clock.now();
        let mut captured = self.advisories.capture(now).await?;
        self.dead.add_dead_letters(std::mem::take(&mut captured.dead_letters)).await?;
        self.advisories.done(captured).await?;
        let window = self.settings.duplicate_window;
        retention::trim(connection, market, &self.marks, now, window).await
    }
}

fn is_unknown(kind: &ConsumerErrorKind) -> bool {
    matches!(kind, ConsumerErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::CONSUMER_NOT_FOUND)
}
