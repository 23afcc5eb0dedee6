//! The tasks of a simulation. A task runs only when the script gives it a turn.
//!
//! A turn is one poll. The order in which tasks were woken has no effect: the next task is chosen
//! among the ready ones, by number.

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

/// The future of a task.
type Running = Pin<Box<dyn Future<Output = ()>>>;

/// The number of a task: unique and increasing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TaskId(u64);

/// The owner of a task; a task is dropped with its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The process with this number.
    Process(usize),
}

struct Task {
    name: String,
    owner: Owner,
    running: Running,
    woken: Arc<Woken>,
    waker: Waker,
    is_paused: bool,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The result of a turn.
pub(crate) enum Turn {
    /// The task continues.
    Pending,
    /// The task has ended.
    Ended,
    /// The task has panicked and was dropped.
    Panicked(String),
}

/// All tasks.
#[derive(Default)]
pub(crate) struct Tasks {
    tasks: BTreeMap<TaskId, Task>,
    last: u64,
}

impl Tasks {
    /// Adds a task that is ready for its first turn.
    pub(crate) fn add(
        &mut self,
        name: String,
        owner: Owner,
        running: impl Future<Output = ()> + 'static,
    ) -> TaskId {
        self.last += 1;
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&woken));
        let running = Box::pin(running);
        let task = Task { name, owner, running, woken, waker, is_paused: false };
        self.tasks.insert(TaskId(self.last), task);
        TaskId(self.last)
    }

    /// Gives a task one turn.
    pub(crate) fn turn(&mut self, id: TaskId) -> Turn {
        let Some(task) = self.tasks.get_mut(&id) else { return Turn::Ended };
        task.woken.0.store(false, Ordering::Relaxed);
        let mut context = Context::from_waker(&task.waker);
        let polled =
            catch_unwind(AssertUnwindSafe(|| task.running.as_mut().poll(&mut context).is_ready()));
        match polled {
            Ok(false) => return Turn::Pending,
            Ok(true) => {}
            Err(panic) => {
                let task = self.tasks.remove(&id).map(|task| task.name).unwrap_or_default();
                return Turn::Panicked(format!("{task} panicked: {}", text(&*panic)));
            }
        }
        self.tasks.remove(&id);
        Turn::Ended
    }

    /// The ready tasks: woken and not paused.
    pub(crate) fn ready(&self) -> impl Iterator<Item = TaskId> {
        let ready = self.tasks.iter();
        ready.filter(|(_, task)| task.is_ready()).map(|(id, _)| *id)
    }

    /// The first ready task with a higher number.
    pub(crate) fn ready_after(&self, id: TaskId) -> Option<TaskId> {
        let behind = self.tasks.range((Bound::Excluded(id), Bound::Unbounded));
        behind.into_iter().find(|(_, task)| task.is_ready()).map(|(id, _)| *id)
    }

    /// Whether the task exists.
    pub(crate) fn has(&self, id: TaskId) -> bool {
        self.tasks.contains_key(&id)
    }

    /// Whether the task is woken and not paused.
    pub(crate) fn is_ready(&self, id: TaskId) -> bool {
        self.tasks.get(&id).is_some_and(Task::is_ready)
    }

    /// The task of this name in the n-th process that has one, modulo their number.
    pub(crate) fn find(&self, name: &str, nth: u8) -> Option<TaskId> {
        let named = || self.tasks.iter().filter(|(_, task)| task.name == name).map(|(id, _)| *id);
        let count = named().count();
        named().nth(usize::from(nth).checked_rem(count)?)
    }

    /// Gives a task no turns until all tasks are resumed.
    pub(crate) fn pause(&mut self, id: TaskId) {
        if let Some(task) = self.tasks.get_mut(&id) {
            task.is_paused = true;
        }
    }

    /// Gives turns to all tasks again.
    pub(crate) fn resume(&mut self) {
        for task in self.tasks.values_mut() {
            task.is_paused = false;
        }
    }

    /// Drops a task at its current await.
    pub(crate) fn drop_one(&mut self, id: TaskId) {
        self.tasks.remove(&id);
    }

    /// Drops all tasks of an owner, each at its current await.
    pub(crate) fn drop_all(&mut self, owner: Owner) {
        self.tasks.retain(|_, task| task.owner != owner);
    }

    /// The task's name; empty if the task does not exist.
    pub(crate) fn name(&self, id: TaskId) -> &str {
        self.tasks.get(&id).map_or("", |task| &task.name)
    }
}

impl Task {
    fn is_ready(&self) -> bool {
        !self.is_paused && self.woken.0.load(Ordering::Relaxed)
    }
}

/// The message of a panic.
fn text(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or(panic.downcast_ref::<&str>().copied()).unwrap_or("no text")
}
