//! The tasks of a simulation. A task runs only when the script gives it a turn, which is one poll:
//! the next task is chosen among the ready ones by number, not by the order in which they woke.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// The number of a task: unique and increasing.
pub(crate) type TaskId = u64;

type Running = Pin<Box<dyn Future<Output = ()>>>;

pub(crate) struct Task {
    pub(crate) name: String,
    /// The number of its process.
    pub(crate) process: usize,
    pub(crate) is_paused: bool,
    running: Running,
    woken: Arc<Woken>,
    waker: Waker,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// All tasks. A removed task is dropped at its current await.
#[derive(Default)]
pub(crate) struct Tasks {
    pub(crate) all: BTreeMap<TaskId, Task>,
    last: TaskId,
}

impl Tasks {
    /// Adds a task that is ready for its first turn.
    pub(crate) fn add(&mut self, name: &str, process: usize, running: Running) -> TaskId {
        self.last += 1;
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&woken));
        let name = name.to_owned();
        let task = Task { name, process, is_paused: false, running, woken, waker };
        self.all.insert(self.last, task);
        self.last
    }

    /// Gives a task one turn, and removes it if it has ended. Returns its name if it has panicked.
    pub(crate) fn turn(&mut self, id: TaskId) -> Option<String> {
        let task = self.all.get_mut(&id)?;
        task.woken.0.store(false, Ordering::Relaxed);
        let mut context = Context::from_waker(&task.waker);
        let poll = AssertUnwindSafe(|| task.running.as_mut().poll(&mut context).is_ready());
        let polled = catch_unwind(poll);
        if let Ok(false) = polled {
            return None;
        }
        let task = self.all.remove(&id)?;
        polled.is_err().then_some(task.name)
    }

    /// The ready tasks from this number on.
    pub(crate) fn ready_from(&self, first: TaskId) -> impl Iterator<Item = TaskId> {
        self.all.range(first..).filter(|(_, task)| task.is_ready()).map(|(id, _)| *id)
    }

    /// The task of this name in the n-th process that has one, modulo their number.
    pub(crate) fn find(&self, name: &str, nth: u8) -> Option<TaskId> {
        let named = || self.all.iter().filter(|(_, task)| task.name == name).map(|(id, _)| *id);
        let count = named().count();
        named().nth(usize::from(nth).checked_rem(count)?)
    }
}

impl Task {
    /// Whether it is woken and not paused.
    pub(crate) fn is_ready(&self) -> bool {
        !self.is_paused && self.woken.0.load(Ordering::Relaxed)
    }
}

/// Maximum number of polls by [`at_once`]: reading everything that a script leaves takes some
/// thousand.
const POLLS_MAX: u32 = 1_000_000;

/// Polls a future that waits only for its next poll, such as a read of memory, until it completes.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..POLLS_MAX {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("the future is not complete after {POLLS_MAX} polls");
}
