//! The end of a session with an SMTP server.

use std::error::Error as _;

use lettre::transport::smtp::Error;

use super::reply::Stage;

/// The end of a session or of a mail in it.
pub(super) struct Interruption {
    /// The part of the session.
    pub(super) stage: Stage,
    /// The reason.
    pub(super) cause: Cause,
}

/// The reason why a session or a mail ended.
pub(super) enum Cause {
    /// A negative reply: its code and the text of all its lines.
    Reply(u16, String),
    /// An error of the connection, a timeout, or a reply that is not SMTP.
    Error(String),
    /// The address needs SMTPUTF8, which the server does not offer.
    NoSmtpUtf8,
}

impl Interruption {
    /// The end that an error means.
    pub(super) fn of(stage: Stage, error: &Error) -> Self {
        // The source of a negative reply is the text of all its lines.
        let cause = match (error.status(), error.source()) {
            (Some(code), reply) => {
                Cause::Reply(code.into(), reply.map(ToString::to_string).unwrap_or_default())
            }
            (None, _) => Cause::Error(error.to_string()),
        };
        Self { stage, cause }
    }

    /// Whether the server had ended the session before the mail, which it did not see.
    pub(super) fn is_before_mail(&self) -> bool {
        self.stage == Stage::Mail && matches!(self.cause, Cause::Error(_) | Cause::Reply(421, _))
    }

    /// Whether the server still waits for commands.
    pub(super) fn is_open(&self) -> bool {
        match self.cause {
            Cause::Reply(code, _) => code != 421,
            Cause::Error(_) => false,
            Cause::NoSmtpUtf8 => true,
        }
    }
}
