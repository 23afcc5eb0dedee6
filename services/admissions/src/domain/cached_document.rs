//! A rendered document, kept for a while: a holder often downloads it twice.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use contract::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The entry of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CachedDocument {
    /// Hash of its content.
    pub id: String,
    /// The size of its file.
    pub bytes: u64,
    /// When it was rendered.
    pub rendered_at: Timestamp,
}

/// The file of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedFile {
    /// The document.
    pub id: String,
    /// The PDF, in base64.
    #[serde(serialize_with = "write_base64", deserialize_with = "read_base64")]
    pub pdf: Bytes,
}

fn write_base64<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn read_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map(Bytes::from).map_err(serde::de::Error::custom)
}
