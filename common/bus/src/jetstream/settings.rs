//! The settings of the JetStream engine.

use std::path::PathBuf;
use std::time::Duration;

use crate::log::{ACK_WAIT, DUPLICATE_WINDOW, LogLimits};

/// Wait for a starting server, or for a cluster that elects its leader (over 6 s for a new one).
pub const CONNECT_MAX: Duration = Duration::from_secs(30);

/// Wait for one response: longer than a busy disk needs, shorter than a listener may be blocked.
pub const RESPONSE_MAX: Duration = Duration::from_secs(5);

/// The address and options of JetStream. `Debug` hides the password.
#[derive(Clone, derive_more::Debug)]
#[debug("JetStreamSettings {{ user: {user:?}, .. }}")]
pub struct JetStreamSettings {
    /// Servers, joined by commas: `nats://user:password@nats-0:4222,nats://…`; or `nats://token@…`.
    /// The user of the first address that has one applies to all.
    pub url: String,
    /// A file with the user's token and key, as `nsc` writes it; none where the address has the
    /// user, or the servers require none.
    pub credentials: Option<PathBuf>,
    /// The user, which determines the rights.
    pub user: User,
    /// Replicas of every stream: 1, 3 or 5. A single one is lost with its server's disk.
    pub replicas: usize,
    /// Bytes of the log past which publishing fails until consumers have settled messages.
    pub log_bytes_max: u64,
    /// Whether the servers must prove that they write before they acknowledge.
    pub durability: Durability,
    /// Wait at the start for a starting server.
    pub connect_max: Duration,
    /// Wait for each response, at least a second.
    pub response_max: Duration,
    /// Time for which the server remembers the id of a published message.
    pub duplicate_window: Duration,
    /// Time after which the server redelivers the unsettled messages of a silent process to another
    /// one. A running process reports progress three times within it.
    pub ack_wait: Duration,
    /// Prefix of all names, where several buses share a server; letters, digits, `_` and `-`.
    pub prefix: Option<String>,
}

/// The user of a connection, which determines its rights on the servers (`permissions`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// A user with every right: all services in one process, or the commands of an operator.
    Operator,
    /// One service.
    Service(&'static str),
}

impl User {
    /// The user's name: `auth`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Service(name) => name,
        }
    }
}

/// Whether the servers must prove that they write before they acknowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Durability {
    /// Each server must report it at its monitoring port, one address each: `http://nats-0:8222`.
    Required(Vec<String>),
    /// No check: a power cut may lose acknowledged messages.
    Unchecked,
}

impl JetStreamSettings {
    /// The servers at these addresses, with one replica and defaults for the rest.
    #[must_use]
    pub fn new(url: impl Into<String>, durability: Durability) -> Self {
        Self {
            url: url.into(),
            credentials: None,
            user: User::Operator,
            replicas: 1,
            log_bytes_max: LogLimits::default().log_bytes_max,
            durability,
            connect_max: CONNECT_MAX,
            response_max: RESPONSE_MAX,
            duplicate_window: DUPLICATE_WINDOW,
            ack_wait: ACK_WAIT,
            prefix: None,
        }
    }
}
