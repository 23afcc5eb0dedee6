//! The engine of production: NATS JetStream.
//!
//! | module | subject |
//! |---|---|
//! | `settings` | the settings of the engine |
//! | `connection` | the connection: established within a bound, then kept up |
//! | `durability` | the check that servers write before they acknowledge |
//! | `names`, `streams` | names on the server, and the streams |
//! | `publish`, `published` | atomic batches, one fsync each; the last sequences of this process |
//! | `consumers` | a durable consumer: pulls, deliveries, settlements |
//! | `retention` | removal of settled messages |
//! | `dead_letters`, `advisories` | dead letters, and the messages that the server itself stopped delivering |
//! | `permissions` | the rights of each user, for the servers' configuration |

mod advisories;
mod connection;
mod consumers;
mod dead_letters;
mod durability;
mod names;
pub mod permissions;
mod publish;
mod published;
mod retention;
mod settings;
mod streams;

use futures::future::{BoxFuture, LocalBoxFuture};
use std::collections::HashMap;
use std::sync::Arc;

use async_nats::connection::State;
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::Info;
use async_nats::jetstream::stream::ConsumerErrorKind;
use futures::TryStreamExt as _;
use parking_lot::Mutex;
use sources::Clock;
use store::Unavailable;
use tokio::sync::Notify;

pub use self::settings::{CONNECT_MAX, Durability, JetStreamSettings, RESPONSE_MAX, User};
use crate::message::{
    BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, NewDeadLetter, Settlement,
};
use advisories::Advisories;
use connection::Connection;
use consumers::consumer::OpenConsumer;
use consumers::consumer_context::ConsumerContext;
use dead_letters::DeadLetters;
use names::{Names, durable};
use publish::Publisher;
use published::LastPublished;
use retention::Watermarks;

/// The JetStream engine. Clones share the connection; dropping the last one closes it.
#[derive(Clone)]
pub(crate) struct JetStream {
    shared: Arc<Shared>,
}

struct Shared {
    settings: JetStreamSettings,
    context: Arc<ConsumerContext>,
    publisher: Publisher,
    consumers: Mutex<HashMap<String, Arc<OpenConsumer>>>,
    dead: DeadLetters,
    advisories: Advisories,
    marks: Watermarks,
}

// Plain functions with boxed futures: an async function is compiled again in each crate that awaits
// it.
impl JetStream {
    pub(crate) fn open(
        settings: JetStreamSettings,
        clock: Clock,
    ) -> LocalBoxFuture<'static, Result<Self, Unavailable>> {
        Box::pin(async move {
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
            let shared = Shared {
                settings,
                context: Arc::new(context),
                publisher,
                consumers: Mutex::default(),
                dead,
                advisories,
                marks: Watermarks::default(),
            };
            Ok(Self { shared: Arc::new(shared) })
        })
    }

    /// Flushes the connection, so that buffered acknowledgements are sent.
    pub(crate) fn close(&self) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move {
            let flushed = self.shared.context.connection.client.flush().await;
            flushed.map_err(|error| {
                Unavailable::caused_by("cannot flush the connection to NATS", error)
            })
        })
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.shared.context.connection.client.connection_state() == State::Connected
    }

    /// A short description for the log at start.
    pub(crate) fn describe(&self) -> String {
        let copies = match self.shared.settings.replicas {
            1 => "one copy".to_owned(),
            replicas => format!("{replicas} copies"),
        };
        format!("NATS JetStream at {}, {copies}", self.shared.context.connection.hosts())
    }

    pub(crate) fn publish(
        &self,
        messages: Vec<BusMessage>,
    ) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move {
            let Shared { context, marks, settings, .. } = &*self.shared;
            let sequences = self.shared.publisher.publish(&messages).await?;
            for (message, sequence) in messages.iter().zip(&sequences) {
                context.published.record(&message.subject, *sequence);
            }
            let last = sequences.into_iter().max().unwrap_or(0);
            marks.record(context.clock.now(), last, settings.duplicate_window);
            Ok(())
        })
    }

    pub(crate) fn open_consumer(
        &self,
        spec: ConsumerSpec,
    ) -> BoxFuture<'_, Result<Arc<Notify>, Unavailable>> {
        Box::pin(async move {
            let name = spec.name.clone();
            if let Some(open) = self.consumer(&name) {
                open.reopen(spec).await?;
                return Ok(Arc::clone(open.wake()));
            }
            let open = OpenConsumer::open(&self.shared.context, spec).await?;
            let wake = Arc::clone(open.wake());
            self.shared.consumers.lock().insert(name, open);
            Ok(wake)
        })
    }

    pub(crate) fn remove_consumer<'a>(
        &'a self,
        name: &'a str,
    ) -> BoxFuture<'a, Result<(), Unavailable>> {
        Box::pin(async move {
            self.shared.consumers.lock().remove(name);
            let name = durable(name);
            let removing = async {
                match self.shared.context.market.delete_consumer(&name).await {
                    Err(error) if is_unknown(&error.kind()) => Ok(()),
                    removed => removed.map(drop),
                }
            };
            let operation = format!("cannot remove the consumer {name}");
            self.shared.context.connection.request(operation, removing).await
        })
    }

    pub(crate) fn fetch<'a>(
        &'a self,
        name: &'a str,
        max: usize,
    ) -> BoxFuture<'a, Result<Vec<Delivery>, Unavailable>> {
        Box::pin(async move {
            match self.consumer(name) {
                Some(open) => open.fetch(max).await,
                None => Ok(Vec::new()),
            }
        })
    }

    pub(crate) fn settle<'a>(
        &'a self,
        name: &'a str,
        settlements: &'a [Settlement],
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Some(open) = self.consumer(name) {
                open.settle(settlements).await;
            }
        })
    }

    pub(crate) fn ready<'a>(&'a self, name: &'a str, wake: &'a Notify) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            match self.consumer(name) {
                Some(open) => open.ready().await,
                None => wake.notified().await,
            }
        })
    }

    fn consumer(&self, name: &str) -> Option<Arc<OpenConsumer>> {
        self.shared.consumers.lock().get(name).cloned()
    }

    pub(crate) fn add_dead_letters(
        &self,
        dead_letters: Vec<NewDeadLetter>,
    ) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move { self.shared.dead.add_dead_letters(dead_letters).await })
    }

    pub(crate) fn dead_letters<'a>(
        &'a self,
        service: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<DeadLetter>, Unavailable>> {
        Box::pin(async move { self.shared.dead.list(service).await })
    }

    pub(crate) fn count_dead_letters<'a>(
        &'a self,
        service: &'a str,
    ) -> BoxFuture<'a, Result<usize, Unavailable>> {
        Box::pin(async move { self.shared.dead.count(service).await })
    }

    pub(crate) fn dead_letter(
        &self,
        id: i64,
    ) -> BoxFuture<'_, Result<Option<DeadLetter>, Unavailable>> {
        Box::pin(async move { self.shared.dead.get(id).await })
    }

    pub(crate) fn remove_dead_letter(&self, id: i64) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move { self.shared.dead.remove_dead_letter(id).await })
    }

    pub(crate) fn lag(&self) -> BoxFuture<'_, Result<Vec<Lag>, Unavailable>> {
        Box::pin(async move {
            let listing = self.shared.context.market.consumers().try_collect();
            let infos: Vec<Info> =
                self.shared.context.connection.request("cannot list consumers", listing).await?;
            let lag = |info: Info| {
                let unacknowledged = u64::try_from(info.num_ack_pending).unwrap_or(u64::MAX);
                let unsettled = info.num_pending.saturating_add(unacknowledged);
                // The original name, which contains a dot; a consumer created by hand has only the
                // server's name.
                Lag { consumer: info.config.description.unwrap_or(info.name), unsettled }
            };
            Ok(infos.into_iter().map(lag).collect())
        })
    }

    /// Stores dead letters for messages that the server itself stopped delivering, then removes
    /// settled messages.
    pub(crate) fn trim(&self) -> BoxFuture<'_, Result<usize, Unavailable>> {
        Box::pin(async move {
            let Shared { context, marks, settings, advisories, dead, .. } = &*self.shared;
            let ConsumerContext { connection, market, clock, .. } = &**context;
            let now = clock.now();
            let mut captured = advisories.capture(now).await?;
            dead.add_dead_letters(std::mem::take(&mut captured.dead_letters)).await?;
            advisories.done(captured).await?;
            retention::trim(connection, market, marks, now, settings.duplicate_window).await
        })
    }
}

fn is_unknown(kind: &ConsumerErrorKind) -> bool {
    matches!(kind, ConsumerErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::CONSUMER_NOT_FOUND)
}
