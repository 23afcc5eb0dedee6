//! Texts as values of a query.

use std::fmt::Write as _;

/// Every byte of a text, percent-encoded.
pub(crate) fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").unwrap();
        encoded
    })
}
