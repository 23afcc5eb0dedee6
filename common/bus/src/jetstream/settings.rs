//! What the JetStream engine has to be told.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::log::{ACK_WAIT, DUPLICATE_WINDOW, Limits};

/// Wait for a server that is just starting, or a cluster that elects its leader (over 6 s for a fresh one).
pub const CONNECT_MAX: Duration = Duration::from_secs(30);

/// Wait for one answer: longer than a busy disk takes to write a step of a relay, shorter than a listener may be stuck.
pub const ANSWER_MAX: Duration = Duration::from_secs(5);

/// How to reach JetStream, and what to make of it. Its `Debug` shows no password.
#[derive(Clone)]
pub struct JetStreamSettings {
    /// Servers, joined by commas: `nats://user:password@nats-0:4222,nats://…`; or `nats://token@…`. The first that names
    /// somebody says who connects to all of them.
    pub url: String,
    /// A file with the user's token and key, as `nsc` writes it; none where the address says who it is, or nobody asks.
    pub credentials: Option<PathBuf>,
    /// As whom, which says what the servers allow.
    pub user: User,
    /// Copies of everything: 1, 3 or 5. One is lost with its server's disk.
    pub replicas: usize,
    /// Bytes of the log past which nothing more is published until consumers have settled some.
    pub log_bytes_max: u64,
    /// Whether the servers have to show that they write before they acknowledge.
    pub durability: Durability,
    /// Wait at the start for a server that is starting too.
    pub connect_max: Duration,
    /// Wait for each answer, at least a second.
    pub answer_max: Duration,
    /// How long the server remembers the id of a published message.
    pub duplicate_window: Duration,
    /// Time after which the server gives what a process took, and left without a word, to another one. A process that runs tells it
    /// three times as often that it still holds what it holds.
    pub ack_wait: Duration,
    /// What all streams and subjects begin with, where several buses share a server; letters, digits, `_` and `-`.
    pub prefix: Option<String>,
}

/// As whom a process connects: what it does without being told, and what the servers let it do (`permissions`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// Somebody who may do everything that the bus can: all services in one process, or the commands of an operator.
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

impl fmt::Debug for JetStreamSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JetStreamSettings").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Whether the servers have to show that they write before they acknowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Durability {
    /// Every server has to say so at its monitoring port, such as `http://nats-0:8222`; there is one address for each.
    Required(Vec<String>),
    /// Nobody looks: a power cut may lose messages that were acknowledged.
    Unchecked,
}

impl JetStreamSettings {
    /// The servers at these addresses, with one copy of everything and the defaults for the rest.
    #[must_use]
    pub fn new(url: impl Into<String>, durability: Durability) -> Self {
        Self {
            url: url.into(),
            credentials: None,
            user: User::Operator,
            replicas: 1,
            log_bytes_max: Limits::default().log_bytes_max,
            durability,
            connect_max: CONNECT_MAX,
            answer_max: ANSWER_MAX,
            duplicate_window: DUPLICATE_WINDOW,
            ack_wait: ACK_WAIT,
            prefix: None,
        }
    }
}
