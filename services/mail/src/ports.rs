//! Name of the service, and dependencies of its routes, listeners and loops.

use std::num::NonZeroU32;
use std::sync::Arc;

use contract::catalogue::services;
use sources::{Clock, Ids};
use store::Store;
use tokio::sync::Notify;

use crate::letters::Owed;
use crate::public_url::PublicUrl;
use crate::transport::{Deliver, MailDirectory};

/// The service's name.
pub const NAME: &str = services::MAIL.name;

/// Dependencies of routes, listeners and loops.
#[derive(Clone)]
pub(crate) struct Ports {
    /// The store.
    pub(crate) store: Store,
    /// The present time.
    pub(crate) clock: Clock,
    /// The source of ids and secrets.
    pub(crate) ids: Ids,
    /// The destination of all mails.
    pub(crate) transport: Arc<dyn Deliver>,
    /// The mails that are kept as files, for development.
    pub(crate) kept: Option<MailDirectory>,
    /// The address of the marketplace in links.
    pub(crate) public_url: Arc<PublicUrl>,
    /// Mails per second.
    pub(crate) rate: NonZeroU32,
    /// Notifies the loop that sends of new letters.
    pub(crate) owed: Arc<Notify>,
    /// Notifies the loop that announces of changed shows.
    pub(crate) announced: Arc<Notify>,
}

impl Ports {
    /// Notifies the loop that sends, after the commit of letters that are due.
    pub(crate) fn notify_sender(&self, owed: Owed) {
        match owed {
            Owed::Due => self.owed.notify_one(),
            Owed::Nothing | Owed::Waiting => {}
        }
    }
}
