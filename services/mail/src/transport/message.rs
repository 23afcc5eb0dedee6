//! The MIME message of a mail.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use contract::Timestamp;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};

use super::address::{sender, with_ascii_domain};
use super::outgoing::OutgoingMail;
use super::subject;
use super::unsendable::Unsendable;

/// Maximum length of a Message-ID: the name of its file has at most 255 bytes on Linux, with an
/// ending.
pub(crate) const MESSAGE_ID_CHARS_MAX: usize = 200;

/// The start of the year 10000, which the format of dates in mails does not reach.
const DATE_MS_END: i64 = 253_402_300_800_000;

/// Maximum length of the URL in `List-Unsubscribe`: a line has at most 998 characters (RFC 5322,
/// 2.1.1).
const URL_CHARS_MAX: usize = 900;

/// The content type of a calendar file that adds an event (RFC 5546, 1.4).
const CALENDAR: &str = "text/calendar; charset=utf-8; method=PUBLISH";

/// The message of a mail: text and HTML as alternatives, with a calendar file if there is one.
///
/// # Errors
/// [`Unsendable`], except [`Unsendable::NoSmtpUtf8`], which depends on the server.
pub fn message(mail: &OutgoingMail, from: &Mailbox) -> Result<Message, Unsendable> {
    if !is_message_id(&mail.message_id) {
        return Err(Unsendable::MessageId);
    }
    let to = with_ascii_domain(&mail.to).ok_or(Unsendable::Recipient)?;
    let sender = sender(from)?;
    let title = subject::cleaned(&mail.subject);
    let mut message = Message::builder()
        .message_id(Some(format!("<{}>", mail.message_id)))
        .date(system_time(mail.date)?)
        .from(sender)
        .to(Mailbox::new(None, to))
        .raw_header(HeaderValue::dangerous_new_pre_encoded(
            HeaderName::new_from_ascii_str("Subject"),
            title.clone(),
            subject::encoded(&title),
        ))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "All"));
    if let Some(url) = &mail.unsubscribe_url {
        if !is_url(url) {
            return Err(Unsendable::UnsubscribeUrl);
        }
        message = message
            .raw_header(header("List-Unsubscribe", &format!("<{url}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    message.multipart(body(mail)?).map_err(|_| Unsendable::Message)
}

fn body(mail: &OutgoingMail) -> Result<MultiPart, Unsendable> {
    let alternatives = MultiPart::alternative()
        .singlepart(SinglePart::plain(with_line_feeds(&mail.text)))
        .singlepart(SinglePart::html(with_line_feeds(&mail.html)));
    let Some(calendar) = &mail.calendar else { return Ok(alternatives) };
    let calendar_type = ContentType::parse(CALENDAR).map_err(|_| Unsendable::Message)?;
    let file =
        Attachment::new("calendar.ics".to_owned()).body(with_line_feeds(calendar), calendar_type);
    Ok(MultiPart::mixed().multipart(alternatives).singlepart(file))
}

/// The text with one kind of line break, which `lettre` writes as CR LF. It would write a single CR
/// as it is, and some servers take that for the end of a line.
fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A header of printable ASCII, which needs neither encoding nor folding.
fn header(name: &'static str, value: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, value.to_owned(), value.to_owned())
}

/// Whether the text is a Message-ID, which is also the name of a file: no path, no hidden file.
pub(crate) fn is_message_id(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+');
    (1..=MESSAGE_ID_CHARS_MAX).contains(&text.len())
        && !text.starts_with('.')
        && text.chars().all(is_plain)
}

fn is_url(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | ',');
    text.len() <= URL_CHARS_MAX && text.chars().all(is_plain)
}

fn system_time(date: Timestamp) -> Result<SystemTime, Unsendable> {
    let ms = Some(date.unix_ms()).filter(|ms| *ms < DATE_MS_END);
    let ms = ms.and_then(|ms| u64::try_from(ms).ok()).ok_or(Unsendable::Date)?;
    Ok(UNIX_EPOCH + Duration::from_millis(ms))
}
