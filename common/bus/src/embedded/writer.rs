//! The thread that writes the log: queued operations become one transaction.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use parking_lot::Mutex;
use sources::Clock;
use store::{Access, Outage, Unavailable};

use super::file::LogFile;
use crate::log::{Entry, Log, LogLimits};
use crate::message::BusMessage;

/// Operations in one transaction.
const GROUP_MAX: usize = 256;

/// Period of writing consumers' floors when nothing is published. A stale floor costs redeliveries
/// after a crash, nothing else.
const FLOORS_PERIOD: Duration = Duration::from_millis(250);

/// An operation: its writes in the transaction of its group. A failed transaction drops the
/// operation with its reply channel, so that the caller receives an error.
pub(super) type WriteOperation =
    Box<dyn FnOnce(&mut Writer) -> rusqlite::Result<Completion> + Send>;

/// The completion of an operation once the transaction is durable.
pub(super) type Completion = Box<dyn FnOnce(&Mutex<Log>) + Send>;

pub(super) struct Writer {
    pub(super) file: LogFile,
    log: Arc<Mutex<Log>>,
    clock: Clock,
    limits: LogLimits,
    saved_floors: HashMap<String, i64>,
    /// The last written entry, including those of the open transaction.
    last: i64,
    /// The ids published in the open transaction.
    ids: HashSet<String>,
    /// Bytes that may still be published in the open transaction.
    room: u64,
    outage: Outage,
    /// Released after the file is closed.
    _lock: File,
}

impl Writer {
    pub(super) fn new(
        (file, lock): (LogFile, File),
        log: Arc<Mutex<Log>>,
        clock: Clock,
        limits: LogLimits,
        outage: Outage,
    ) -> Self {
        let last = log.lock().last;
        let (saved_floors, ids) = (HashMap::new(), HashSet::new());
        Self { file, log, clock, limits, saved_floors, last, ids, room: 0, outage, _lock: lock }
    }

    /// Runs until all senders are dropped.
    pub(super) fn run(mut self, operations: &Receiver<WriteOperation>) {
        loop {
            let mut group = Vec::new();
            let ended = match operations.recv_timeout(FLOORS_PERIOD) {
                Ok(first) => {
                    group.push(first);
                    group.extend(operations.try_iter().take(GROUP_MAX - 1));
                    false
                }
                Err(RecvTimeoutError::Timeout) => false,
                Err(RecvTimeoutError::Disconnected) => true,
            };
            self.write(group);
            if ended {
                return;
            }
        }
    }

    fn write(&mut self, group: Vec<WriteOperation>) {
        let floors = self.moved_floors();
        if group.is_empty() && floors.is_empty() {
            return;
        }
        let last = self.last;
        match self.write_all(group, floors) {
            Ok(done) => {
                self.outage.succeeded(Access::Write);
                for complete in done {
                    complete(&self.log);
                }
                self.log.lock().trim_tail(self.limits.tail_bytes_max, self.clock.now());
            }
            Err(error) => {
                let unavailable = Unavailable::caused_by("cannot write the bus log", error);
                // Callers report the failure of their operation; this reports the cause.
                let _ = self.outage.failed(Access::Write, unavailable);
                // The next transaction reports a failed rollback.
                let _ = self.file.roll_back();
                // The next transaction saves every floor again.
                self.saved_floors.clear();
                self.last = last;
            }
        }
    }

    fn write_all(
        &mut self,
        group: Vec<WriteOperation>,
        floors: Vec<(String, i64)>,
    ) -> rusqlite::Result<Vec<Completion>> {
        self.file.execute("BEGIN IMMEDIATE", [])?;
        for (name, floor) in &floors {
            self.file.save_floor(name, *floor)?;
        }
        // Before the operations, of which one may remove a consumer and another open it again.
        self.saved_floors.extend(floors);
        self.room = self.limits.log_bytes_max.saturating_sub(self.file.bytes()?);
        self.ids.clear();
        let done: rusqlite::Result<_> = group.into_iter().map(|write| write(self)).collect();
        let done = done?;
        self.file.execute("COMMIT", [])?;
        Ok(done)
    }

    fn moved_floors(&self) -> Vec<(String, i64)> {
        let log = self.log.lock();
        let moved =
            log.floors().filter(|(name, floor)| self.saved_floors.get(*name) != Some(floor));
        moved.map(|(name, floor)| (name.to_owned(), floor)).collect()
    }

    /// Appends messages, without those of the duplicate window; `None` if the log is full.
    pub(super) fn append(
        &mut self,
        messages: Vec<BusMessage>,
    ) -> rusqlite::Result<Option<Vec<Entry>>> {
        if self.room == 0 {
            return Ok(None);
        }
        let entries = self.new_entries(messages);
        for entry in &entries {
            self.file.append(entry)?;
            let bytes = u64::try_from(entry.body.len()).unwrap_or(u64::MAX);
            self.room = self.room.saturating_sub(bytes);
        }
        Ok(Some(entries))
    }

    fn new_entries(&mut self, messages: Vec<BusMessage>) -> Vec<Entry> {
        let log = self.log.lock();
        let now = self.clock.now();
        let mut entries = Vec::with_capacity(messages.len());
        for BusMessage { id, subject, body } in messages {
            if !log.is_duplicate(&id, now) && self.ids.insert(id.clone()) {
                self.last += 1;
                entries.push(Entry { sequence: self.last, id, subject, body, at: now });
            }
        }
        entries
    }

    pub(super) fn open_consumer(&mut self, name: &str) -> rusqlite::Result<i64> {
        // A removed consumer of this name may have saved another floor.
        self.saved_floors.remove(name);
        self.file.open_consumer(name, self.last)
    }
}
