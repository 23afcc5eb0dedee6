//! The loop that makes the calls of unsettled payments or refunds, and records the results.

use std::fmt::Display;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use contract::{Id, Timestamp};
use futures::FutureExt as _;
use sources::{Span, Trace, with_trace};
use store::{Document, Query, Tx, Unavailable};
use tokio::sync::Mutex;

use super::work::{JobResult, Jobs, SCAN_SIZE, WorkQueue};
use crate::Ports;
use crate::refusal::Decision;

/// Age from which an earlier call to the provider may have been made, although none is recorded.
pub(crate) const UNSETTLED_AFTER: Duration = Duration::from_mins(1);

/// Result of one call to the provider.
pub(crate) enum Called<C> {
    /// The command that records it.
    Apply(C),
    /// It is recorded already, and no call follows.
    Recorded(JobResult),
}

/// A document whose state may require calls to the provider: a payment or a refund. Its collection
/// has the indexes `with_task` and `unsettled`.
pub(crate) trait Unsettled: Document + PartialEq {
    type Id: From<Id> + Into<Id> + Copy + Eq + Hash + Display + Send + Sync;

    type Command: Clone + Send + 'static;

    const NAME: &'static str;

    fn id(&self) -> Self::Id;

    fn began_at(&self) -> Timestamp;

    fn work(ports: &Ports) -> &WorkQueue<Self::Id>;

    /// Whether its state requires a call to the provider.
    fn has_task(&self) -> bool;

    /// The trace of its calls, and their span in it.
    fn trace(&self) -> Option<(Trace, Span)> {
        None
    }

    /// Makes the call that its state requires; with `doubt` after an inquiry whether it was made
    /// already. A repeat after a crash has the same idempotency key.
    fn call(
        &self,
        ports: &Ports,
        doubt: bool,
    ) -> impl Future<Output = Result<Called<Self::Command>, Unavailable>> + Send;

    fn apply(tx: &mut Tx<'_>, id: Self::Id, command: Self::Command) -> Decision<Self>;

    /// Notifies others, and counts, after the commit of a call's result.
    fn recorded(&self, before: &Self, ports: &Ports);

    fn reconciling(&self, now: Timestamp) -> Self::Command;

    /// Reports the unsettled documents, oldest first, as metrics.
    fn measure(
        ports: &Ports,
        unsettled: &[Self],
        now: Timestamp,
    ) -> impl Future<Output = Result<(), Unavailable>> + Send;
}

/// The loop of one type of document. A cancelled step does not cancel running jobs.
#[derive(Clone)]
pub(crate) struct Drive<W: Unsettled> {
    ports: Ports,
    jobs: Arc<Mutex<Jobs<W::Id>>>,
}

impl<W: Unsettled> Drive<W> {
    pub(crate) fn new(ports: Ports) -> Self {
        Self { ports, jobs: Arc::default() }
    }

    /// Starts due work; returns 1 when a job has finished or work has arrived, 0 without any.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let (ports, queue) = (&self.ports, W::work(&self.ports));
        let mut jobs = self.jobs.lock().await;
        let now = ports.clock.now();
        let found: Vec<W> = if jobs.is_scan_due(queue.needs_scan(), now) {
            queue.clear();
            let with_task = Query::on("with_task").equals(true).limit(SCAN_SIZE);
            let found: Vec<W> = ports.store.query(with_task).await?;
            jobs.scanned(found.iter().map(W::id), queue, now);
            found
        } else {
            let queued = queue.take(jobs.capacity());
            let found = ports.store.find_all(jobs.startable(queued)).await?;
            found.into_iter().flatten().collect()
        };
        for work in found {
            jobs.start(work.id(), now, |attempts| drive(ports.clone(), work, attempts));
        }
        if jobs.is_empty() {
            return Ok(0);
        }
        tokio::select! {
            biased;
            finished = jobs.next() => jobs.finished(finished, queue, ports.clock.now()),
            () = queue.notified() => {}
        }
        // Jobs recorded in the same commit have finished too.
        while let Some(Some(finished)) = jobs.next().now_or_never() {
            jobs.finished(Some(finished), queue, ports.clock.now());
        }
        Ok(1)
    }

    pub(crate) async fn wait(&self) {
        let clock = &self.ports.clock;
        let due_at = self.jobs.lock().await.due_at(clock.now());
        tokio::select! {
            biased;
            () = clock.sleep_until(due_at) => {}
            () = W::work(&self.ports).notified() => {}
        }
    }
}

async fn drive<W: Unsettled>(ports: Ports, work: W, attempts: u32) -> (W::Id, JobResult) {
    let id = work.id();
    // The response to an earlier call, by this process or another, may have been lost.
    let age = ports.clock.now().since(work.began_at());
    let doubt = attempts > 0 || age >= UNSETTLED_AFTER;
    let trace = work.trace();
    let calls = Box::pin(drive_calls(ports, work, doubt));
    let result = match trace {
        None => calls.await,
        Some((trace, span)) => with_trace(span.place().unwrap_or(trace), calls).await,
    };
    (id, result)
}

async fn drive_calls<W: Unsettled>(ports: Ports, mut work: W, mut doubt: bool) -> JobResult {
    let id = work.id();
    while work.has_task() {
        let command = match work.call(&ports, doubt).await {
            Ok(Called::Apply(command)) => command,
            Ok(Called::Recorded(result)) => return result,
            Err(unavailable) => {
                let (kind, error) = (W::NAME, unavailable.chain());
                tracing::warn!(kind, %id, error, "result of a call to the provider is unknown");
                return JobResult::Retry;
            }
        };
        let recording = move |tx: &mut Tx<'_>| W::apply(tx, id, command.clone());
        let failed = "result of a call to the provider was not recorded";
        let Ok(Some(recorded)) = ports.decide(W::NAME, id, failed, recording).await else {
            return JobResult::Retry;
        };
        recorded.recorded(&work, &ports);
        if recorded == work && work.has_task() {
            return JobResult::Retry;
        }
        (work, doubt) = (recorded, false);
    }
    JobResult::Done
}
