//! The simulated marketplace: processes on engines that outlive them, customers, and their turns.

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

use crate::customers::Customers;
use crate::engines::Engines;
use crate::generate::BUSY_PARTS;
use crate::operation::Deployment;
use crate::panics;
use crate::process::{self, Http};
use crate::tasks::{Task, TaskId, Tasks, at_once};
use crate::trace::Trace;
use traffic::Attempt;

/// Maximum number of rounds until all tasks are idle: a hundred times the need of a long script.
const TURNS_TO_REST_MAX: u32 = 300_000;

/// A process, running or crashed.
pub(crate) struct Process {
    services: Vec<&'static str>,
    /// `None` for a crashed one.
    http: Option<Http>,
}

pub(crate) struct SimulatedMarketplace {
    pub(crate) engines: Engines,
    pub(crate) customers: Customers,
    pub(crate) trace: Trace,
    runtime: Runtime,
    tasks: Tasks,
    pub(crate) processes: Vec<Process>,
    attempts: BTreeMap<TaskId, Attempt>,
    responses: Rc<RefCell<Vec<Reply>>>,
    /// Number of movements of money at the provider that were checked.
    movements: usize,
    pub(crate) turns: u64,
    pub(crate) violations: Vec<String>,
}

impl SimulatedMarketplace {
    /// A marketplace with all processes running and no data.
    pub(crate) fn open(deployment: Deployment, runtime: Runtime, trace: Trace) -> Self {
        let process = |services| Process { services, http: None };
        let processes = match deployment {
            Deployment::OneProcess => vec![process(in_one_process())],
            Deployment::Services => services::names().map(|name| process(vec![name])).collect(),
            Deployment::Replicas => {
                services::names().chain(services::names()).map(|name| process(vec![name])).collect()
            }
        };
        let engines = Engines::new(deployment);
        let mail_server = engines.mail_server.clone();
        let mut marketplace = Self {
            engines,
            customers: Customers::of(mail_server),
            trace,
            runtime,
            tasks: Tasks::default(),
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

    /// The process that a number names, modulo the number of processes.
    pub(crate) fn process(&self, number: u8) -> usize {
        usize::from(number) % self.processes.len()
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
                for committer in opened.committers {
                    self.tasks.add(committer.source(), number, Box::pin(committer.run()));
                }
                for one in opened.loops {
                    let name = one.name().to_owned();
                    self.tasks.add(&name, number, Box::pin(one.run(CancellationToken::new())));
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
        self.tasks.all.retain(|_, task| task.process != number);
        self.forget_attempts();
    }

    /// Gives turns to ready tasks until all are idle.
    pub(crate) fn settle(&mut self) {
        for _ in 0..TURNS_TO_REST_MAX {
            let mut next = self.tasks.ready_from(0).next();
            if next.is_none() && !self.deliver() {
                return;
            }
            // One turn per ready task in rotation, so that a task that is always ready delays no
            // other.
            while let Some(id) = next {
                self.turn(id);
                next = self.tasks.ready_from(id + 1).next();
            }
            if self.has_violations() {
                return;
            }
        }
        let busy = self.tasks.ready_from(0).map(|id| &self.tasks.all[&id].name);
        let busy: Vec<&String> = busy.collect();
        let line = format!("the marketplace does not become idle; ready tasks: {busy:?}");
        self.note(Rule::NothingStuck, line);
    }

    /// Gives turns to ready tasks, drawn from a generator with this seed.
    pub(crate) fn draw_turns(&mut self, turns: u16, seed: u32) {
        let mut random = crate::generate::random(seed.into());
        for _ in 0..turns {
            let ready: Vec<TaskId> = self.tasks.ready_from(0).collect();
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
            let is_ready = self.tasks.all.get(&id).is_some_and(Task::is_ready);
            if is_ready && !self.has_violations() {
                self.turn(id);
            }
        }
    }

    pub(crate) fn pause(&mut self, part: &str, replica: u8) {
        let found = self.tasks.find(part, replica);
        if let Some(task) = found.and_then(|id| self.tasks.all.get_mut(&id)) {
            task.is_paused = true;
        }
    }

    pub(crate) fn resume(&mut self) {
        self.tasks.all.values_mut().for_each(|task| task.is_paused = false);
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
        if let Some(task) = self.tasks.turn(id) {
            self.note(Rule::NothingStuck, format!("{task} panicked"));
        }
        self.take_response(id);
        self.engines.provider.with(|provider, _| {
            for movement in provider.ledger.entries.iter().skip(self.movements) {
                self.movements += 1;
                self.engines.checks.lock().moved(movement);
            }
        });
        self.collect_violations();
    }

    /// Collects the violations and panics since the last call.
    fn collect_violations(&mut self) {
        self.violations.extend(
            self.engines.checks.lock().findings.violations.drain(..).map(|found| found.to_string()),
        );
        for panic in panics::take() {
            self.note(Rule::NothingStuck, panic);
        }
    }

    pub(crate) fn note(&mut self, rule: Rule, line: impl std::fmt::Display) {
        self.violations.push(format!("{rule:?}: {line}"));
    }

    pub(crate) fn has_violations(&self) -> bool {
        !self.violations.is_empty()
    }
}

/// All services, the pages last: they include every path that is of no other service.
fn in_one_process() -> Vec<&'static str> {
    let mut names: Vec<_> = services::names().collect();
    names.sort_by_key(|name| *name == storefront::NAME);
    names
}
