//! HTTP and the loops of some services: started together, stopped in the order that loses nothing.

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
use web::{Closing, RateLimits, Sessions};

use crate::http_server::application::{ApiDocument, Application, ApplicationContext};
use crate::http_server::connection_timeouts::ConnectionTimeouts;
use crate::{Loop, Service, http};

/// Time for running requests at the stop: a commit takes milliseconds; clients repeat others.
pub const DRAIN_MAX: Duration = Duration::from_secs(5);

/// Time for loops to complete their step.
const STEPS_MAX: Duration = Duration::from_secs(5);

/// Time for committers to write their queues: a full queue is eight batches.
const COMMITS_MAX: Duration = Duration::from_secs(5);

/// Options of a server, beside its services.
pub struct ServerOptions {
    /// The listening socket.
    pub listener: TcpListener,
    /// Threads that serve requests.
    pub workers: usize,
    /// Verification of sessions.
    pub sessions: Sessions,
    /// The process's clock.
    pub clock: Clock,
    /// The source of request ids.
    pub ids: Ids,
    /// Renders the metrics.
    pub metrics: Option<PrometheusHandle>,
    /// Whether the loops run by themselves, or a test steps them.
    pub loops: LoopDriver,
    /// The rate limits.
    pub limits: RateLimits,
    /// Time for running requests at the stop, in whole seconds; [`DRAIN_MAX`] except in tests.
    pub drain: Duration,
    /// Timeouts of connections; [`crate::http_server::http::TIMEOUTS`] except in tests.
    pub timeouts: ConnectionTimeouts,
}

/// The driver of the background loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoopDriver {
    /// The server.
    Background,
    /// A test, step by step.
    Manual,
}

/// Running services.
pub struct Running {
    /// The bound address.
    pub address: SocketAddr,
    http: ServerHandle,
    closing: Closing,
    http_ended: CancellationToken,
    stop: CancellationToken,
    background: JoinSet<()>,
    /// The background loops, to be stepped by a test.
    pub loops: Vec<Loop>,
    stores: Vec<(&'static str, Store)>,
    committers: Vec<CommitterThread>,
}

struct CommitterThread {
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
            committers.push(CommitterThread::start(committer)?);
        }
    }
    let cannot = |error| Unavailable::caused_by("cannot start the HTTP server", error);
    let address = options.listener.local_addr().map_err(cannot)?;
    if let Some(metrics) = &options.metrics {
        loops.push(Loop::metrics(metrics.clone(), options.clock.clone()));
    }
    let surroundings = ApplicationContext {
        checks,
        metrics: options.metrics,
        sessions: options.sessions,
        clock: options.clock,
        ids: options.ids,
        limits: options.limits,
    };
    let documented = ApiDocument::of(&routes)?;
    let application = Application::new(routes, documented, surroundings);
    let closing = application.closing();
    let ServerOptions { listener, workers, drain, timeouts, .. } = options;
    let server = http::start(application, listener, workers, drain, timeouts)?;
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
    if options.loops == LoopDriver::Background {
        for one in &loops {
            background.spawn(one.clone().run(stop.clone()));
        }
    }
    Ok(Running { address, http, closing, http_ended, stop, background, loops, stores, committers })
}

/// The runtime of a committer's timers and connections.
enum CommitterRuntime {
    Own(tokio::runtime::Runtime),
    Process(tokio::runtime::Handle),
}

impl CommitterThread {
    /// Runs a committer on its own thread: an embedded engine blocks it during disk access. On a
    /// shared one it waits for connections, which belong to the runtime of the process.
    fn start(committer: Committer) -> Result<Self, Unavailable> {
        let cannot = |error| Unavailable::caused_by("cannot start a committer", error);
        let cannot_find = |error| Unavailable::caused_by("cannot start a committer", error);
        let source = committer.source();
        let runtime = if committer.is_shared() {
            CommitterRuntime::Process(tokio::runtime::Handle::try_current().map_err(cannot_find)?)
        } else {
            let mut own = tokio::runtime::Builder::new_current_thread();
            CommitterRuntime::Own(own.enable_time().build().map_err(cannot)?)
        };
        let ended = CancellationToken::new();
        let guard = ended.clone().drop_guard();
        let thread = std::thread::Builder::new()
            .name(format!("{source} committer"))
            .spawn(move || {
                match runtime {
                    CommitterRuntime::Own(runtime) => runtime.block_on(committer.run()),
                    CommitterRuntime::Process(runtime) => runtime.block_on(committer.run()),
                }
                drop(guard);
            })
            .map_err(cannot)?;
        Ok(Self { source, thread, ended })
    }
}

impl Running {
    /// The store of a service.
    #[must_use]
    pub fn store(&self, service: &str) -> Option<&Store> {
        self.stores.iter().find(|(name, _)| *name == service).map(|(_, store)| store)
    }

    /// Returns when an essential part has ended.
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

    /// Ends at once, for tests of crashes: loops are cancelled anywhere, requests receive no
    /// response. Returns when all parts have ended: one could write to stores of the next start.
    pub async fn kill(mut self) {
        self.background.shutdown().await;
        self.http.stop(false).await;
        for (_, store) in &self.stores {
            store.close();
        }
        join_all(self.committers.iter().map(|committing| committing.ended.cancelled())).await;
    }

    /// Stops, each part within a bound: no new connections; requests are completed while loops run,
    /// since some wait for one; loops complete a step; stores close; committers write queues.
    pub async fn stop(mut self) {
        self.closing.close();
        self.http.stop(true).await;
        sources::crash::point("during_shutdown");
        self.stop.cancel();
        let ended = async { while self.background.join_next().await.is_some() {} };
        if tokio::time::timeout(STEPS_MAX, ended).await.is_err() {
            tracing::warn!(
                "some background work did not end in time; it continues at the next start"
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
                "some decisions could not be written in time; none of them was acknowledged"
            );
        }
        for CommitterThread { source, thread, ended } in self.committers {
            if ended.is_cancelled() && thread.join().is_err() {
                tracing::error!(source, "a committer panicked");
            }
        }
    }
}
