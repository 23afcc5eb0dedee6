//! Dead letters: a stream with one message for each, whose subject is its key, so that the server
//! stores each once.

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::AckPolicy;
use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{DeleteMessageErrorKind, RawMessageErrorKind, Stream};
use bytes::Bytes;
use futures::TryStreamExt as _;
use store::Unavailable;

use super::connection::Connection;
use super::names::Names;
use crate::message::{DEAD_LETTERS_MAX, DeadLetter, NewDeadLetter};

/// Bytes for the subject and headers beside a dead letter's body, which count towards the server's
/// message limit.
const HEADERS_MAX: usize = 4 * 1024;

/// The stream of dead letters.
pub(super) struct DeadLetters {
    connection: Connection,
    names: Names,
    stream: Stream<()>,
}

impl DeadLetters {
    pub(super) async fn open(connection: &Connection, names: &Names) -> Result<Self, Unavailable> {
        let opening = connection.jetstream.get_stream_no_info(names.dead());
        let stream = connection.request("cannot open the dead letters", opening).await?;
        Ok(Self { connection: connection.clone(), names: names.clone(), stream })
    }

    /// Stores dead letters, each key once.
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

    /// Serializes a dead letter. A body over the server's limit is left out; otherwise its listener
    /// would retry without end.
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

    /// The oldest dead letters of a service, or of all.
    pub(super) async fn list(&self, service: Option<&str>) -> Result<Vec<DeadLetter>, Unavailable> {
        let reading = async {
            let consumer = self.stream.create_consumer(Config {
                filter_subject: self.names.dead_letters(service),
                ack_policy: AckPolicy::None,
                memory_storage: true,
                num_replicas: 1,
                inactive_threshold: self.connection.response_max(),
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
            let _ = self.stream.delete_consumer(&consumer.cached_info().name).await;
            Ok::<_, async_nats::Error>(letters)
        };
        self.connection.request("cannot list dead letters", reading).await
    }

    /// Number of dead letters of a service, counted by subjects: no service may read another's dead
    /// letters.
    pub(super) async fn count(&self, service: &str) -> Result<usize, Unavailable> {
        let counting = async {
            let subjects = self.stream.info_with_subjects(self.names.dead_letters(Some(service)));
            Ok::<_, async_nats::Error>(subjects.await?.try_collect::<Vec<_>>().await?.len())
        };
        self.connection.request("cannot count dead letters", counting).await
    }

    /// The dead letter with this id.
    pub(super) async fn get(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable> {
        let Ok(sequence) = u64::try_from(id) else { return Ok(None) };
        let reading = async {
            match self.stream.get_raw_message(sequence).await {
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
            match self.stream.delete_message(sequence).await {
                Err(error) if is_missing(&error.kind()) => Ok(()),
                removed => removed.map(drop),
            }
        };
        self.connection.request("cannot remove a dead letter", removing).await
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
