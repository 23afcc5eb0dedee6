//! Messages that the server itself gave up, because somebody set a limit on deliveries by hand: they become dead letters.

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use contract::{Timestamp, envelope};
use futures::TryStreamExt as _;
use serde::Deserialize;
use store::Unavailable;

use super::connection::Connection;
use super::names::Names;
use crate::message::GivenUp;

/// Advisories read in one step: there is none as long as nobody meddles.
const ADVISORIES_MAX: usize = 16;

/// The durable consumer that all processes share.
pub(super) const READER: &str = "reader";

/// The stream of the server's advisories.
pub(super) struct Advisories {
    connection: Connection,
    names: Names,
    said: Stream<()>,
    market: Stream<()>,
}

/// What the server says of a message that it gave up.
#[derive(Deserialize)]
struct Advisory {
    consumer: String,
    stream_seq: u64,
    deliveries: u64,
}

/// Advisories, and the dead letters that they mean.
pub(super) struct Captured {
    read: Vec<Message>,
    /// The dead letters.
    pub(super) given_up: Vec<GivenUp>,
}

impl Advisories {
    pub(super) async fn open(
        connection: &Connection,
        names: &Names,
        market: &Stream<()>,
    ) -> Result<Self, Unavailable> {
        let opening = connection.jetstream.get_stream_no_info(names.advisories());
        let said = connection.ask("cannot open the advisories", opening).await?;
        let (connection, market) = (connection.clone(), market.clone());
        Ok(Self { connection, names: names.clone(), said, market })
    }

    /// Reads some advisories.
    pub(super) async fn capture(&self, now: Timestamp) -> Result<Captured, Unavailable> {
        let reading = async {
            let config = Config { durable_name: Some(READER.to_owned()), ..Config::default() };
            let reader = self.said.create_consumer(config).await?;
            let messages = reader.fetch().max_messages(ADVISORIES_MAX).messages().await?;
            messages.try_collect::<Vec<Message>>().await
        };
        let read = self.connection.ask("cannot read advisories", reading).await?;
        let mut given_up = Vec::new();
        for message in &read {
            match serde_json::from_slice::<Advisory>(&message.payload) {
                Ok(advisory) => given_up.extend(self.dead_letters(&advisory, now).await?),
                Err(error) => tracing::error!(%error, "not an advisory of the broker"),
            }
        }
        Ok(Captured { read, given_up })
    }

    /// The dead letters of an advisory are kept: it is not read again.
    pub(super) async fn done(&self, captured: Captured) -> Result<(), Unavailable> {
        for message in captured.read {
            let acknowledging = message.double_ack();
            self.connection.ask("cannot settle an advisory", acknowledging).await?;
        }
        Ok(())
    }

    async fn dead_letters(
        &self,
        advisory: &Advisory,
        now: Timestamp,
    ) -> Result<Vec<GivenUp>, Unavailable> {
        let Advisory { consumer, stream_seq: sequence, deliveries } = advisory;
        let reading = async {
            match self.market.get_raw_message(*sequence).await {
                Ok(message) => Ok(Some(message)),
                // It was trimmed: everybody had settled it, so this advisory is an old one.
                Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        let message = self.connection.ask("cannot read what the broker gave up", reading).await?;
        let Some(message) = message else { return Ok(Vec::new()) };
        // The house's name of the consumer is `auth.on_session_revoked`.
        let (service, listener) = consumer.split_once('-').unwrap_or((consumer, "unknown"));
        let reason = format!("the broker gave it up after {deliveries} deliveries");
        tracing::error!(consumer, sequence, reason, "message given up");
        let bodies = envelope::open(&message.payload).map_or_else(
            |_| {
                let text = String::from_utf8_lossy(&message.payload);
                vec![serde_json::Value::from(text).to_string()]
            },
            |messages| messages.iter().map(|message| message.get().to_owned()).collect(),
        );
        let given_up = |(index, body): (usize, String)| GivenUp {
            key: format!("{service}.{listener}/{sequence}/{index}"),
            service: service.to_owned(),
            subject: format!("dead.{service}.{listener}.max_deliveries"),
            origin: self.names.at_home(&message.subject).to_owned(),
            reason: reason.clone(),
            body,
            at: now,
        };
        Ok(bodies.into_iter().enumerate().map(given_up).collect())
    }
}
