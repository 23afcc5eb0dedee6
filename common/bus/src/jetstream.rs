//! The engine of production: NATS JetStream.

mod connection;
mod consumer;
mod dead_letters;
mod durability;
mod names;
pub mod permissions;
mod publish;
mod server;
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

pub use self::settings::{CONNECT_MAX, Durability, JetStreamSettings, RESPONSE_MAX, User};
use crate::engine::Engine;
use crate::message::{
    BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, NewDeadLetter, Settlement,
};
use consumer::OpenConsumer;
use names::durable;
use server::Server;

/// The JetStream engine. Dropping it closes the connection.
pub(crate) struct JetStream {
    server: Arc<Server>,
    consumers: Mutex<HashMap<String, Arc<OpenConsumer>>>,
}

impl JetStream {
    pub(crate) async fn open(
        settings: JetStreamSettings,
        clock: Clock,
    ) -> Result<Self, Unavailable> {
        let server = Arc::new(Server::open(settings, clock).await?);
        Ok(Self { server, consumers: Mutex::default() })
    }

    fn consumer(&self, name: &str) -> Option<Arc<OpenConsumer>> {
        self.consumers.lock().get(name).cloned()
    }
}

#[async_trait]
impl Engine for JetStream {
    /// Flushes the connection, so that buffered acknowledgements are sent.
    async fn close(&self) -> Result<(), Unavailable> {
        let flushed = self.server.connection.client.flush().await;
        flushed
            .map_err(|error| Unavailable::caused_by("cannot flush the connection to NATS", error))
    }

    fn is_connected(&self) -> Option<bool> {
        Some(self.server.connection.is_up())
    }

    fn describe(&self) -> String {
        let copies = match self.server.settings.replicas {
            1 => "one copy".to_owned(),
            replicas => format!("{replicas} copies"),
        };
        format!("NATS JetStream at {}, {copies}", self.server.connection.hosts)
    }

    async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        self.server.publish(&messages).await
    }

    async fn open_consumer(&self, spec: ConsumerSpec) -> Result<(), Unavailable> {
        if let Some(open) = self.consumer(&spec.name) {
            return open.reopen(spec).await;
        }
        let name = spec.name.clone();
        let open = OpenConsumer::open(&self.server, spec).await?;
        self.consumers.lock().insert(name, open);
        Ok(())
    }

    async fn remove_consumer(&self, name: &str) -> Result<(), Unavailable> {
        self.consumers.lock().remove(name);
        let name = durable(name);
        let removing = async {
            match self.server.market.delete_consumer(&name).await {
                Err(error) if is_unknown(&error.kind()) => Ok(()),
                removed => removed.map(drop),
            }
        };
        let operation = format!("cannot remove the consumer {name}");
        self.server.connection.request(operation, removing).await
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

    async fn ready(&self, name: &str) {
        match self.consumer(name) {
            Some(open) => open.ready().await,
            None => std::future::pending().await,
        }
    }

    async fn add_dead_letters(&self, dead_letters: Vec<NewDeadLetter>) -> Result<(), Unavailable> {
        self.server.add_dead_letters(dead_letters).await
    }

    async fn dead_letters(&self, service: Option<&str>) -> Result<Vec<DeadLetter>, Unavailable> {
        self.server.list_dead_letters(service).await
    }

    async fn count_dead_letters(&self, service: &str) -> Result<usize, Unavailable> {
        self.server.count_dead_letters(service).await
    }

    async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable> {
        self.server.dead_letter(id).await
    }

    async fn remove_dead_letter(&self, id: i64) -> Result<(), Unavailable> {
        self.server.remove_dead_letter(id).await
    }

    async fn lag(&self) -> Result<Vec<Lag>, Unavailable> {
        let listing = self.server.market.consumers().try_collect();
        let infos: Vec<Info> =
            self.server.connection.request("cannot list consumers", listing).await?;
        let lag = |info: Info| {
            let unacknowledged = u64::try_from(info.num_ack_pending).unwrap_or(u64::MAX);
            let unsettled = info.num_pending.saturating_add(unacknowledged);
            // The original name, which contains a dot; a consumer created by hand has only the
            // server's name.
            Lag { consumer: info.config.description.unwrap_or(info.name), unsettled }
        };
        Ok(infos.into_iter().map(lag).collect())
    }

    /// Stores dead letters for messages with an advisory, then removes settled messages.
    async fn trim(&self) -> Result<usize, Unavailable> {
        let now = self.server.clock.now();
        self.server.store_advisories(now).await?;
        self.server.trim(now).await
    }
}

fn is_unknown(kind: &ConsumerErrorKind) -> bool {
    matches!(kind, ConsumerErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::CONSUMER_NOT_FOUND)
}
