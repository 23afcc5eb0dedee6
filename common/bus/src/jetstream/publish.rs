//! Publishing: a step of a relay is one atomic batch, written to the disk with one fsync.
//!
//! Messages enter the stream in order, whatever fails: a batch enters completely or not at all, and
//! outside a batch each message waits for the acknowledgement of the one before.

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::publish::PublishAck;
use async_nats::jetstream::response::Response;
use async_nats::{HeaderMap, header};
use store::Unavailable;

use super::server::Server;
use crate::message::BusMessage;

/// Messages in one atomic batch: several steps of a relay, below the server's limit of 1,000.
const BATCH_MAX: usize = 256;

enum PublishError {
    /// The batch as such: its messages may be published one by one.
    Batch,
    Full,
    Otherwise(async_nats::Error),
}

impl<E: Into<async_nats::Error>> From<E> for PublishError {
    fn from(error: E) -> Self {
        Self::Otherwise(error.into())
    }
}

impl Server {
    /// Publishes messages in order, and records the sequence of each in the stream.
    pub(super) async fn publish(&self, messages: &[BusMessage]) -> Result<(), Unavailable> {
        let mut last = 0;
        for messages in messages.chunks(BATCH_MAX) {
            let publishing = async { Ok::<_, async_nats::Error>(self.publish_all(messages).await) };
            match self.connection.request("cannot publish", publishing).await? {
                Ok(sequences) => {
                    for (message, sequence) in messages.iter().zip(sequences) {
                        self.published.record(&message.subject, sequence);
                        last = sequence.max(last);
                    }
                }
                Err(PublishError::Full | PublishError::Batch) => {
                    return Err(Unavailable::new("cannot publish: the bus log is full"));
                }
                Err(PublishError::Otherwise(error)) => {
                    return Err(Unavailable::caused_by("cannot publish", error));
                }
            }
        }
        self.marks.record(self.clock.now(), last, self.settings.duplicate_window);
        Ok(())
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
                    // It contains an id of an earlier, interrupted attempt.
                    Err(PublishError::Batch) => {}
                    Err(refused) => return Err(refused),
                }
            }
            for message in rest {
                let acknowledged = self.publish_one(message, id(message)).await?;
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
        let client = &self.connection.client;
        let batch = client.new_inbox();
        let headers = |message: &BusMessage, place: usize| {
            let mut headers = id(message);
            headers.insert("Nats-Batch-Id", batch.as_str());
            headers.insert("Nats-Batch-Sequence", place.to_string().as_str());
            headers
        };
        for (message, place) in before.iter().zip(1..) {
            let subject = self.names.with_prefix(&message.subject);
            let headers = headers(message, place);
            client.publish_with_headers(subject, headers, message.body.clone()).await?;
        }
        let mut headers = headers(last, messages.len());
        headers.insert("Nats-Batch-Commit", "1");
        let end = self.publish_one(last, headers).await?.sequence + 1;
        let count = u64::try_from(messages.len()).unwrap_or(u64::MAX);
        Ok((end.saturating_sub(count)..end).collect())
    }

    /// Publishes one message, or the last one of a batch, and waits for the acknowledgement.
    async fn publish_one(
        &self,
        message: &BusMessage,
        headers: HeaderMap,
    ) -> Result<PublishAck, PublishError> {
        let (subject, body) = (self.names.with_prefix(&message.subject), message.body.clone());
        let client = &self.connection.client;
        let response = client.request_with_headers(subject, headers, body).await?;
        match serde_json::from_slice(&response.payload)? {
            Response::Ok(acknowledged) => Ok(acknowledged),
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
}

/// The header with the message's id, by which the server recognises a repeated publish.
fn id(message: &BusMessage) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::NATS_MESSAGE_ID, message.id.as_str());
    headers
}
