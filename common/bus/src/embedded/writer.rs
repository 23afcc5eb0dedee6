//! The thread that writes the log: queued operations become one transaction.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use parking_lot::Mutex;
use sources::Clock;
use store::{Access, Outage, Unavailable};
use tokio::sync::{Notify, oneshot};

use super::file::LogFile;
use super::lock::Lock;
use crate::log::{Entry, Log, LogLimits};
use crate::message::{BusMessage, ConsumerSpec, NewDeadLetter};

/// Operations in one transaction.
const GROUP_MAX: usize = 256;

/// Period of writing consumers' floors when nothing is published. A stale floor costs redeliveries
/// after a crash, nothing else.
const FLOORS_PERIOD: Duration = Duration::from_millis(250);

type Reply<T> = oneshot::Sender<Result<T, Unavailable>>;

/// An operation of the writer.
pub(super) enum WriteOperation {
    Publish { messages: Vec<BusMessage>, reply: Reply<()> },
    OpenConsumer { spec: ConsumerSpec, reply: Reply<Arc<Notify>> },
    RemoveConsumer { name: String, reply: Reply<()> },
    AddDeadLetters { dead_letters: Vec<NewDeadLetter>, reply: Reply<()> },
    RemoveDeadLetter { id: i64, reply: Reply<()> },
    Trim { reply: Reply<usize> },
    SaveFloors { reply: Reply<()> },
}

/// The completion of an operation once the transaction is durable.
enum Completion {
    Published { entries: Vec<Entry>, reply: Reply<()> },
    Full { reply: Reply<()> },
    Opened { spec: ConsumerSpec, floor: i64, reply: Reply<Arc<Notify>> },
    Removed { name: String, reply: Reply<()> },
    Plain { reply: Reply<()> },
    Trimmed { count: usize, reply: Reply<usize> },
}

pub(super) struct Writer {
    file: LogFile,
    log: Arc<Mutex<Log>>,
    clock: Clock,
    limits: LogLimits,
    saved_floors: HashMap<String, i64>,
    /// The last written entry, including those of the open transaction.
    last: i64,
    outage: Outage,
    /// Released after the file is closed.
    _lock: Lock,
}

/// The transaction in progress.
struct Transaction {
    done: Vec<Completion>,
    /// The ids published in it.
    ids: HashSet<String>,
    /// Bytes that may still be published.
    room: u64,
}

impl Writer {
    pub(super) fn new(
        (file, lock): (LogFile, Lock),
        log: Arc<Mutex<Log>>,
        clock: Clock,
        limits: LogLimits,
        outage: Outage,
    ) -> Self {
        let last = log.lock().last();
        let saved_floors = HashMap::new();
        Self { file, log, clock, limits, saved_floors, last, outage, _lock: lock }
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
        match self.write_all(group, &floors) {
            Ok(done) => {
                self.outage.succeeded(Access::Write);
                self.saved_floors.extend(floors);
                self.finish(done);
            }
            Err(error) => {
                let unavailable = Unavailable::caused_by("cannot write the bus log", error);
                // Callers report the failure of their operation; this reports the cause.
                let _ = self.outage.failed(Access::Write, unavailable);
                // The next transaction reports a failed rollback.
                let _ = self.file.roll_back();
                self.last = last;
            }
        }
    }

    /// Writes a group as one transaction. On failure the operations are dropped with their reply
    /// channels, which fails them for their callers.
    fn write_all(
        &mut self,
        group: Vec<WriteOperation>,
        floors: &[(String, i64)],
    ) -> rusqlite::Result<Vec<Completion>> {
        self.file.begin()?;
        for (name, floor) in floors {
            self.file.save_floor(name, *floor)?;
        }
        let room = self.limits.log_bytes_max.saturating_sub(self.file.bytes()?);
        let mut transaction =
            Transaction { done: Vec::with_capacity(group.len()), ids: HashSet::new(), room };
        for operation in group {
            let done = self.write_one(operation, &mut transaction)?;
            transaction.done.push(done);
        }
        self.file.commit()?;
        Ok(transaction.done)
    }

    fn moved_floors(&self) -> Vec<(String, i64)> {
        let log = self.log.lock();
        let moved =
            log.floors().filter(|(name, floor)| self.saved_floors.get(*name) != Some(floor));
        moved.map(|(name, floor)| (name.to_owned(), floor)).collect()
    }

    fn write_one(
        &mut self,
        operation: WriteOperation,
        transaction: &mut Transaction,
    ) -> rusqlite::Result<Completion> {
        Ok(match operation {
            WriteOperation::Publish { reply, .. } if transaction.room == 0 => {
                Completion::Full { reply }
            }
            WriteOperation::Publish { messages, reply } => {
                let entries = self.new_entries(messages, &mut transaction.ids);
                for entry in &entries {
                    self.file.append(entry)?;
                    let bytes = u64::try_from(entry.body.len()).unwrap_or(u64::MAX);
                    transaction.room = transaction.room.saturating_sub(bytes);
                }
                Completion::Published { entries, reply }
            }
            WriteOperation::OpenConsumer { spec, reply } => {
                let floor = self.file.open_consumer(&spec.name, self.last)?;
                Completion::Opened { spec, floor, reply }
            }
            WriteOperation::RemoveConsumer { name, reply } => {
                self.file.remove_consumer(&name)?;
                Completion::Removed { name, reply }
            }
            WriteOperation::AddDeadLetters { dead_letters, reply } => {
                dead_letters.iter().try_for_each(|one| self.file.add_dead_letters(one))?;
                Completion::Plain { reply }
            }
            WriteOperation::RemoveDeadLetter { id, reply } => {
                self.file.remove_dead_letter(id)?;
                Completion::Plain { reply }
            }
            // Every transaction writes the floors.
            WriteOperation::SaveFloors { reply } => Completion::Plain { reply },
            WriteOperation::Trim { reply } => {
                let count = self.file.trim(self.clock.now())?;
                Completion::Trimmed { count, reply }
            }
        })
    }

    fn new_entries(&mut self, messages: Vec<BusMessage>, ids: &mut HashSet<String>) -> Vec<Entry> {
        let log = self.log.lock();
        let now = self.clock.now();
        let mut entries = Vec::with_capacity(messages.len());
        for BusMessage { id, subject, body } in messages {
            if !log.is_duplicate(&id, now) && ids.insert(id.clone()) {
                self.last += 1;
                entries.push(Entry { sequence: self.last, id, subject, body, at: now });
            }
        }
        entries
    }

    /// Sends the replies. A caller may be gone; its operation took effect nevertheless.
    fn finish(&mut self, done: Vec<Completion>) {
        let now = self.clock.now();
        for one in done {
            match one {
                Completion::Published { entries, reply } => {
                    let mut log = self.log.lock();
                    for entry in entries {
                        log.append(entry);
                    }
                    drop(log);
                    let _ = reply.send(Ok(()));
                }
                Completion::Full { reply } => {
                    let full = Unavailable::new("cannot publish: the bus log is full");
                    let _ = reply.send(Err(full));
                }
                Completion::Opened { spec, floor, reply } => {
                    let _ = reply.send(Ok(self.log.lock().consumer(spec, floor, now)));
                }
                Completion::Removed { name, reply } => {
                    self.log.lock().remove_consumer(&name);
                    self.saved_floors.remove(&name);
                    let _ = reply.send(Ok(()));
                }
                Completion::Plain { reply } => {
                    let _ = reply.send(Ok(()));
                }
                Completion::Trimmed { count, reply } => {
                    let _ = reply.send(Ok(count));
                }
            }
        }
        self.log.lock().trim_tail(self.limits.tail_bytes_max, now);
    }
}
