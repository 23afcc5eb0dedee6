//! Dead letters: a stream with one message for each, whose subject is its key, so that the server keeps each once.

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::AckPolicy;
use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{DeleteMessageErrorKind, RawMessageErrorKind, Stream};
use bytes::Bytes;
use contract::Timestamp;
use futures::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use store::Unavailable;

use super::connection::Connection;
use super::names::Names;
use crate::bus::DEAD_LETTERS_MAX;
use crate::message::{DeadLetter, GivenUp};

/// Bytes for the subject and headers beside a dead letter's body, which count towards what a server takes.
const HEADERS_MAX: usize = 4 * 1024;

/// The stream of dead letters.
pub(super) struct DeadLetters {
    connection: Connection,
    names: Names,
    stream: Stream<()>,
}

/// A dead letter on the wire.
#[derive(Serialize, Deserialize)]
struct Record {
    key: String,
    service: String,
    subject: String,
    origin: String,
    reason: String,
    body: String,
    at: Timestamp,
}

impl DeadLetters {
    pub(super) async fn open(connection: &Connection, names: &Names) -> Result<Self, Unavailable> {
        let opening = connection.jetstream.get_stream_no_info(names.dead());
        let stream = connection.ask("cannot open the dead letters", opening).await?;
        Ok(Self { connection: connection.clone(), names: names.clone(), stream })
    }

    /// Keeps dead letters, each key once.
    pub(super) async fn give_up(&self, given_up: Vec<GivenUp>) -> Result<(), Unavailable> {
        for one in given_up {
            let subject = self.names.dead_letter(&one.service, &one.key);
            let message = PublishMessage::build()
                .expected_last_subject_sequence(0)
                .payload(self.encode(one)?);
            let publishing = async {
                match self.connection.jetstream.send_publish(subject, message).await?.await {
                    // Its subject has a message: it was given up before.
                    Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => Ok(()),
                    kept => kept.map(drop),
                }
            };
            self.connection.ask("cannot keep a dead letter", publishing).await?;
        }
        Ok(())
    }

    /// What the server takes; a body that is too large for it is left out, rather than holding up its listener for ever.
    fn encode(&self, given_up: GivenUp) -> Result<Bytes, Unavailable> {
        let GivenUp { key, service, subject, origin, reason, body, at } = given_up;
        let mut record = Record { key, service, subject, origin, reason, body, at };
        let to_bytes = |record: &Record| {
            serde_json::to_vec(record)
                .map(Bytes::from)
                .map_err(|error| Unavailable::caused_by("cannot write a dead letter", error))
        };
        let whole = to_bytes(&record)?;
        if whole.len() + HEADERS_MAX <= self.connection.client.max_payload() {
            return Ok(whole);
        }
        let size = record.body.len();
        record.reason = format!("{} (its {size} bytes are too many to be kept)", record.reason);
        "null".clone_into(&mut record.body);
        to_bytes(&record)
    }

    /// The oldest dead letters of a service, or of all.
    pub(super) async fn list(&self, service: Option<&str>) -> Result<Vec<DeadLetter>, Unavailable> {
        let reading = async {
            let consumer = self.stream.create_consumer(Config {
                filter_subject: self.names.dead_letters(service),
                ack_policy: AckPolicy::None,
                memory_storage: true,
                num_replicas: 1,
                inactive_threshold: self.connection.answer_max(),
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
            // It would go by itself a little later.
            let _ = self.stream.delete_consumer(&consumer.cached_info().name).await;
            Ok::<_, async_nats::Error>(letters)
        };
        self.connection.ask("cannot list dead letters", reading).await
    }

    /// How many dead letters a service has, by their subjects alone: no service may read what others gave up.
    pub(super) async fn count(&self, service: &str) -> Result<usize, Unavailable> {
        let counting = async {
            let subjects = self.stream.info_with_subjects(self.names.dead_letters(Some(service)));
            Ok::<_, async_nats::Error>(subjects.await?.try_collect::<Vec<_>>().await?.len())
        };
        self.connection.ask("cannot count dead letters", counting).await
    }

    /// A dead letter.
    pub(super) async fn get(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable> {
        let Ok(sequence) = u64::try_from(id) else { return Ok(None) };
        let reading = async {
            match self.stream.get_raw_message(sequence).await {
                Ok(message) => Ok(decode(sequence, &message.payload)),
                Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.connection.ask("cannot read a dead letter", reading).await
    }

    /// Removes a dead letter, which may be gone already.
    pub(super) async fn bury(&self, id: i64) -> Result<(), Unavailable> {
        let Ok(sequence) = u64::try_from(id) else { return Ok(()) };
        let burying = async {
            match self.stream.delete_message(sequence).await {
                Err(error) if is_missing(&error.kind()) => Ok(()),
                buried => buried.map(drop),
            }
        };
        self.connection.ask("cannot remove a dead letter", burying).await
    }
}

fn is_missing(kind: &DeleteMessageErrorKind) -> bool {
    matches!(kind, DeleteMessageErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::SEQUENCE_NOT_FOUND)
}

/// Reads a dead letter. Somebody else's message among them is no reason not to show the others.
fn decode(sequence: u64, body: &[u8]) -> Option<DeadLetter> {
    match serde_json::from_slice(body) {
        Ok(Record { key: _, service, subject, origin, reason, body, at }) => {
            let id = i64::try_from(sequence).unwrap_or(i64::MAX);
            Some(DeadLetter { id, service, subject, origin, reason, body, at })
        }
        Err(error) => {
            tracing::warn!(sequence, %error, "not a dead letter");
            None
        }
    }
}
