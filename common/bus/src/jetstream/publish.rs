//! Publishing: a step of a relay is one atomic batch, written to the disk with one fsync.
//!
//! Messages enter the stream in order, whatever fails: a batch enters completely or not at all, and
//! outside a batch each message waits for the acknowledgement of the one before.

use std::error::Error as _;
use std::sync::atomic::{AtomicU64, Ordering};

use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::publish::PublishAck;
use async_nats::jetstream::response::Response;
use async_nats::jetstream::{self, ErrorCode};
use async_nats::{HeaderMap, header};
use bytes::Bytes;
use store::Unavailable;

use super::connection::Connection;
use super::names::Names;
use crate::message::BusMessage;

/// Messages in one atomic batch: a step of a relay several times over, and below the server's limit
/// of 1,000.
const BATCH_MAX: usize = 256;

/// Publishes to the market's stream.
pub(super) struct Publisher {
    connection: Connection,
    names: Names,
    /// Whether the server supports atomic batches (from 2.12).
    takes_batches: bool,
    /// Distinguishes the batches of this process.
    process: String,
    batches: AtomicU64,
}

/// Why messages were rejected.
enum PublishError {
    /// The batch as such: its messages may be published one by one.
    Batch,
    /// The stream is full.
    Full,
    /// Any other error.
    Otherwise(async_nats::Error),
}

impl<E: Into<async_nats::Error>> From<E> for PublishError {
    fn from(error: E) -> Self {
        Self::Otherwise(error.into())
    }
}

impl Publisher {
    pub(super) fn new(connection: &Connection, names: &Names, takes_batches: bool) -> Self {
        let process = connection.client.new_inbox();
        let (connection, names) = (connection.clone(), names.clone());
        Self { connection, names, takes_batches, process, batches: AtomicU64::new(0) }
    }

    /// Publishes messages in order; returns the sequence of each in the stream.
    pub(super) async fn publish(&self, messages: &[BusMessage]) -> Result<Vec<u64>, Unavailable> {
        let mut sequences = Vec::with_capacity(messages.len());
        for messages in messages.chunks(BATCH_MAX) {
            let publishing = async { Ok::<_, async_nats::Error>(self.publish_all(messages).await) };
            match self.connection.request("cannot publish", publishing).await? {
                Ok(batch) => sequences.extend(batch),
                Err(PublishError::Full | PublishError::Batch) => {
                    return Err(Unavailable::new("cannot publish: the bus log is full"));
                }
                Err(PublishError::Otherwise(error)) => {
                    return Err(Unavailable::caused_by("cannot publish", error));
                }
            }
        }
        Ok(sequences)
    }

    async fn publish_all(&self, messages: &[BusMessage]) -> Result<Vec<u64>, PublishError> {
        let mut sequences = Vec::with_capacity(messages.len());
        while let Some(rest) = messages.get(sequences.len()..).filter(|rest| !rest.is_empty()) {
            if self.takes_batches && rest.len() > 1 {
                match self.publish_batch(rest).await {
                    Ok(batch) => {
                        sequences.extend(batch);
                        continue;
                    }
                    // It contains an id that was published before, usually of the first messages of
                    // an interrupted attempt.
                    Err(PublishError::Batch) => {}
                    Err(refused) => return Err(refused),
                }
            }
            for message in rest {
                let acknowledged = self.publish_one(message).await?;
                sequences.push(acknowledged.sequence);
                if self.takes_batches && !acknowledged.duplicate {
                    break;
                }
            }
        }
        Ok(sequences)
    }

    /// Publishes all or none, without other messages between them.
    async fn publish_batch(&self, messages: &[BusMessage]) -> Result<Vec<u64>, PublishError> {
        let Some((last, before)) = messages.split_last() else { return Ok(Vec::new()) };
        let batch = self.batches.fetch_add(1, Ordering::Relaxed);
        let batch = format!("{}.{batch}", self.process);
        let headers = |message: &BusMessage, place: usize| {
            let mut headers = HeaderMap::new();
            headers.insert(header::NATS_MESSAGE_ID, message.id.as_str());
            headers.insert("Nats-Batch-Id", batch.as_str());
            headers.insert("Nats-Batch-Sequence", place.to_string().as_str());
            headers
        };
        let client = &self.connection.client;
        for (message, place) in before.iter().zip(1..) {
            let subject = self.names.with_prefix(&message.subject);
            let headers = headers(message, place);
            client.publish_with_headers(subject, headers, message.body.clone()).await?;
        }
        let mut headers = headers(last, messages.len());
        headers.insert("Nats-Batch-Commit", "1");
        let subject = self.names.with_prefix(&last.subject);
        let response = client.request_with_headers(subject, headers, last.body.clone()).await?;
        let end = acknowledged(&response.payload)? + 1;
        let count = u64::try_from(messages.len()).unwrap_or(u64::MAX);
        Ok((end.saturating_sub(count)..end).collect())
    }

    /// Publishes one message and waits for the acknowledgement.
    async fn publish_one(&self, message: &BusMessage) -> Result<PublishAck, PublishError> {
        let BusMessage { id, subject, body } = message;
        let message = PublishMessage::build().message_id(id).payload(body.clone());
        let subject = self.names.with_prefix(subject);
        let sent = self.connection.jetstream.send_publish(subject, message).await?;
        sent.await.map_err(|error| {
            let refusal =
                error.source().and_then(|source| source.downcast_ref::<jetstream::Error>());
            match refusal.map(jetstream::Error::error_code) {
                Some(ErrorCode::STREAM_STORE_FAILED) => PublishError::Full,
                _ => PublishError::Otherwise(error.into()),
            }
        })
    }
}

/// Parses the acknowledgement of a batch: the sequence of its last message.
fn acknowledged(response: &Bytes) -> Result<u64, PublishError> {
    match serde_json::from_slice(response)? {
        Response::Ok::<PublishAck>(acknowledged) => Ok(acknowledged.sequence),
        Response::Err { error } => Err(match error.error_code() {
            ErrorCode::STREAM_STORE_FAILED => PublishError::Full,
            ErrorCode::ATOMIC_PUBLISH_CONTAINS_DUPLICATE_MESSAGE
            | ErrorCode::ATOMIC_PUBLISH_DISABLED
            | ErrorCode::ATOMIC_PUBLISH_INCOMPLETE_BATCH
            | ErrorCode::ATOMIC_PUBLISH_TOO_LARGE_BATCH
            | ErrorCode::ATOMIC_PUBLISH_TOO_MANY_INFLIGHT
            | ErrorCode::ATOMIC_PUBLISH_UNSUPPORTED_HEADER => PublishError::Batch,
            _ => PublishError::Otherwise(error.into()),
        }),
    }
}
