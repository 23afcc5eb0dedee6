//! Deliveries to a directory of `.eml` files, for development without an SMTP server.

mod entry;
mod files;
mod parts;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use lettre::message::Mailbox;
use parking_lot::Mutex;
use tokio::task::spawn_blocking;

use super::deliver::Deliver;
use super::failure::DeliveryFailure;
use super::message::message;
use super::outgoing::OutgoingMail;
use crate::domain::FailureKind;
pub use entry::MailEntry;
use files::Files;
pub use files::KEPT_MAX;
pub use parts::MailParts;

/// A directory of mails, readable by its owner only: the mails contain secret links.
#[derive(derive_more::Debug, Clone)]
pub struct MailDirectory {
    /// The lock is held for reading and writing, so that each list is of one moment.
    files: Arc<Mutex<Files>>,
    #[debug(skip)]
    from: Mailbox,
}

impl MailDirectory {
    /// The mails of a sender in the directory at `path`, which is created if it does not exist.
    ///
    /// # Errors
    /// If the directory cannot be read or written.
    pub async fn open(path: impl Into<PathBuf>, from: Mailbox) -> io::Result<Self> {
        let path = path.into();
        let files = blocking(move || Files::open(path)).await?;
        Ok(Self { files: Arc::new(Mutex::new(files)), from })
    }

    /// The mails, newest first.
    ///
    /// # Errors
    /// If the directory cannot be read.
    pub async fn list(&self) -> io::Result<Vec<MailEntry>> {
        let files = Arc::clone(&self.files);
        blocking(move || {
            let files = files.lock();
            let names = files.newest_first()?;
            let entry = |name: String| Ok(MailEntry::of(&files.head(&name)?, name));
            names.into_iter().map(entry).collect()
        })
        .await
    }

    /// The file of this name, as listed; `None` if it does not exist.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let (files, name) = (Arc::clone(&self.files), name.to_owned());
        blocking(move || files.lock().read(&name)).await
    }

    /// The text and the HTML of the file of this name; `None` if it does not exist.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn parts(&self, name: &str) -> io::Result<Option<MailParts>> {
        Ok(self.read(name).await?.map(|file| MailParts::of(&file)))
    }
}

#[async_trait::async_trait]
impl Deliver for MailDirectory {
    /// Writes a mail as `{message id}.eml`; a repeat replaces the file. If there are more than
    /// [`KEPT_MAX`] files, the oldest are deleted.
    async fn deliver(&self, mail: &OutgoingMail) -> Result<(), DeliveryFailure> {
        let message = message(mail, &self.from)?;
        let (files, name) = (Arc::clone(&self.files), format!("{}.eml", mail.message_id));
        let written = blocking(move || files.lock().write(&name, &message.formatted())).await;
        written.map_err(|error| DeliveryFailure {
            kind: FailureKind::Unreachable,
            response: format!("cannot write the mail to the directory: {}", error.kind()),
        })
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}
