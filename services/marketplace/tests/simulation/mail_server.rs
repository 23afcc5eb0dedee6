//! The mail server: it accepts mails, refuses some for now, and loses some of its replies.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::Arc;

use mail::Options;
use mail::domain::FailureKind;
use mail::public_url::PublicUrl;
use mail::transport::{Deliver, DeliveryFailure, OutgoingMail};
use parking_lot::Mutex;
use service::{Platform, Service};
use store::Unavailable;

const HOME: &str = "https://tickets.example";

/// Mails per second of a process: no limit for the few of a script.
const RATE: NonZeroU32 = NonZeroU32::new(1_000).unwrap();

/// A single fault of the mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailFault {
    /// It refuses a mail for now.
    Refuse,
    /// It is away.
    Vanish,
    /// It accepts a mail, and its reply is lost.
    LoseReply,
}

/// A page to which mails have links.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LinkedPage {
    ConfirmEmail,
    RestoreEmail,
    ResetPassword,
    Transfer,
}

impl LinkedPage {
    const fn path(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "/account/email",
            Self::RestoreEmail => "/account/email/undo",
            Self::ResetPassword => "/password",
            Self::Transfer => "/transfers/link",
        }
    }
}

/// The server, which outlives the processes. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct MailServer(Arc<Mutex<Mailboxes>>);

#[derive(Default)]
struct Mailboxes {
    received: Vec<OutgoingMail>,
    faults: VecDeque<MailFault>,
}

#[async_trait::async_trait]
impl Deliver for MailServer {
    async fn deliver(&self, mail: &OutgoingMail) -> Result<(), DeliveryFailure> {
        tokio::task::yield_now().await;
        let fault = self.0.lock().faults.pop_front();
        if matches!(fault, None | Some(MailFault::LoseReply)) {
            self.0.lock().received.push(mail.clone());
        }
        // A crash here drops the caller before it reads the reply.
        tokio::task::yield_now().await;
        let kind = match fault {
            None => return Ok(()),
            Some(MailFault::Vanish) => FailureKind::Unreachable,
            Some(MailFault::Refuse | MailFault::LoseReply) => FailureKind::Temporary,
        };
        Err(DeliveryFailure { kind, response: "later".to_owned() })
    }
}

impl MailServer {
    /// Opens the service mail with this server.
    pub(crate) async fn open(&self, platform: Platform) -> Result<Service, Unavailable> {
        let public_url = PublicUrl::parse(HOME).map_err(Unavailable::new)?;
        let transport = Arc::new(self.clone());
        mail::service(platform, Options { transport, kept: None, public_url, rate: RATE }).await
    }

    pub(crate) fn plan(&self, fault: MailFault) {
        self.0.lock().faults.push_back(fault);
    }

    pub(crate) fn clear_faults(&self) {
        self.0.lock().faults.clear();
    }

    /// The token of the last link to this page in a mail to this address.
    pub(crate) fn token(&self, email: &str, page: LinkedPage) -> Option<String> {
        let start = format!("{HOME}{}/", page.path());
        let mailboxes = self.0.lock();
        let mut own = mailboxes.received.iter().rev().filter(|mail| mail.to == email);
        own.find_map(|mail| {
            let (_, rest) = mail.text.split_once(&start)?;
            // The path of another page may begin alike.
            rest.split_whitespace().next().filter(|token| !token.contains('/')).map(str::to_owned)
        })
    }

    /// Message-ID and recipient of each received mail.
    pub(crate) fn received(&self) -> Vec<(String, String)> {
        let received = &self.0.lock().received;
        received.iter().map(|mail| (mail.message_id.clone(), mail.to.clone())).collect()
    }
}
