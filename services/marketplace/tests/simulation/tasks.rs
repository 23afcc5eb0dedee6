//! The tasks of a simulation: everything that would run by itself, and here runs only when it is given a turn.
//!
//! A turn is one poll. Nothing depends on the order in which tasks were woken: whoever gives turns chooses among those that
//! are ready, by their numbers.

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

/// Something that runs.
type Running = Pin<Box<dyn Future<Output = ()>>>;

/// The number of a task: unique, and rising.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TaskId(u64);

/// Whose a task is: what dies with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The process of this number.
    Process(usize),
}

struct Task {
    name: &'static str,
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

/// What a turn came to.
pub(crate) enum Turn {
    /// There is more to come.
    Goes,
    /// It has ended.
    Ended,
    /// It has panicked, which ends it.
    Panicked(String),
}

/// Every task there is.
#[derive(Default)]
pub(crate) struct Tasks {
    tasks: BTreeMap<TaskId, Task>,
    last: u64,
}

impl Tasks {
    /// Adds a task, ready for its first turn.
    pub(crate) fn add(
        &mut self,
        name: &'static str,
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

    /// Gives a task a turn.
    pub(crate) fn turn(&mut self, id: TaskId) -> Turn {
        let Some(task) = self.tasks.get_mut(&id) else { return Turn::Ended };
        task.woken.0.store(false, Ordering::Relaxed);
        let mut context = Context::from_waker(&task.waker);
        let polled =
            catch_unwind(AssertUnwindSafe(|| task.running.as_mut().poll(&mut context).is_ready()));
        match polled {
            Ok(false) => return Turn::Goes,
            Ok(true) => {}
            Err(panic) => {
                let task = self.tasks.remove(&id).map_or("", |task| task.name);
                return Turn::Panicked(format!("{task} panicked: {}", text(&*panic)));
            }
        }
        self.tasks.remove(&id);
        Turn::Ended
    }

    /// The tasks that have something to do and are not paused.
    pub(crate) fn ready(&self) -> impl Iterator<Item = TaskId> {
        let ready = self.tasks.iter();
        ready.filter(|(_, task)| task.is_ready()).map(|(id, _)| *id)
    }

    /// The next task behind this one that has something to do and is not paused.
    pub(crate) fn ready_after(&self, id: TaskId) -> Option<TaskId> {
        let behind = self.tasks.range((Bound::Excluded(id), Bound::Unbounded));
        behind.into_iter().find(|(_, task)| task.is_ready()).map(|(id, _)| *id)
    }

    /// Whether there is a task of this number.
    pub(crate) fn has(&self, id: TaskId) -> bool {
        self.tasks.contains_key(&id)
    }

    /// Whether a task has something to do and is not paused.
    pub(crate) fn is_ready(&self, id: TaskId) -> bool {
        self.tasks.get(&id).is_some_and(Task::is_ready)
    }

    /// The task of this name of the n-th process that has one, counted round and round.
    pub(crate) fn find(&self, name: &str, nth: u8) -> Option<TaskId> {
        let named = || self.tasks.iter().filter(|(_, task)| task.name == name).map(|(id, _)| *id);
        let count = named().count();
        named().nth(usize::from(nth).checked_rem(count)?)
    }

    /// Gives a task no turns until all are resumed.
    pub(crate) fn pause(&mut self, id: TaskId) {
        if let Some(task) = self.tasks.get_mut(&id) {
            task.is_paused = true;
        }
    }

    /// Gives turns to everybody again.
    pub(crate) fn resume(&mut self) {
        for task in self.tasks.values_mut() {
            task.is_paused = false;
        }
    }

    /// Drops a task, wherever it is.
    pub(crate) fn drop_one(&mut self, id: TaskId) {
        self.tasks.remove(&id);
    }

    /// Drops all tasks of an owner, wherever they are.
    pub(crate) fn drop_all(&mut self, owner: Owner) {
        self.tasks.retain(|_, task| task.owner != owner);
    }

    /// The task's name.
    pub(crate) fn name(&self, id: TaskId) -> &'static str {
        self.tasks.get(&id).map_or("", |task| task.name)
    }
}

impl Task {
    fn is_ready(&self) -> bool {
        !self.is_paused && self.woken.0.load(Ordering::Relaxed)
    }
}

/// What a panic says.
fn text(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or(panic.downcast_ref::<&str>().copied()).unwrap_or("no text")
}
