//! The stream of dead letters, and the advisories of the server about messages that it stopped
//! delivering, because an operator set a delivery limit by hand: they become dead letters.

use async_nats::jetstream::consumer::AckPolicy;
use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{DeleteMessageErrorKind, RawMessageErrorKind};
use async_nats::jetstream::{ErrorCode, Message};
use bytes::Bytes;
use contract::{Timestamp, envelope};
use futures::TryStreamExt as _;
use serde::Deserialize;
use store::Unavailable;

use super::server::Server;
use crate::message::{DEAD_LETTERS_MAX, DeadLetter, NewDeadLetter};

/// Bytes for the subject and headers beside a dead letter's body, which count towards the server's
/// message limit.
const HEADERS_MAX: usize = 4 * 1024;

/// Advisories read in one step; usually there are none.
const ADVISORIES_MAX: usize = 16;

/// The durable consumer that all processes share.
pub(super) const READER: &str = "reader";

#[derive(Deserialize)]
struct Advisory {
    consumer: String,
    stream_seq: u64,
    deliveries: u64,
}

impl Server {
    pub(super) async fn add_dead_letters(
        &self,
        dead_letters: Vec<NewDeadLetter>,
    ) -> Result<(), Unavailable> {
        for one in dead_letters {
            let subject = self.names.dead_letter(&one.service, &one.key);
            let message = PublishMessage::build()
                .expected_last_subject_sequence(0)
                .payload(self.encode(one)?);
            let publishing = async {
                match self.connection.jetstream.send_publish(subject, message).await?.await {
                    // The subject has a message: this dead letter is stored already.
                    Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => Ok(()),
                    stored => stored.map(drop),
                }
            };
            self.connection.request("cannot store a dead letter", publishing).await?;
        }
        Ok(())
    }

    /// Serializes a dead letter. A body over the server's limit is left out: its listener would
    /// retry without end.
    fn encode(&self, mut letter: NewDeadLetter) -> Result<Bytes, Unavailable> {
        let to_bytes = |letter: &NewDeadLetter| {
            serde_json::to_vec(letter)
                .map(Bytes::from)
                .map_err(|error| Unavailable::caused_by("cannot write a dead letter", error))
        };
        let whole = to_bytes(&letter)?;
        if whole.len() + HEADERS_MAX <= self.connection.client.max_payload() {
            return Ok(whole);
        }
        let size = letter.body.len();
        letter.reason = format!("{} (its {size} bytes exceed the server's limit)", letter.reason);
        "null".clone_into(&mut letter.body);
        to_bytes(&letter)
    }

    pub(super) async fn list_dead_letters(
        &self,
        service: Option<&str>,
    ) -> Result<Vec<DeadLetter>, Unavailable> {
        let reading = async {
            let consumer = self.dead.create_consumer(Config {
                filter_subject: self.names.dead_letters(service),
                ack_policy: AckPolicy::None,
                memory_storage: true,
                num_replicas: 1,
                inactive_threshold: self.settings.response_max,
                ..Config::default()
            });
            let consumer = consumer.await?;
            let messages = consumer.fetch().max_messages(DEAD_LETTERS_MAX).messages().await?;
            let letters = messages.try_fold(Vec::new(), |mut letters, message| async move {
                let sequence = message.info()?.stream_sequence;
                letters.extend(decode(sequence, &message.payload));
                Ok(letters)
            });
            let letters = letters.await?;
            // The server would remove it a little later.
            let _ = self.dead.delete_consumer(&consumer.cached_info().name).await;
            Ok::<_, async_nats::Error>(letters)
        };
        self.connection.request("cannot list dead letters", reading).await
    }

    /// The number of dead letters of a service, counted by subjects: no service may read another's.
    pub(super) async fn count_dead_letters(&self, service: &str) -> Result<usize, Unavailable> {
        let counting = async {
            let subjects = self.dead.info_with_subjects(self.names.dead_letters(Some(service)));
            Ok::<_, async_nats::Error>(subjects.await?.try_collect::<Vec<_>>().await?.len())
        };
        self.connection.request("cannot count dead letters", counting).await
    }

    pub(super) async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable> {
        let Ok(sequence) = u64::try_from(id) else { return Ok(None) };
        let reading = async {
            match self.dead.get_raw_message(sequence).await {
                Ok(message) => Ok(decode(sequence, &message.payload)),
                Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.connection.request("cannot read a dead letter", reading).await
    }

    /// Removes a dead letter, which may not exist any more.
    pub(super) async fn remove_dead_letter(&self, id: i64) -> Result<(), Unavailable> {
        let Ok(sequence) = u64::try_from(id) else { return Ok(()) };
        let removing = async {
            match self.dead.delete_message(sequence).await {
                Err(error) if is_missing(&error.kind()) => Ok(()),
                removed => removed.map(drop),
            }
        };
        self.connection.request("cannot remove a dead letter", removing).await
    }

    /// Stores dead letters for messages with an advisory, up to a bound.
    pub(super) async fn store_advisories(&self, now: Timestamp) -> Result<(), Unavailable> {
        let reading = async {
            let config = Config { durable_name: Some(READER.to_owned()), ..Config::default() };
            let reader = self.advisories.create_consumer(config).await?;
            let messages = reader.fetch().max_messages(ADVISORIES_MAX).messages().await?;
            messages.try_collect::<Vec<Message>>().await
        };
        let read = self.connection.request("cannot read advisories", reading).await?;
        let mut dead_letters = Vec::new();
        for message in &read {
            match serde_json::from_slice::<Advisory>(&message.payload) {
                Ok(advisory) => dead_letters.extend(self.undelivered(&advisory, now).await?),
                Err(error) => tracing::error!(%error, "not an advisory of the broker"),
            }
        }
        self.add_dead_letters(dead_letters).await?;
        for message in read {
            let acknowledging = message.double_ack();
            self.connection.request("cannot settle an advisory", acknowledging).await?;
        }
        Ok(())
    }

    /// The dead letters of a message that the server stopped delivering.
    async fn undelivered(
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

fn is_missing(kind: &DeleteMessageErrorKind) -> bool {
    matches!(kind, DeleteMessageErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::SEQUENCE_NOT_FOUND)
}

/// Parses a dead letter; a foreign message in the stream is skipped.
fn decode(sequence: u64, body: &[u8]) -> Option<DeadLetter> {
    match serde_json::from_slice(body) {
        Ok(NewDeadLetter { key: _, service, subject, origin, reason, body, at }) => {
            let id = i64::try_from(sequence).unwrap_or(i64::MAX);
            Some(DeadLetter { id, service, subject, origin, reason, body, at })
        }
        Err(error) => {
            tracing::warn!(sequence, %error, "not a dead letter");
            None
        }
    }
}
