//! A rendered mail.

use contract::Timestamp;

/// A rendered mail to one recipient. `Debug` hides the address and the content.
#[derive(derive_more::Debug, Clone, PartialEq, Eq)]
pub struct OutgoingMail {
    /// The Message-ID, without angle brackets; the same for each delivery of a letter.
    pub message_id: String,
    /// The address of the recipient; its domain may be in Unicode.
    #[debug("…")]
    pub to: String,
    /// The date of the mail.
    pub date: Timestamp,
    /// The subject. Control characters become spaces.
    #[debug("…")]
    pub subject: String,
    /// The content as plain text.
    #[debug("…")]
    pub text: String,
    /// The content as HTML.
    #[debug("…")]
    pub html: String,
    /// An iCalendar file for the calendar of the recipient.
    #[debug("{:?}", calendar.as_ref().map(|_| "…"))]
    pub calendar: Option<String>,
    /// The address that switches these mails off: by a POST (RFC 8058), or by a page.
    #[debug("{:?}", unsubscribe_url.as_ref().map(|_| "…"))]
    pub unsubscribe_url: Option<String>,
}
