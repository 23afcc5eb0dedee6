//! A file of a list.

use contract::Timestamp;

use super::parts::headers;
use crate::transport::subject;

/// A mail of a directory.
#[derive(derive_more::Debug, Clone, PartialEq, Eq)]
pub struct MailEntry {
    /// The name of its file.
    pub name: String,
    /// The address of the recipient.
    #[debug("…")]
    pub to: String,
    /// The subject.
    #[debug("…")]
    pub subject: String,
    /// The date, to the second; `None` in a file that this program did not write.
    pub date: Option<Timestamp>,
}

impl MailEntry {
    /// The name without its suffix.
    #[must_use]
    pub fn stem(&self) -> &str {
        self.name.strip_suffix(".eml").unwrap_or(&self.name)
    }

    /// The date as text; empty if it is unknown.
    #[must_use]
    pub fn dated(&self) -> String {
        self.date.map(|date| date.to_string()).unwrap_or_default()
    }

    /// The entry of a file that begins with `head`. A value that is missing is empty.
    pub(super) fn of(head: &[u8], name: String) -> Self {
        let head = String::from_utf8_lossy(head);
        let found = headers(&mut head.lines());
        let value = |name: &str| found.get(name).cloned().unwrap_or_default();
        let date = jiff::fmt::rfc2822::parse(&value("date")).ok();
        let date = date.map(|date| Timestamp::from_unix_ms(date.timestamp().as_millisecond()));
        Self { name, to: value("to"), subject: subject::decoded(&value("subject")), date }
    }
}
