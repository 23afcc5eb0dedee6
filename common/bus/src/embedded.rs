//! The embedded engine: a durable log in one SQLite file, written by one thread, with group commit.
//!
//! Publishers and listeners of the whole process send their operations to the writer thread. It
//! writes all queued operations as one transaction with one fsync, and replies to each caller.
//! Recent entries stay in memory, so consumers read the disk only when they are far behind.

mod file;
mod lock;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use parking_lot::Mutex;
use sources::Clock;
use store::{Outage, Unavailable};
use tokio::sync::{Notify, oneshot};

use crate::log::{self, Log, LogLimits};
use crate::message::{
    BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, NewDeadLetter, Settlement,
};
use file::LogFile;
use lock::Lock;
use writer::{WriteOperation, Writer};

/// Maximum queued operations: every relay and listener of the process many times over.
const OPS_MAX: usize = 1_024;

/// The embedded engine. Clones share it; dropping the last one closes the file.
#[derive(Clone)]
pub(crate) struct EmbeddedLog {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    clock: Clock,
    log: Arc<Mutex<Log>>,
    reader: Mutex<LogFile>,
    /// `None` only while it is dropped.
    operations: Option<SyncSender<WriteOperation>>,
    writer: Option<JoinHandle<()>>,
}

impl Drop for Shared {
    /// Waits for the writer, which finishes at most one more transaction: the next process to open
    /// the file finds it closed.
    fn drop(&mut self) {
        self.operations = None;
        // A writer that panicked has already failed every pending operation.
        let _ = self.writer.take().map(JoinHandle::join);
    }
}

impl EmbeddedLog {
    pub(crate) fn open(
        path: &Path,
        clock: Clock,
        limits: LogLimits,
        outage: Outage,
    ) -> Result<Self, Unavailable> {
        let operation = || format!("cannot open the bus log {}", path.display());
        let cannot = |error| Unavailable::caused_by(operation(), error);
        let lock = Lock::take(path).map_err(|error| Unavailable::caused_by(operation(), error))?;
        let file = LogFile::open(path).map_err(cannot)?;
        let reader = Mutex::new(LogFile::open(path).map_err(cannot)?);
        let log = file.resume(clock.now()).map_err(cannot)?;
        let log = Arc::new(Mutex::new(log));
        let (operations, waiting) = sync_channel(OPS_MAX);
        let writer = Writer::new((file, lock), Arc::clone(&log), clock.clone(), limits, outage);
        let writer = std::thread::Builder::new()
            .name("bus-writer".to_owned())
            .spawn(move || writer.run(&waiting))
            .map_err(|error| Unavailable::caused_by("cannot start the bus writer", error))?;
        let (operations, writer, path) = (Some(operations), Some(writer), path.to_owned());
        Ok(Self { shared: Arc::new(Shared { path, clock, log, reader, operations, writer }) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.shared.path
    }

    async fn request<T>(
        &self,
        operation: impl FnOnce(oneshot::Sender<Result<T, Unavailable>>) -> WriteOperation,
    ) -> Result<T, Unavailable> {
        let (reply, response) = oneshot::channel();
        let refused = |why: &str| Unavailable::new(format!("cannot write the bus log: {why}"));
        let operations = self.shared.operations.as_ref().ok_or_else(|| refused("it is closed"))?;
        operations.try_send(operation(reply)).map_err(|_| refused("the queue is full"))?;
        // The writer drops the reply of a failed transaction, and reports the cause.
        response.await.map_err(|_| refused("the transaction failed"))?
    }

    pub(crate) async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        self.request(|reply| WriteOperation::Publish { messages, reply }).await
    }

    pub(crate) async fn open_consumer(
        &self,
        spec: ConsumerSpec,
    ) -> Result<Arc<Notify>, Unavailable> {
        self.request(|reply| WriteOperation::OpenConsumer { spec, reply }).await
    }

    pub(crate) async fn remove_consumer(&self, name: &str) -> Result<(), Unavailable> {
        self.request(|reply| WriteOperation::RemoveConsumer { name: name.to_owned(), reply }).await
    }

    pub(crate) async fn add_dead_letters(
        &self,
        dead_letters: Vec<NewDeadLetter>,
    ) -> Result<(), Unavailable> {
        self.request(|reply| WriteOperation::AddDeadLetters { dead_letters, reply }).await
    }

    pub(crate) async fn remove_dead_letter(&self, id: i64) -> Result<(), Unavailable> {
        self.request(|reply| WriteOperation::RemoveDeadLetter { id, reply }).await
    }

    pub(crate) async fn trim(&self) -> Result<usize, Unavailable> {
        self.request(|reply| WriteOperation::Trim { reply }).await
    }

    /// Writes settlements, so that the next process does not redeliver them.
    pub(crate) async fn close(&self) -> Result<(), Unavailable> {
        self.request(|reply| WriteOperation::SaveFloors { reply }).await
    }

    /// Terminates: every page advances the consumer.
    pub(crate) fn fetch(&self, name: &str, max: usize) -> Result<Vec<Delivery>, Unavailable> {
        let now = self.shared.clock.now();
        let mut deliveries = Vec::new();
        loop {
            let fetched = self.shared.log.lock().fetch(name, max - deliveries.len(), now);
            deliveries.extend(fetched.deliveries);
            let Some(page) = fetched.on_disk else { return Ok(deliveries) };
            let entries = match self.shared.reader.lock().page(&page) {
                Ok(entries) => entries,
                // Due redeliveries are already taken; the next fetch reports a disk that still
                // cannot be read.
                Err(_) if !deliveries.is_empty() => return Ok(deliveries),
                Err(error) => return Err(cannot_read(error)),
            };
            deliveries.extend(self.shared.log.lock().deliver(name, &page, entries, now));
        }
    }

    pub(crate) fn settle(&self, name: &str, settlements: &[Settlement]) {
        self.shared.log.lock().settle(name, settlements, self.shared.clock.now());
    }

    pub(crate) async fn ready(&self, name: &str, wake: &Notify, clock: &Clock) {
        log::ready(&self.shared.log, name, wake, clock).await;
    }

    pub(crate) fn dead_letters(
        &self,
        service: Option<&str>,
    ) -> Result<Vec<DeadLetter>, Unavailable> {
        self.shared.reader.lock().dead_letters(service).map_err(cannot_read)
    }

    pub(crate) fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable> {
        self.shared.reader.lock().dead_letter(id).map_err(cannot_read)
    }

    /// A consumer that is not open lags by every entry since its floor.
    pub(crate) fn lag(&self) -> Result<Vec<Lag>, Unavailable> {
        let floors = self.shared.reader.lock().floors().map_err(cannot_read)?;
        let log = self.shared.log.lock();
        let (mut lag, last) = (log.lag(), log.last());
        drop(log);
        for (consumer, floor) in floors {
            if !lag.iter().any(|open| open.consumer == consumer) {
                let unsettled = u64::try_from(last - floor).unwrap_or(0);
                lag.push(Lag { consumer, unsettled });
            }
        }
        Ok(lag)
    }
}

fn cannot_read(error: rusqlite::Error) -> Unavailable {
    Unavailable::caused_by("cannot read the bus log", error)
}
