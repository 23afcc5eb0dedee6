//! The CloudEvents 1.0 JSON batch: what was committed together, of one type, travels together.
//!
//! Source: CloudEvents 1.0.2, JSON Event Format section 4 (batch), and the Distributed Tracing extension.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::message::Outgoing;
use crate::time::Timestamp;

/// Media type of an envelope's body.
pub const CONTENT_TYPE: &str = "application/cloudevents-batch+json";

/// Messages in one envelope, at the most: one group commit of the size that bounds a batch of decisions.
pub const ENVELOPE_MESSAGES_MAX: usize = 512;

/// Bytes in one envelope, at the most, unless it holds a single message: half of what a NATS server takes by default.
pub const ENVELOPE_BYTES_MAX: usize = 512 * 1024;

/// One message on the wire.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloudEvent {
    /// Always `1.0`.
    pub specversion: String,
    /// `<aggregate>:<id>:<version>`
    pub id: String,
    /// `/orders`: the service that published it.
    pub source: String,
    /// `order.created`
    #[serde(rename = "type")]
    pub type_name: String,
    /// The aggregate's id.
    pub subject: String,
    /// When it was committed.
    pub time: Timestamp,
    /// The version of the aggregate's state.
    pub version: u64,
    /// The version of the data's shape.
    pub dataversion: u32,
    /// W3C trace context of what caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The aggregate's full public state.
    pub data: Box<RawValue>,
}

impl CloudEvent {
    /// The wire form of a message.
    ///
    /// # Errors
    /// When the state has no JSON form, which is a bug in its type.
    pub fn seal(
        message: &Outgoing,
        source: &str,
        time: Timestamp,
        traceparent: Option<String>,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self {
            specversion: "1.0".to_owned(),
            id: format!("{}:{}:{}", message.aggregate, message.aggregate_id, message.version),
            source: format!("/{source}"),
            type_name: message.name.to_owned(),
            subject: message.aggregate_id.to_string(),
            time,
            version: message.version,
            dataversion: message.data_version,
            traceparent,
            data: message.encode_data()?,
        })
    }
}

/// Reads the messages of an envelope's body, each as its own JSON text, so that one that cannot be read does not
/// spoil the others.
///
/// # Errors
/// When the body is not a JSON array.
pub fn open(body: &[u8]) -> Result<Vec<Box<RawValue>>, serde_json::Error> {
    serde_json::from_slice(body)
}
