//! An entry of the log.

use bytes::Bytes;
use contract::Timestamp;

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its sequence number.
    pub(crate) sequence: i64,
    /// Its id.
    pub(crate) id: String,
    /// Its subject.
    pub(crate) subject: String,
    /// An envelope.
    pub(crate) body: Bytes,
    /// When it was published.
    pub(crate) at: Timestamp,
}
