//! The script and the mails of a server.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::watch;

/// The part of a conversation at which a script decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// A connection, before the greeting.
    Connect,
    /// EHLO or HELO.
    Hello,
    /// AUTH.
    Auth,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA, before the content.
    Data,
    /// The content, which is received.
    Content,
}

/// The reaction of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The usual reply.
    Accept,
    /// The usual reply after this time; a mail counts as accepted before it.
    Late(Duration),
    /// This reply: a code and a text, lines separated by CR LF. A mail that is refused by it is
    /// not kept.
    Reply(String),
    /// The connection is closed without a reply. A mail is not kept.
    Close,
    /// At [`Stage::Content`]: the mail is kept, then the connection is closed without a reply.
    KeepAndClose,
}

impl Step {
    /// A reply.
    pub fn reply(text: &str) -> Self {
        Self::Reply(text.to_owned())
    }
}

/// The recorded parts of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// Envelope, Message-ID and content.
    Whole,
    /// Envelope and Message-ID, for large numbers of mails.
    WithoutContent,
}

/// An accepted mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SunkMail {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// The parameters of MAIL, as in `SMTPUTF8 BODY=8BITMIME`.
    pub parameters: String,
    /// The Message-ID, without angle brackets; empty if the mail has none.
    pub message_id: String,
    /// The content without dot stuffing; empty with [`Recording::WithoutContent`].
    pub content: Bytes,
}

/// A script.
pub(super) type Script = dyn Fn(Stage, &str) -> Step + Send + Sync;

/// The state that the conversations of a server share.
pub(super) struct Kept {
    pub(super) recording: Recording,
    pub(super) script: Mutex<Arc<Script>>,
    pub(super) mails: Mutex<Vec<SunkMail>>,
    pub(super) connections: Mutex<usize>,
    count: watch::Sender<usize>,
}

impl Kept {
    pub(super) fn new(recording: Recording) -> (Arc<Self>, watch::Receiver<usize>) {
        let (count, counted) = watch::channel(0);
        let kept = Self {
            recording,
            script: Mutex::new(Arc::new(|_, _| Step::Accept)),
            mails: Mutex::default(),
            connections: Mutex::default(),
            count,
        };
        (Arc::new(kept), counted)
    }

    pub(super) fn step(&self, stage: Stage, argument: &str) -> Step {
        let script = Arc::clone(&self.script.lock());
        script(stage, argument)
    }

    pub(super) fn keep(&self, mail: SunkMail) {
        self.mails.lock().push(mail);
        self.count.send_modify(|count| *count += 1);
    }
}
