//! The one thread that writes the log: everything that waits becomes one transaction.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use parking_lot::Mutex;
use sources::Clock;
use store::Unavailable;
use tokio::sync::{Notify, oneshot};

use super::file::LogFile;
use crate::bus::GivenUp;
use crate::log::{DUPLICATE_WINDOW, Entry, Log};
use crate::message::{BusMessage, ConsumerSpec};

/// Operations in one transaction.
const GROUP_MAX: usize = 256;

/// Wait after which consumers' floors are written although nobody publishes. A floor that is behind costs redeliveries
/// after a crash, nothing else.
const FLOORS_PERIOD: Duration = Duration::from_millis(250);

/// Entries removed in one step.
const TRIM_MAX: u32 = 500;

/// Bytes of the log past which nothing more is published (`discard: new`): an hour of a consumer that is stopped at a
/// few hundred kilobytes a second.
const LOG_BYTES_MAX: i64 = 1024 * 1024 * 1024;

type Reply<T> = oneshot::Sender<Result<T, Unavailable>>;

/// What the writer is asked for.
pub(super) enum Op {
    Publish { messages: Vec<BusMessage>, reply: Reply<()> },
    Consumer { spec: ConsumerSpec, reply: Reply<Arc<Notify>> },
    GiveUp { given_up: Vec<GivenUp>, reply: Reply<()> },
    Bury { id: i64, reply: Reply<()> },
    Trim { reply: Reply<usize> },
}

/// What is done once the transaction is durable.
enum Done {
    Published { entries: Vec<Entry>, reply: Reply<()> },
    Consumer { spec: ConsumerSpec, floor: i64, reply: Reply<Arc<Notify>> },
    Plain { reply: Reply<()> },
    Full { reply: Reply<()> },
    Trimmed { count: usize, reply: Reply<usize> },
}

pub(super) struct Writer {
    file: LogFile,
    log: Arc<Mutex<Log>>,
    clock: Clock,
    memory_bytes_max: usize,
    saved_floors: HashMap<String, i64>,
    next: i64,
}

impl Writer {
    pub(super) fn new(
        file: LogFile,
        log: Arc<Mutex<Log>>,
        clock: Clock,
        memory_bytes_max: usize,
    ) -> Self {
        let next = log.lock().last() + 1;
        Self { file, log, clock, memory_bytes_max, saved_floors: HashMap::new(), next }
    }

    /// Runs until nobody can ask for anything any more.
    pub(super) fn run(mut self, ops: &Receiver<Op>) {
        loop {
            let mut group = Vec::new();
            let ended = match ops.recv_timeout(FLOORS_PERIOD) {
                Ok(first) => {
                    group.push(first);
                    group.extend(ops.try_iter().take(GROUP_MAX - 1));
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

    fn write(&mut self, group: Vec<Op>) {
        let floors = self.moved_floors();
        if group.is_empty() && floors.is_empty() {
            return;
        }
        if let Err(error) = self.file.begin() {
            tracing::error!(%error, "cannot write the bus log");
            // Dropping the operations tells whoever asked that they were not done.
            return;
        }
        let first = self.next;
        let mut done = Vec::with_capacity(group.len());
        let mut failure = None;
        let mut ids_of_group = std::collections::HashSet::new();
        for op in group {
            let (one, written) = self.write_one(op, &mut ids_of_group);
            failure = failure.or(written.err());
            done.push(one);
        }
        let saved: rusqlite::Result<()> =
            floors.iter().try_for_each(|(name, floor)| self.file.save_floor(name, *floor));
        let outcome = match failure {
            Some(error) => Err(error),
            None => saved.and_then(|()| self.file.commit()),
        };
        match outcome {
            Ok(()) => {
                self.saved_floors.extend(floors);
                self.finish(done);
            }
            Err(error) => {
                tracing::error!(%error, "cannot write the bus log");
                // A transaction that cannot even be rolled back is reported by the next one.
                let _ = self.file.roll_back();
                self.next = first;
                fail(done, &error.to_string());
            }
        }
    }

    fn moved_floors(&self) -> Vec<(String, i64)> {
        let log = self.log.lock();
        let moved =
            log.floors().filter(|(name, floor)| self.saved_floors.get(*name) != Some(floor));
        moved.map(|(name, floor)| (name.to_owned(), floor)).collect()
    }

    /// Writes one operation into the open transaction, and says whether that went well.
    fn write_one(
        &mut self,
        op: Op,
        ids_of_group: &mut std::collections::HashSet<String>,
    ) -> (Done, rusqlite::Result<()>) {
        match op {
            Op::Publish { messages, reply } => {
                if self.file.bytes().is_ok_and(|bytes| bytes > LOG_BYTES_MAX) {
                    return (Done::Full { reply }, Ok(()));
                }
                let entries = self.new_entries(messages, ids_of_group);
                let written = entries.iter().try_for_each(|entry| self.file.append(entry));
                (Done::Published { entries, reply }, written)
            }
            Op::Consumer { spec, reply } => match self.file.floor(&spec.name) {
                Ok(floor) => (Done::Consumer { spec, floor, reply }, Ok(())),
                Err(error) => (Done::Consumer { spec, floor: 0, reply }, Err(error)),
            },
            Op::GiveUp { given_up, reply } => {
                let written = given_up.iter().try_for_each(|one| self.file.give_up(one));
                (Done::Plain { reply }, written)
            }
            Op::Bury { id, reply } => (Done::Plain { reply }, self.file.bury(id)),
            Op::Trim { reply } => {
                let settled = self.log.lock().least_floor().unwrap_or(0);
                let old = self.clock.now().minus(DUPLICATE_WINDOW);
                match self.file.trim(settled, old, TRIM_MAX) {
                    Ok(count) => (Done::Trimmed { count, reply }, Ok(())),
                    Err(error) => (Done::Trimmed { count: 0, reply }, Err(error)),
                }
            }
        }
    }

    fn new_entries(
        &mut self,
        messages: Vec<BusMessage>,
        ids_of_group: &mut std::collections::HashSet<String>,
    ) -> Vec<Entry> {
        let log = self.log.lock();
        let now = self.clock.now();
        let mut entries = Vec::with_capacity(messages.len());
        for BusMessage { id, subject, body } in messages {
            if !log.is_duplicate(&id) && ids_of_group.insert(id.clone()) {
                entries.push(Entry { sequence: self.next, id, subject, body, at: now });
                self.next += 1;
            }
        }
        entries
    }

    fn finish(&mut self, done: Vec<Done>) {
        for one in done {
            // Whoever asked may be gone; what was asked for is done all the same.
            match one {
                Done::Published { entries, reply } => {
                    let mut log = self.log.lock();
                    for entry in entries {
                        log.append(entry);
                    }
                    drop(log);
                    let _ = reply.send(Ok(()));
                }
                Done::Consumer { spec, floor, reply } => {
                    let notify = self.log.lock().consumer(&spec, floor);
                    let _ = reply.send(Ok(notify));
                }
                Done::Plain { reply } => {
                    let _ = reply.send(Ok(()));
                }
                Done::Full { reply } => {
                    let full = Unavailable::new("cannot publish: the bus log is full");
                    let _ = reply.send(Err(full));
                }
                Done::Trimmed { count, reply } => {
                    let _ = reply.send(Ok(count));
                }
            }
        }
        self.log.lock().trim(self.memory_bytes_max, self.clock.now());
    }
}

fn fail(done: Vec<Done>, why: &str) {
    let failure = || Unavailable::new(format!("cannot write the bus log: {why}"));
    for one in done {
        // Whoever asked may be gone.
        match one {
            Done::Published { reply, .. } | Done::Plain { reply } | Done::Full { reply } => {
                let _ = reply.send(Err(failure()));
            }
            Done::Consumer { reply, .. } => {
                let _ = reply.send(Err(failure()));
            }
            Done::Trimmed { reply, .. } => {
                let _ = reply.send(Err(failure()));
            }
        }
    }
}
