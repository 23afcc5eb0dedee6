//! The embedded engine: a durable log in one SQLite file, written by one thread, with group commit.
//!
//! Publishers and listeners of the whole process send their operations to the writer thread. It
//! writes all queued operations as one transaction with one fsync, and replies to each caller.
//! Recent entries stay in memory, so consumers read the disk only when they are far behind.

mod file;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use async_trait::async_trait;
use parking_lot::Mutex;
use sources::Clock;
use store::{Outage, Unavailable};
use tokio::sync::oneshot;

use crate::engine::Engine;
use crate::log::{self, Entry, Log, LogLimits};
use crate::message::{
    BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, NewDeadLetter, Settlement,
};
use file::{LogFile, lock};
use writer::{Completion, WriteOperation, Writer};

/// Maximum queued operations: every relay and listener of the process many times over.
const OPS_MAX: usize = 1_024;

/// The embedded engine. Dropping it closes the file.
pub(crate) struct EmbeddedLog {
    path: PathBuf,
    clock: Clock,
    log: Arc<Mutex<Log>>,
    reader: Mutex<LogFile>,
    /// `None` only while it is dropped.
    operations: Option<SyncSender<WriteOperation>>,
    writer: Option<JoinHandle<()>>,
}

impl Drop for EmbeddedLog {
    /// Waits for the writer, which finishes at most one more transaction and closes the file.
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
        let lock = lock(path).map_err(|error| Unavailable::caused_by(operation(), error))?;
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
        Ok(Self { path, clock, log, reader, operations, writer })
    }

    /// Has the writer run an operation in its next transaction. Once that is durable, `finish`
    /// changes the log in memory, and its result is returned.
    async fn write<T: Send + 'static, R: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut Writer) -> rusqlite::Result<T> + Send + 'static,
        finish: impl FnOnce(T, &mut Log) -> R + Send + 'static,
    ) -> Result<R, Unavailable> {
        let (reply, response) = oneshot::channel();
        let operation: WriteOperation = Box::new(move |writer| {
            let written = operation(writer)?;
            let completion: Completion = Box::new(move |log| {
                let finished = finish(written, &mut log.lock());
                // The caller may be gone; its operation took effect nevertheless.
                let _ = reply.send(finished);
            });
            Ok(completion)
        });
        let refused = |why: &str| Unavailable::new(format!("cannot write the bus log: {why}"));
        let operations = self.operations.as_ref().ok_or_else(|| refused("it is closed"))?;
        operations.try_send(operation).map_err(|_| refused("the queue is full"))?;
        // The writer drops the reply of a failed transaction, and reports the cause.
        response.await.map_err(|_| refused("the transaction failed"))
    }
}

#[async_trait]
impl Engine for EmbeddedLog {
    fn describe(&self) -> String {
        format!("embedded log {}", self.path.display())
    }

    async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        let append = |entries: Option<Vec<Entry>>, log: &mut Log| {
            let full = || Unavailable::new("cannot publish: the bus log is full");
            entries.ok_or_else(full)?.into_iter().for_each(|entry| log.append(entry));
            Ok(())
        };
        self.write(|writer| writer.append(messages), append).await?
    }

    async fn open_consumer(&self, spec: ConsumerSpec) -> Result<(), Unavailable> {
        let (name, clock) = (spec.name.clone(), self.clock.clone());
        let open = move |floor, log: &mut Log| log.open_consumer(spec, floor, clock.now());
        self.write(move |writer| writer.open_consumer(&name), open).await
    }

    async fn remove_consumer(&self, name: &str) -> Result<(), Unavailable> {
        let (name, removed) = (name.to_owned(), name.to_owned());
        let remove = move |(), log: &mut Log| log.remove_consumer(&removed);
        self.write(move |writer| writer.file.remove_consumer(&name), remove).await
    }

    async fn add_dead_letters(&self, dead_letters: Vec<NewDeadLetter>) -> Result<(), Unavailable> {
        let add = move |writer: &mut Writer| {
            dead_letters.iter().try_for_each(|one| writer.file.add_dead_letter(one))
        };
        self.write(add, |(), _| ()).await
    }

    async fn remove_dead_letter(&self, id: i64) -> Result<(), Unavailable> {
        self.write(move |writer| writer.file.remove_dead_letter(id), |(), _| ()).await
    }

    async fn trim(&self) -> Result<usize, Unavailable> {
        let now = self.clock.now();
        self.write(move |writer| writer.file.trim(now), |count, _| count).await
    }

    /// Every transaction writes the floors, so that the next process redelivers nothing settled.
    async fn close(&self) -> Result<(), Unavailable> {
        self.write(|_| Ok(()), |(), _| ()).await
    }

    /// Terminates: every page advances the consumer.
    async fn fetch(&self, name: &str, max: usize) -> Result<Vec<Delivery>, Unavailable> {
        let now = self.clock.now();
        let mut deliveries = Vec::new();
        loop {
            let fetched = self.log.lock().fetch(name, max - deliveries.len(), now);
            deliveries.extend(fetched.deliveries);
            let Some(page) = fetched.on_disk else { return Ok(deliveries) };
            let entries = match self.reader.lock().page(&page) {
                Ok(entries) => entries,
                // Due redeliveries are already taken; the next fetch reports a disk that still
                // cannot be read.
                Err(_) if !deliveries.is_empty() => return Ok(deliveries),
                Err(error) => return Err(cannot_read(error)),
            };
            deliveries.extend(self.log.lock().deliver(name, &page, entries, now));
        }
    }

    async fn settle(&self, name: &str, settlements: &[Settlement]) {
        self.log.lock().settle(name, settlements, self.clock.now());
    }

    async fn ready(&self, name: &str) {
        log::ready(&self.log, name, &self.clock).await;
    }

    async fn dead_letters(&self, service: Option<&str>) -> Result<Vec<DeadLetter>, Unavailable> {
        self.reader.lock().dead_letters(service).map_err(cannot_read)
    }

    async fn dead_letter(&self, id: i64) -> Result<Option<DeadLetter>, Unavailable> {
        self.reader.lock().dead_letter(id).map_err(cannot_read)
    }

    /// A consumer that is not open lags by every entry since its floor.
    async fn lag(&self) -> Result<Vec<Lag>, Unavailable> {
        let floors = self.reader.lock().floors().map_err(cannot_read)?;
        let log = self.log.lock();
        let (mut lag, last) = (log.lag(), log.last);
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
