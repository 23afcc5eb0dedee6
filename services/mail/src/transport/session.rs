//! One session with an SMTP server: mails, one after another, over one connection.
//!
//! This is not `lettre`'s own transport: that one has no timeout for replies in its asynchronous
//! form, does not bound its connections, and does not report the command that failed.

use std::fmt;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use tokio::time::timeout;

use super::authorities::Authorities;
use super::dot_stuffing::Content;
use super::interruption::{Cause, Interruption};
use super::reply::Stage;
use super::smtp_options::SmtpOptions;
use super::smtp_url::{Encryption, SmtpUrl};

/// Mechanisms of authentication. LOGIN is for servers without PLAIN; none of them hides the
/// password, so the connection is encrypted.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// Timeout of `QUIT`, whose reply has no consequence.
const QUIT_TIMEOUT: Duration = Duration::from_secs(1);

/// A session, ready for a mail.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    options: SmtpOptions,
}

impl Session {
    /// Connects to a server, encrypts the connection and authenticates.
    pub(super) async fn open(
        (url, authorities): (&SmtpUrl, &Authorities),
        client: &ClientId,
        options: SmtpOptions,
    ) -> Result<Self, Interruption> {
        let stage = Stage::Connect;
        let tls = || authorities.tls(&url.host).map_err(|error| Interruption::of(stage, &error));
        let at = (url.host.as_str(), url.port);
        let wrapper = (url.encryption == Encryption::Tls).then(tls).transpose()?;
        let connecting = AsyncSmtpConnection::connect_tokio1(
            at,
            Some(options.connect_timeout),
            client,
            wrapper,
            None,
        );
        let connection = within(options.connect_timeout, stage, connecting).await?;
        let mut session = Self { connection, options };
        if url.encryption == Encryption::StartTls {
            let upgrade = session.connection.starttls(tls()?, client);
            within(options.connect_timeout, stage, upgrade).await?;
        }
        if let Some((user, password)) = &url.credentials {
            let credentials = Credentials::new(user.clone(), password.clone());
            let authentication = session.connection.auth(&MECHANISMS, &credentials);
            let reply = within(options.command_timeout, Stage::Auth, authentication).await?;
            expect(Severity::PositiveCompletion, Stage::Auth, &reply)?;
        }
        Ok(session)
    }

    /// Whether the server accepts addresses with a non-ASCII local part (RFC 6531, 3.1).
    fn supports_utf8(&self) -> bool {
        let server = self.connection.server_info();
        server.supports_feature(Extension::SmtpUtfEight)
            && server.supports_feature(Extension::EightBitMime)
    }

    /// Sends a mail. The mail is the server's only after the last reply.
    pub(super) async fn send(
        &mut self,
        envelope: &Envelope,
        message: &str,
    ) -> Result<(), Interruption> {
        let completion = Severity::PositiveCompletion;
        let mut parameters = Vec::new();
        // Of a message only the address of the recipient can have other characters than ASCII.
        if !message.is_ascii() {
            if !self.supports_utf8() {
                return Err(Interruption { stage: Stage::Mail, cause: Cause::NoSmtpUtf8 });
            }
            let body = MailParameter::Body(MailBodyParameter::EightBitMime);
            parameters.extend([MailParameter::SmtpUtfEight, body]);
        }
        let sender = Mail::new(envelope.from().cloned(), parameters);
        self.command(Stage::Mail, sender, completion).await?;
        for recipient in envelope.to() {
            let recipient = Rcpt::new(recipient.clone(), Vec::new());
            self.command(Stage::Rcpt, recipient, completion).await?;
        }
        self.command(Stage::Data, Data, Severity::PositiveIntermediate).await?;
        let content = self.connection.command(Content(message));
        let reply = within(self.options.content_timeout, Stage::Data, content).await?;
        expect(completion, Stage::Data, &reply)
    }

    /// Ends a mail that was refused; returns whether the session is ready for another one.
    pub(super) async fn reset(&mut self) -> bool {
        self.command(Stage::Mail, Rset, Severity::PositiveCompletion).await.is_ok()
    }

    /// Ends the session.
    pub(super) async fn close(mut self) {
        // The server ends the session if it does not receive the command.
        let _ = timeout(QUIT_TIMEOUT, self.connection.quit()).await;
    }

    async fn command(
        &mut self,
        stage: Stage,
        command: impl fmt::Display,
        expected: Severity,
    ) -> Result<(), Interruption> {
        let reply = self.connection.command(command);
        let reply = within(self.options.command_timeout, stage, reply).await?;
        expect(expected, stage, &reply)
    }
}

async fn within<T>(
    bound: Duration,
    stage: Stage,
    reply: impl Future<Output = Result<T, Error>>,
) -> Result<T, Interruption> {
    let Ok(reply) = timeout(bound, reply).await else {
        let text = format!("no reply within {bound:?}");
        return Err(Interruption { stage, cause: Cause::Error(text) });
    };
    reply.map_err(|error| Interruption::of(stage, &error))
}

/// `lettre` takes `2xx` and `3xx` for the same; a server that replies out of step has accepted
/// nothing.
fn expect(expected: Severity, stage: Stage, reply: &Response) -> Result<(), Interruption> {
    if reply.code().severity == expected {
        return Ok(());
    }
    let text = format!("unexpected reply {}", reply.code());
    Err(Interruption { stage, cause: Cause::Error(text) })
}
