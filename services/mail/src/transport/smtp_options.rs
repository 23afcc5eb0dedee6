//! Limits of the connections to an SMTP server.

use std::time::Duration;

/// Maximum connections of a process to the server: providers allow between 5 and 20 for an account,
/// and several processes may share it.
pub const CONNECTIONS_MAX: usize = 4;

/// Timeout of a connection until the reply to EHLO. RFC 5321, 4.5.3.2.1 has five minutes, for
/// servers all over the Internet; this one is the operator's or a provider's.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// Timeout of a command until its reply, for the same reason below the five minutes of RFC 5321,
/// 4.5.3.2.2 to 4.5.3.2.4.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// Timeout of the content until its last reply. RFC 5321, 4.5.3.2.6 has ten minutes, since a client
/// that stops waiting sends the mail again and the recipient receives it twice. Here the repeat has
/// the same Message-ID, by which servers and programs find duplicates, and ten minutes would keep
/// one of few connections from all other mails.
const CONTENT_TIMEOUT: Duration = Duration::from_mins(1);

/// Timeout of a delivery from its connection to its end: below the sum of the others, so that a
/// letter can be leased for a known time. Two minutes are a slow reply to each command and the
/// whole time of the content.
const DELIVERY_TIMEOUT: Duration = Duration::from_mins(2);

/// Limits of the connections to a server.
#[derive(Debug, Clone, Copy)]
pub struct SmtpOptions {
    /// Maximum number of connections, at least 1.
    pub connections: usize,
    /// Timeout of a connection until the reply to EHLO, and of its encryption.
    pub connect_timeout: Duration,
    /// Timeout of a command until its reply.
    pub command_timeout: Duration,
    /// Timeout of the content of a mail until the last reply.
    pub content_timeout: Duration,
    /// Timeout of a delivery, without the wait for a connection of the pool.
    pub delivery_timeout: Duration,
}

impl Default for SmtpOptions {
    fn default() -> Self {
        Self {
            connections: CONNECTIONS_MAX,
            connect_timeout: CONNECT_TIMEOUT,
            command_timeout: COMMAND_TIMEOUT,
            content_timeout: CONTENT_TIMEOUT,
            delivery_timeout: DELIVERY_TIMEOUT,
        }
    }
}
