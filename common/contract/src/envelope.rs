//! The CloudEvents 1.0 JSON batch: messages of one commit and one type form one envelope.
//!
//! Source: CloudEvents 1.0.2, JSON Event Format section 4 (batch), and Distributed Tracing.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::values::time::Timestamp;

/// Media type of an envelope's body.
pub const CONTENT_TYPE: &str = "application/cloudevents-batch+json";

/// Maximum messages in one envelope: the size of one group commit.
pub const ENVELOPE_MESSAGES_MAX: usize = 512;

/// Maximum bytes in one envelope of several messages: half of a NATS server's default limit.
pub const ENVELOPE_BYTES_MAX: usize = 512 * 1024;

/// One message on the wire; a deserialized one borrows its texts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloudEvent<'e, D> {
    /// Always `1.0`.
    #[serde(borrow)]
    pub specversion: Cow<'e, str>,
    /// `<aggregate>:<id>:<version>`
    #[serde(borrow)]
    pub id: Cow<'e, str>,
    /// `/orders`: the publishing service.
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
    /// The version of the data's schema.
    pub dataversion: u32,
    /// W3C trace context of the message's cause.
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    pub traceparent: Option<Cow<'e, str>>,
    /// The aggregate's full public state.
    pub data: D,
}

/// A received message, whose state is not deserialized yet.
pub type ReceivedEvent<'e> = CloudEvent<'e, &'e RawValue>;

/// Splits an envelope into the JSON texts of its messages: an invalid one affects no other.
///
/// # Errors
/// When the body is not a JSON array.
pub fn open(body: &[u8]) -> Result<Vec<&RawValue>, serde_json::Error> {
    serde_json::from_slice(body)
}
