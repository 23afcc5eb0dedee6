//! The CloudEvents 1.0 JSON batch: what was committed together, of one type, travels together.
//!
//! Source: CloudEvents 1.0.2, JSON Event Format section 4 (batch), and the Distributed Tracing extension.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::time::Timestamp;

/// Media type of an envelope's body.
pub const CONTENT_TYPE: &str = "application/cloudevents-batch+json";

/// Messages in one envelope, at the most: one group commit of the size that bounds a batch of decisions.
pub const ENVELOPE_MESSAGES_MAX: usize = 512;

/// Bytes in one envelope, at the most, unless it holds a single message: half of what a NATS server takes by default.
pub const ENVELOPE_BYTES_MAX: usize = 512 * 1024;

/// One message on the wire; its texts are borrowed where it is read from them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloudEvent<'e, D> {
    /// Always `1.0`.
    #[serde(borrow)]
    pub specversion: Cow<'e, str>,
    /// `<aggregate>:<id>:<version>`
    #[serde(borrow)]
    pub id: Cow<'e, str>,
    /// `/orders`: the service that published it.
    #[serde(borrow)]
    pub source: Cow<'e, str>,
    /// `order.created`
    #[serde(rename = "type", borrow)]
    pub type_name: Cow<'e, str>,
    /// The aggregate's id.
    #[serde(borrow)]
    pub subject: Cow<'e, str>,
    /// When it was committed.
    pub time: Timestamp,
    /// The version of the aggregate's state.
    pub version: u64,
    /// The version of the data's shape.
    pub dataversion: u32,
    /// W3C trace context of what caused it.
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub traceparent: Option<Cow<'e, str>>,
    /// The aggregate's full public state.
    pub data: D,
}

/// A message as it is received: its state is not read yet.
pub type ReceivedEvent<'e> = CloudEvent<'e, &'e RawValue>;

impl<'e> CloudEvent<'e, ()> {
    /// The message with its state.
    pub(crate) fn with<D>(self, data: D) -> CloudEvent<'e, D> {
        CloudEvent {
            specversion: self.specversion,
            id: self.id,
            source: self.source,
            type_name: self.type_name,
            subject: self.subject,
            time: self.time,
            version: self.version,
            dataversion: self.dataversion,
            traceparent: self.traceparent,
            data,
        }
    }
}

/// Reads the messages of an envelope's body, each as its own JSON text, so that one that cannot be read does not
/// spoil the others.
///
/// # Errors
/// When the body is not a JSON array.
pub fn open(body: &[u8]) -> Result<Vec<&RawValue>, serde_json::Error> {
    serde_json::from_slice(body)
}
