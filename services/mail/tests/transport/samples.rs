//! A mail, its sender and transports.

use std::time::Duration;

use contract::Timestamp;
use mail::transport::{Authorities, OutgoingMail, SmtpOptions, SmtpTransport, SmtpUrl};

/// The sender of all mails.
pub(super) fn sender() -> lettre::message::Mailbox {
    "Boxoffice <tickets@boxoffice.example>".parse().unwrap()
}

/// A mail without calendar.
pub(crate) fn sample(number: u32) -> OutgoingMail {
    OutgoingMail {
        message_id: format!("{number}.letter@boxoffice.example"),
        to: format!("buyer-{number}@example.com"),
        date: Timestamp::from_unix_ms(1_793_000_000_123 + i64::from(number) * 1_000),
        subject: format!("Your order {number}"),
        text: "Hello.\nYour tickets.".to_owned(),
        html: "<p>Hello.</p>".to_owned(),
        calendar: None,
        unsubscribe_url: None,
    }
}

/// A transport to this server.
pub(super) fn transport(url: &str) -> SmtpTransport {
    transport_with(url, SmtpOptions::default())
}

/// A transport to this server, with one timeout for everything.
pub(super) fn impatient(url: &str, timeout: Duration) -> SmtpTransport {
    let options = SmtpOptions {
        connect_timeout: timeout,
        command_timeout: timeout,
        content_timeout: timeout,
        ..SmtpOptions::default()
    };
    transport_with(url, options)
}

/// A transport to this server with these limits.
pub(super) fn transport_with(url: &str, options: SmtpOptions) -> SmtpTransport {
    let server = (SmtpUrl::parse(url).unwrap(), Authorities::default());
    SmtpTransport::new(server, sender(), options)
}
