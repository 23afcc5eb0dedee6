//! Messages that the server stopped delivering, because an operator set a delivery limit by hand:
//! they become dead letters.

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use contract::{Timestamp, envelope};
use futures::TryStreamExt as _;
use serde::Deserialize;
use store::Unavailable;

use super::connection::Connection;
use super::names::Names;
use crate::message::NewDeadLetter;

/// Advisories read in one step; usually there are none.
const ADVISORIES_MAX: usize = 16;

/// The durable consumer that all processes share.
pub(super) const READER: &str = "reader";

/// The stream of the server's advisories.
pub(super) struct Advisories {
    connection: Connection,
    names: Names,
    stream: Stream<()>,
    market: Stream<()>,
}

/// The server's advisory about a message that reached its delivery limit.
#[derive(Deserialize)]
struct Advisory {
    consumer: String,
    stream_seq: u64,
    deliveries: u64,
}

/// Advisories, and their dead letters.
pub(super) struct CapturedAdvisories {
    read: Vec<Message>,
    /// The dead letters.
    pub(super) dead_letters: Vec<NewDeadLetter>,
}

impl Advisories {
    pub(super) async fn open(
        connection: &Connection,
        names: &Names,
        market: &Stream<()>,
    ) -> Result<Self, Unavailable> {
        let opening = connection.jetstream.get_stream_no_info(names.advisories());
        let stream = connection.request("cannot open the advisories", opening).await?;
        let (connection, market) = (connection.clone(), market.clone());
        Ok(Self { connection, names: names.clone(), stream, market })
    }

    /// Reads advisories, up to a bound.
    pub(super) async fn capture(&self, now: Timestamp) -> Result<CapturedAdvisories, Unavailable> {
        let reading = async {
            let config = Config { durable_name: Some(READER.to_owned()), ..Config::default() };
            let reader = self.stream.create_consumer(config).await?;
            let messages = reader.fetch().max_messages(ADVISORIES_MAX).messages().await?;
            messages.try_collect::<Vec<Message>>().await
        };
        let read = self.connection.request("cannot read advisories", reading).await?;
        let mut dead_letters = Vec::new();
        for message in &read {
            match serde_json::from_slice::<Advisory>(&message.payload) {
                Ok(advisory) => dead_letters.extend(self.dead_letters(&advisory, now).await?),
                Err(error) => tracing::error!(%error, "not an advisory of the broker"),
            }
        }
        Ok(CapturedAdvisories { read, dead_letters })
    }

    /// Acknowledges advisories whose dead letters are stored.
    pub(super) async fn done(&self, captured: CapturedAdvisories) -> Result<(), Unavailable> {
        for message in captured.read {
            let acknowledging = message.double_ack();
            self.connection.request("cannot settle an advisory", acknowledging).await?;
        }
        Ok(())
    }

    async fn dead_letters(
        &self,
        advisory: &Advisory,
        now: Timestamp,
    ) -> Result<Vec<NewDeadLetter>, Unavailable> {
        let Advisory { consumer, stream_seq: sequence, deliveries } = advisory;
        let reading = async {
            match self.market.get_raw_message(*sequence).await {
                Ok(message) => Ok(Some(message)),
                // It was trimmed: every consumer had settled it, so the advisory is outdated.
                Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        let message =
            self.connection.request("cannot read a message with an advisory", reading).await?;
        let Some(message) = message else { return Ok(Vec::new()) };
        // The original name of the consumer is `auth.on_session_revoked`.
        let (service, listener) = consumer.split_once('-').unwrap_or((consumer, "unknown"));
        let reason = format!("the broker stopped delivering it after {deliveries} deliveries");
        tracing::error!(consumer, sequence, reason, "message stored as a dead letter");
        let bodies = envelope::open(&message.payload).map_or_else(
            |_| {
                let text = String::from_utf8_lossy(&message.payload);
                vec![serde_json::Value::from(text).to_string()]
            },
            |messages| messages.iter().map(|message| message.get().to_owned()).collect(),
        );
        let dead_letters = |(index, body): (usize, String)| NewDeadLetter {
            key: format!("{service}.{listener}/{sequence}/{index}"),
            service: service.to_owned(),
            subject: format!("dead.{service}.{listener}.max_deliveries"),
            origin: self.names.without_prefix(&message.subject).to_owned(),
            reason: reason.clone(),
            body,
            at: now,
        };
        Ok(bodies.into_iter().enumerate().map(dead_letters).collect())
    }
}
