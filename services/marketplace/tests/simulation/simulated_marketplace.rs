//! The simulated marketplace: processes on engines that outlive them, customers, and the order of
//! turns.

mod time;
mod traffic;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use contract::catalogue::services;
use invariants::Rule;
use testing::Reply;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::at_once::at_once;
use crate::customers::Customers;
use crate::engines::Engines;
use crate::generate::BUSY_PARTS;
use crate::operation::Deployment;
use crate::panics;
use crate::process::{self, Http};
use crate::tasks::{Owner, TaskId, Tasks, Turn};
use crate::trace::Trace;
use traffic::Attempt;

/// Maximum number of rounds until all tasks are idle: about a hundred times the need of the longest
/// script.
const TURNS_TO_REST_MAX: u32 = 300_000;

/// A process, running or crashed.
struct Process {
    services: Vec<&'static str>,
    http: Option<Http>,
}

/// The simulated marketplace.
pub(crate) struct SimulatedMarketplace {
    pub(crate) engines: Engines,
    pub(crate) customers: Customers,
    pub(crate) trace: Trace,
    runtime: Runtime,
    tasks: Tasks,
    processes: Vec<Process>,
    attempts: BTreeMap<TaskId, Attempt>,
    responses: Rc<RefCell<Vec<Reply>>>,
    /// Number of movements of money at the provider that were checked.
    movements: usize,
    /// Number of turns given.
    pub(crate) turns: u64,
    violations: Vec<String>,
}

impl SimulatedMarketplace {
    /// A marketplace with all processes running and no data.
    pub(crate) fn open(deployment: Deployment, runtime: Runtime, trace: Trace) -> Self {
        let engines = Engines::new(deployment);
        let tasks = Tasks::default();
        let process = |services| Process { services, http: None };
        let processes = match deployment {
            Deployment::OneProcess => vec![process(services::names().collect())],
            Deployment::Services => services::names().map(|name| process(vec![name])).collect(),
            Deployment::Replicas => {
                services::names().chain(services::names()).map(|name| process(vec![name])).collect()
            }
        };
        let mut marketplace = Self {
            engines,
            customers: Customers::default(),
            trace,
            runtime,
            tasks,
            processes,
            attempts: BTreeMap::new(),
            responses: Rc::default(),
            movements: 0,
            turns: 0,
            violations: Vec::new(),
        };
        for number in 0..marketplace.processes.len() {
            marketplace.start(number);
        }
        for part in BUSY_PARTS {
            assert!(marketplace.tasks.find(part, 0).is_some(), "{part} is no part");
        }
        marketplace
    }

    /// The number of processes, running or crashed.
    pub(crate) fn process_count(&self) -> usize {
        self.processes.len()
    }

    /// Starts a crashed process. If it does not open, it remains crashed.
    pub(crate) fn start(&mut self, number: usize) {
        let process = &self.processes[number];
        if process.http.is_some() {
            return;
        }
        match at_once(process::open(&process.services, &self.engines)) {
            Ok(opened) => {
                self.trace.note(|| format!("process {number} is open"));
                let owner = Owner::Process(number);
                for committer in opened.committers {
                    self.tasks.add(committer.source().to_owned(), owner, committer.run());
                }
                for one in opened.loops {
                    let name = one.name().to_owned();
                    self.tasks.add(name, owner, one.run(CancellationToken::new()));
                }
                self.processes[number].http = Some(opened.http);
            }
            Err(error) => {
                self.trace.note(|| format!("process {number} does not open: {}", error.chain()));
            }
        }
        self.collect_violations();
    }

    /// Crashes a process: drops each of its tasks at its current await.
    pub(crate) fn crash(&mut self, number: usize) {
        self.processes[number].http = None;
        if self.engines.deployment == Deployment::OneProcess {
            self.customers.forget_seen_versions();
        }
        self.tasks.drop_all(Owner::Process(number));
        self.forget_attempts();
    }

    /// Gives turns to ready tasks until all are idle.
    pub(crate) fn settle(&mut self) {
        for _ in 0..TURNS_TO_REST_MAX {
            let Some(id) = self.tasks.ready().next() else {
                if self.deliver() {
                    continue;
                }
                return;
            };
            // One turn per ready task in rotation, so that a task that is always ready delays no
            // other.
            let mut next = Some(id);
            while let Some(id) = next {
                self.turn(id);
                next = self.tasks.ready_after(id);
            }
            if self.has_violations() {
                return;
            }
        }
        let busy: Vec<&str> = self.tasks.ready().map(|id| self.tasks.name(id)).collect();
        let line = format!("the marketplace does not become idle; ready tasks: {busy:?}");
        self.note(Rule::NothingStuck, line);
    }

    /// Gives turns to ready tasks, drawn from a generator with this seed.
    pub(crate) fn draw_turns(&mut self, turns: u16, seed: u32) {
        let mut random = crate::generate::random(seed.into());
        for _ in 0..turns {
            let ready: Vec<TaskId> = self.tasks.ready().collect();
            if self.has_violations() {
                return;
            }
            // The provider has the same chance as each ready task; its turn delivers its next
            // event.
            match ready.get(rand::Rng::random_range(&mut random, 0..=ready.len())) {
                Some(drawn) => self.turn(*drawn),
                None => {
                    self.deliver();
                }
            }
        }
    }

    /// Gives one part up to `turns` turns while it is ready.
    pub(crate) fn step(&mut self, part: &str, replica: u8, turns: u8) {
        let Some(id) = self.tasks.find(part, replica) else { return };
        for _ in 0..turns {
            if self.tasks.is_ready(id) && !self.has_violations() {
                self.turn(id);
            }
        }
    }

    pub(crate) fn pause(&mut self, part: &str, replica: u8) {
        if let Some(id) = self.tasks.find(part, replica) {
            self.tasks.pause(id);
        }
    }

    pub(crate) fn resume(&mut self) {
        self.tasks.resume();
    }

    /// Ends all faults, resumes all tasks and starts all processes.
    pub(crate) fn end_faults(&mut self) {
        self.engines.stop_faults();
        self.resume();
        for number in 0..self.processes.len() {
            self.start(number);
        }
    }

    fn turn(&mut self, id: TaskId) {
        self.turns += 1;
        if let Turn::Panicked(line) = self.tasks.turn(id) {
            self.note(Rule::NothingStuck, line);
        }
        self.take_response(id);
        self.check_movements();
        self.collect_violations();
    }

    /// Passes the movements of money since the last call to the continuous checks.
    fn check_movements(&mut self) {
        for movement in self.engines.provider.movements_after(self.movements) {
            self.movements += 1;
            self.engines.checks.lock().moved(&movement);
        }
    }

    /// Collects the violations and panics since the last call.
    fn collect_violations(&mut self) {
        self.violations.extend(self.engines.checks.lock().take_violations());
        for panic in panics::take() {
            self.note(Rule::NothingStuck, panic);
        }
    }

    pub(crate) fn note(&mut self, rule: Rule, line: impl std::fmt::Display) {
        self.violations.push(format!("{rule:?}: {line}"));
    }

    /// Whether a rule was violated.
    pub(crate) fn has_violations(&self) -> bool {
        !self.violations.is_empty()
    }

    /// Removes and returns the violations so far.
    pub(crate) fn take_violations(&mut self) -> Vec<String> {
        std::mem::take(&mut self.violations)
    }
}
