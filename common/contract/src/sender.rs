//! Serialization of the messages of an envelope.

use std::borrow::Cow;

use crate::envelope::CloudEvent;
use crate::message::Outgoing;
use crate::values::time::Timestamp;

/// The common fields of the messages of one envelope.
#[derive(Debug, Clone)]
pub struct Sender {
    source: String,
    time: Timestamp,
}

impl Sender {
    /// The sender of a service's messages at a time.
    #[must_use]
    pub fn new(service: &str, time: Timestamp) -> Self {
        Self { source: format!("/{service}"), time }
    }

    /// Serializes a message; `traceparent` is that of the decision, for a message without a trace
    /// of its own.
    ///
    /// # Errors
    /// When the state has no JSON form, which is a bug in its type.
    pub fn encode_event(
        &self,
        message: &Outgoing,
        traceparent: Option<&str>,
        to: &mut Vec<u8>,
    ) -> Result<(), serde_json::Error> {
        let (aggregate, id, version) = (message.aggregate, message.aggregate_id, message.version);
        let id = id.to_string();
        message.encode(
            CloudEvent {
                specversion: "1.0".into(),
                id: format!("{aggregate}:{id}:{version}").into(),
                source: self.source.as_str().into(),
                type_name: message.name.into(),
                subject: id.into(),
                time: self.time,
                version,
                dataversion: message.data_version,
                traceparent: message.traceparent.as_deref().or(traceparent).map(Cow::from),
                data: (),
            },
            to,
        )
    }
}
