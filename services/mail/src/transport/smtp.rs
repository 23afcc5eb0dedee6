//! Deliveries to an SMTP server, over a bounded number of connections.

use std::time::Duration;

use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::transport::smtp::extension::ClientId;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use super::address::with_ascii_domain;
use super::authorities::Authorities;
use super::deliver::Deliver;
use super::failure::DeliveryFailure;
use super::interruption::{Cause, Interruption};
use super::message::message;
use super::outgoing::OutgoingMail;
use super::reply::{Stage, interrupted, refused};
use super::session::Session;
use super::smtp_options::SmtpOptions;
use super::smtp_url::SmtpUrl;
use super::unsendable::Unsendable;

/// Time after which an unused connection is not used again: below the five minutes after which a
/// server may end it (RFC 5321, 4.5.3.2.7), and below the timeouts of usual firewalls.
const IDLE_MAX: Duration = Duration::from_secs(30);

/// An SMTP server that accepts mails of one sender.
#[derive(derive_more::Debug)]
pub struct SmtpTransport {
    account: Box<Account>,
    #[debug(skip)]
    permits: Semaphore,
    #[debug(skip)]
    idle: Mutex<Vec<Idle>>,
}

#[derive(derive_more::Debug)]
struct Account {
    url: SmtpUrl,
    authorities: Authorities,
    #[debug(skip)]
    from: Mailbox,
    #[debug(skip)]
    client: ClientId,
    options: SmtpOptions,
}

struct Idle {
    session: Session,
    since: Instant,
}

impl SmtpTransport {
    /// A server; the connections are opened by deliveries. The name of the client in EHLO is the
    /// domain of the sender.
    #[must_use]
    pub fn new(
        (url, authorities): (SmtpUrl, Authorities),
        from: Mailbox,
        options: SmtpOptions,
    ) -> Self {
        let address = with_ascii_domain(from.email.as_ref());
        let domain = address.map(|address| ClientId::Domain(address.domain().to_owned()));
        let client = domain.unwrap_or_default();
        let account = Box::new(Account { url, authorities, from, client, options });
        Self {
            account,
            permits: Semaphore::new(options.connections.max(1)),
            idle: Mutex::default(),
        }
    }

    /// Sends a mail in an idle session, or in a new one.
    async fn send(&self, envelope: &Envelope, content: &str) -> Result<(), Interruption> {
        if let Some(session) = self.idle_session().await {
            match self.send_in(session, envelope, content).await {
                // The server ended the session while it was idle, or after its number of mails.
                Err(interruption) if interruption.is_before_mail() => {}
                sent => return sent,
            }
        }
        let Account { url, authorities, client, options, .. } = &*self.account;
        let session = Session::open((url, authorities), client, *options).await?;
        self.send_in(session, envelope, content).await
    }

    /// Closes the idle connections.
    pub async fn close(&self) {
        let idle = std::mem::take(&mut *self.idle.lock());
        for Idle { session, .. } in idle {
            session.close().await;
        }
    }

    /// Sends a mail, and keeps the session if it is ready for another one.
    async fn send_in(
        &self,
        mut session: Session,
        envelope: &Envelope,
        content: &str,
    ) -> Result<(), Interruption> {
        let sent = session.send(envelope, content).await;
        let is_ready = match &sent {
            Ok(()) => true,
            Err(interruption) => interruption.is_open() && session.reset().await,
        };
        if is_ready {
            self.idle.lock().push(Idle { session, since: Instant::now() });
        }
        sent
    }

    /// The session that was used last. If it is too old, all are, and are closed.
    async fn idle_session(&self) -> Option<Session> {
        let Idle { session, since } = self.idle.lock().pop()?;
        if since.elapsed() < IDLE_MAX {
            return Some(session);
        }
        session.close().await;
        self.close().await;
        None
    }
}

#[async_trait::async_trait]
impl Deliver for SmtpTransport {
    async fn deliver(&self, mail: &OutgoingMail) -> Result<(), DeliveryFailure> {
        let message = message(mail, &self.account.from)?;
        let envelope = message.envelope();
        let content = String::from_utf8(message.formatted()).map_err(|_| Unsendable::Message)?;
        let permit = self.permits.acquire().await;
        let _permit = permit.map_err(|_| interrupted(Stage::Connect, "closed", &mail.to))?;
        let bound = self.account.options.delivery_timeout;
        let Ok(sent) = timeout(bound, self.send(envelope, &content)).await else {
            return Err(interrupted(
                Stage::Delivery,
                &format!("no end within {bound:?}"),
                &mail.to,
            ));
        };
        sent.map_err(|interruption| failure(interruption, &mail.to))
    }
}

fn failure(interruption: Interruption, to: &str) -> DeliveryFailure {
    let stage = interruption.stage;
    match interruption.cause {
        Cause::Reply(code, text) => refused(stage, code, &text, to),
        Cause::Error(text) => interrupted(stage, &text, to),
        Cause::NoSmtpUtf8 => Unsendable::NoSmtpUtf8.into(),
    }
}
