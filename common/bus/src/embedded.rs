//! The embedded engine: a durable log in one SQLite file, written by one thread, group commit.
//!
//! Publishers and listeners of the whole process send what they want written to the writer thread; it takes all that
//! waits, writes it as one transaction with one fsync, and answers everybody. Recent entries stay in memory, so that
//! consumers read the disk only when they have fallen far behind.

mod file;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use contract::Timestamp;
use parking_lot::Mutex;
use sources::Clock;
use store::Unavailable;
use tokio::sync::{Notify, oneshot};

use crate::bus::GivenUp;
use crate::log::{Fetched, Log};
use crate::message::{BusMessage, ConsumerSpec, DeadLetter, Delivery, Lag, Settlement};
use file::LogFile;
use writer::{Op, Writer};

/// Operations that may wait for the writer: every relay and listener of the process many times over.
const OPS_MAX: usize = 1_024;

/// Bytes of recent entries kept in memory.
const MEMORY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Entries read from disk at once for a consumer that is far behind.
const DISK_PAGE: usize = 64;

/// The embedded engine. Clones share it.
#[derive(Clone)]
pub(crate) struct EmbeddedLog {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    log: Arc<Mutex<Log>>,
    reader: Mutex<LogFile>,
    ops: SyncSender<Op>,
}

impl EmbeddedLog {
    pub(crate) fn open(path: &Path, clock: Clock) -> Result<Self, Unavailable> {
        let cannot = |error| {
            Unavailable::caused_by(format!("cannot open the bus log {}", path.display()), error)
        };
        let mut file = LogFile::open(path).map_err(cannot)?;
        let reader = LogFile::open(path).map_err(cannot)?;
        let log = file.resume(clock.now()).map_err(cannot)?;
        let log = Arc::new(Mutex::new(log));
        let (ops, waiting) = sync_channel(OPS_MAX);
        let writer = Writer::new(file, Arc::clone(&log), clock, MEMORY_BYTES_MAX);
        std::thread::Builder::new()
            .name("bus-writer".to_owned())
            .spawn(move || writer.run(&waiting))
            .map_err(|error| Unavailable::caused_by("cannot start the bus writer", error))?;
        let shared = Shared { path: path.to_owned(), log, reader: Mutex::new(reader), ops };
        Ok(Self { shared: Arc::new(shared) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.shared.path
    }

    async fn ask<T>(
        &self,
        op: impl FnOnce(oneshot::Sender<Result<T, Unavailable>>) -> Op,
    ) -> Result<T, Unavailable> {
        let (reply, answer) = oneshot::channel();
        let refused = |why: &str| Unavailable::new(format!("cannot write the bus log: {why}"));
        self.shared.ops.try_send(op(reply)).map_err(|_| refused("too much waits"))?;
        answer.await.map_err(|_| refused("the writer has stopped"))?
    }

    pub(crate) async fn publish(&self, messages: Vec<BusMessage>) -> Result<(), Unavailable> {
        self.ask(|reply| Op::Publish { messages, reply }).await
    }

    pub(crate) async fn consumer(&self, spec: ConsumerSpec) -> Result<Arc<Notify>, Unavailable> {
        self.ask(|reply| Op::Consumer { spec, reply }).await
    }

    pub(crate) async fn give_up(&self, given_up: Vec<GivenUp>) -> Result<(), Unavailable> {
        self.ask(|reply| Op::GiveUp { given_up, reply }).await
    }

    pub(crate) async fn bury(&self, id: i64) -> Result<(), Unavailable> {
        self.ask(|reply| Op::Bury { id, reply }).await
    }

    pub(crate) async fn trim(&self) -> Result<usize, Unavailable> {
        self.ask(|reply| Op::Trim { reply }).await
    }

    pub(crate) fn fetch(
        &self,
        name: &str,
        max: usize,
        now: Timestamp,
    ) -> Result<Vec<Delivery>, Unavailable> {
        let fetched = self.shared.log.lock().fetch(name, max, now);
        let after = match fetched {
            Fetched::Deliveries(deliveries) => return Ok(deliveries),
            Fetched::OnDisk { after } => after,
        };
        let page = self.shared.reader.lock().read(after, max.min(DISK_PAGE));
        let page =
            page.map_err(|error| Unavailable::caused_by("cannot read the bus log", error))?;
        let mut log = self.shared.log.lock();
        // An empty page: everything behind `after` was removed, settled by everybody.
        let upto = page.last().map_or_else(|| log.behind(), |last| last.sequence);
        Ok(log.look_at(name, page, upto, now))
    }

    pub(crate) fn settle(&self, name: &str, settlements: &[Settlement], now: Timestamp) {
        self.shared.log.lock().settle(name, settlements, now);
    }

    pub(crate) fn outlook(&self, name: &str, now: Timestamp) -> (bool, Option<Timestamp>) {
        let log = self.shared.log.lock();
        (log.has_work(name, now), log.next_due(name))
    }

    pub(crate) fn dead_letters(
        &self,
        service: Option<&str>,
    ) -> Result<Vec<DeadLetter>, Unavailable> {
        let letters = self.shared.reader.lock().dead_letters(service);
        letters.map_err(|error| Unavailable::caused_by("cannot list dead letters", error))
    }

    pub(crate) fn lag(&self) -> Vec<Lag> {
        self.shared.log.lock().lag()
    }
}
