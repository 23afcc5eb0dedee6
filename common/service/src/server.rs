//! HTTP and the background loops of some services: started together, stopped in the order that loses nothing.

use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use futures::StreamExt as _;
use futures::future::join_all;
use futures::stream::FuturesUnordered;
use metrics_exporter_prometheus::PrometheusHandle;
use sources::{Clock, Ids};
use store::{Committer, Store, Unavailable};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use web::{RateLimits, Sessions};

use crate::application::{Application, Documented, Surroundings};
use crate::bounded::Patience;
use crate::http::{self, HttpOptions};
use crate::loops::Loop;
use crate::service::Service;

/// Time that requests under way are given when a process stops: a commit takes milliseconds, and the client of a slower request
/// repeats it with its idempotency key.
pub const DRAIN_MAX: Duration = Duration::from_secs(5);

/// Time that loops are given to end their step.
const STEPS_MAX: Duration = Duration::from_secs(5);

/// Time that committers are given to write what waits: a full queue is eight batches.
const COMMITS_MAX: Duration = Duration::from_secs(5);

/// What a server is started with, beside its services.
pub struct ServerOptions {
    /// What it listens on.
    pub listener: TcpListener,
    /// Threads that answer requests.
    pub workers: usize,
    /// What sessions are verified with.
    pub sessions: Sessions,
    /// The present time.
    pub clock: Clock,
    /// The source of request ids.
    pub ids: Ids,
    /// Renders the metrics.
    pub metrics: Option<PrometheusHandle>,
    /// Whether the loops run by themselves, or are stepped by a test.
    pub loops: Driven,
    /// What is taken at the most.
    pub limits: RateLimits,
    /// Time that requests under way are given when the server stops; in whole seconds, [`DRAIN_MAX`] but in tests.
    pub drain: Duration,
    /// How long a client is waited for; [`crate::http::PATIENCE`] but in tests.
    pub patience: Patience,
}

/// Who drives the background loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driven {
    /// The server.
    InBackground,
    /// Whoever started it, step by step.
    ByHand,
}

/// Services that run.
pub struct Running {
    address: SocketAddr,
    http: ServerHandle,
    http_ended: CancellationToken,
    stop: CancellationToken,
    background: JoinSet<()>,
    loops: Vec<Loop>,
    stores: Vec<(&'static str, Store)>,
    committers: Vec<Committing>,
}

/// A committer on its thread.
struct Committing {
    source: &'static str,
    thread: JoinHandle<()>,
    ended: CancellationToken,
}

/// Starts services: first their committers, then HTTP, then their background loops.
///
/// # Errors
/// [`Unavailable`] when a thread or the HTTP server cannot be started.
pub fn serve(services: Vec<Service>, options: ServerOptions) -> Result<Running, Unavailable> {
    let (mut routes, mut loops, mut checks) = (Vec::new(), Vec::new(), Vec::new());
    let (mut stores, mut committers) = (Vec::new(), Vec::new());
    for service in services {
        routes.push(service.routes);
        loops.extend(service.loops);
        checks.extend(service.checks);
        for (store, committer) in service.stores {
            stores.push((service.name, store));
            committers.push(Committing::start(committer)?);
        }
    }
    let cannot = |error| Unavailable::caused_by("cannot start the HTTP server", error);
    let address = options.listener.local_addr().map_err(cannot)?;
    if let Some(metrics) = &options.metrics {
        loops.push(Loop::metrics(metrics.clone(), options.clock.clone()));
    }
    let surroundings = Surroundings {
        checks,
        metrics: options.metrics,
        sessions: options.sessions,
        clock: options.clock,
        ids: options.ids,
        limits: options.limits,
    };
    let documented = Documented::of(&routes)?;
    let application = Application::new(routes, documented, surroundings);
    let answering = HttpOptions {
        listener: options.listener,
        workers: options.workers,
        drain: options.drain,
        patience: options.patience,
    };
    let server = http::start(application, answering)?;
    let http = server.handle();
    let stop = CancellationToken::new();
    let http_ended = CancellationToken::new();
    let ended = http_ended.clone().drop_guard();
    let mut background = JoinSet::new();
    background.spawn(async move {
        let _ended = ended;
        if let Err(error) = server.await {
            tracing::error!(%error, "the HTTP server ended");
        }
    });
    if options.loops == Driven::InBackground {
        for one in &loops {
            background.spawn(one.clone().run(stop.clone()));
        }
    }
    Ok(Running { address, http, http_ended, stop, background, loops, stores, committers })
}

/// What moves a committer's timers and connections.
enum Driver {
    Own(tokio::runtime::Runtime),
    Process(tokio::runtime::Handle),
}

impl Committing {
    /// Runs a committer on a thread of its own, since an embedded engine blocks it while the disk works. One on a shared engine
    /// waits there for connections, which the runtime that they were made in moves on.
    fn start(committer: Committer) -> Result<Self, Unavailable> {
        let cannot = |error| Unavailable::caused_by("cannot start a committer", error);
        let cannot_find = |error| Unavailable::caused_by("cannot start a committer", error);
        let source = committer.source();
        let runtime = if committer.is_shared() {
            Driver::Process(tokio::runtime::Handle::try_current().map_err(cannot_find)?)
        } else {
            let mut own = tokio::runtime::Builder::new_current_thread();
            Driver::Own(own.enable_time().build().map_err(cannot)?)
        };
        let ended = CancellationToken::new();
        let guard = ended.clone().drop_guard();
        let thread = std::thread::Builder::new()
            .name(format!("{source} committer"))
            .spawn(move || {
                match runtime {
                    Driver::Own(runtime) => runtime.block_on(committer.run()),
                    Driver::Process(runtime) => runtime.block_on(committer.run()),
                }
                drop(guard);
            })
            .map_err(cannot)?;
        Ok(Self { source, thread, ended })
    }
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The background loops, to be stepped by hand.
    #[must_use]
    pub fn loops(&self) -> &[Loop] {
        &self.loops
    }

    /// The store of a service, for tests that look into it.
    #[must_use]
    pub fn store(&self, service: &str) -> Option<&Store> {
        self.stores.iter().find(|(name, _)| *name == service).map(|(_, store)| store)
    }

    /// Returns when something ended that should only end with the process: nothing works any more without it.
    pub async fn broken(&self) -> Unavailable {
        let http = async {
            self.http_ended.cancelled().await;
            Unavailable::new("the HTTP server has ended")
        };
        let committers = self.committers.iter().map(|committing| {
            Box::pin(async {
                committing.ended.cancelled().await;
                Unavailable::new(format!("the committer of {} has ended", committing.source))
            })
        });
        let committers: FuturesUnordered<_> = committers.collect();
        let committer = async {
            match committers.into_future().await {
                (Some(unavailable), _) => unavailable,
                (None, _) => std::future::pending().await,
            }
        };
        tokio::select! {
            unavailable = http => unavailable,
            unavailable = committer => unavailable,
        }
    }

    /// Ends at once, for tests of crashes: loops are cut off wherever they are, requests get no answer. Returns when nothing
    /// of it runs any more, since in one process the dead could still write what the next one opens.
    pub async fn kill(mut self) {
        self.background.shutdown().await;
        self.http.stop(false).await;
        for (_, store) in &self.stores {
            store.close();
        }
        join_all(self.committers.iter().map(|committing| committing.ended.cancelled())).await;
    }

    /// Stops, each part within a bound: no new connections; requests under way are finished, while the loops still run,
    /// since some wait for one; loops end their step; stores take no more decisions; committers write what waits.
    pub async fn stop(mut self) {
        self.http.stop(true).await;
        sources::crash::point("during_shutdown");
        self.stop.cancel();
        let ended = async { while self.background.join_next().await.is_some() {} };
        if tokio::time::timeout(STEPS_MAX, ended).await.is_err() {
            tracing::warn!(
                "some background work did not end in time; it goes on at the next start"
            );
            self.background.abort_all();
        }
        for (_, store) in &self.stores {
            store.close();
        }
        let ended = join_all(self.committers.iter().map(|committing| committing.ended.cancelled()));
        let all_ended = tokio::time::timeout(COMMITS_MAX, ended).await.is_ok();
        if !all_ended {
            tracing::error!(
                "some decisions could not be written in time; nobody was told they were"
            );
        }
        for Committing { source, thread, ended } in self.committers {
            if ended.is_cancelled() && thread.join().is_err() {
                tracing::error!(source, "a committer panicked");
            }
        }
    }
}
