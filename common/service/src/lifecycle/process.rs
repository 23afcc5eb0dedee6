//! A whole process: binds, serves, waits for a signal, drains, ends.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::num::NonZero;
use std::time::Duration;

use bus::Bus;
use sources::{Clock, Ids};
use store::Unavailable;
use tokio::net::TcpSocket;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use web::session::{Revocations, Verifier};
use web::{Impact, ReadyCheck, SeenStorage, Sessions};

use crate::configuration::process_settings::ProcessSettings;
use crate::http_server::http::TIMEOUTS;
use crate::lifecycle::server::{DRAIN_MAX, LoopDriver, Running, ServerOptions, serve};
use crate::observability::state_metrics::{self, StateMetrics};
use crate::observability::traces::{self, ExportSpans};
use crate::sessions::session_key::rotation::{self, FollowKeys};
use crate::{
    CurrentKey, Engines, KeyFile, KeyRing, Loop, Platform, Service, metric_descriptions, telemetry,
};

/// Connections that may wait to be accepted: the first second of a sale. The system may allow fewer
/// (`net.core.somaxconn`, 4,096 on Linux); a client retries a rejected one a second later.
const BACKLOG: u32 = 4_096;

/// Timeout of the bus in the readiness check: below the timeout of a probe, by default a second in
/// Kubernetes.
const BUS_CHECK_MAX: Duration = Duration::from_millis(500);

/// A process with a bound port and its engines, on which its services are opened.
pub struct Process {
    options: ServerOptions,
    /// The engines of the process.
    pub engines: Engines,
    /// The key that signs sessions, which follows its file; `None` for public keys only.
    pub signing: Option<CurrentKey>,
    follow_keys: FollowKeys,
    spans: Option<ExportSpans>,
}

/// Why a process cannot start, or cannot continue.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process listens on the port.
    #[error("port {1} on {0} is in use (choose another with --port)")]
    PortInUse(IpAddr, u16),
    /// The address cannot be used.
    #[error("cannot listen on {0} port {1}")]
    CannotListen(IpAddr, u16, #[source] std::io::Error),
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDir(#[from] crate::lifecycle::data_dir::DataDirError),
    /// A dependency does not respond.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl StartError {
    /// The failed operation and every cause, joined by colons, for standard error.
    #[must_use]
    pub fn chain(&self) -> String {
        store::error_chain(self)
    }
}

/// Binds the port, before anything else starts.
///
/// # Errors
/// [`StartError::PortInUse`], [`StartError::CannotListen`].
pub async fn bind(host: IpAddr, port: u16) -> Result<TcpListener, StartError> {
    // Opening a listener needs the runtime of the caller.
    let listening = async {
        let socket = if host.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::new(host, port))?;
        socket.listen(BACKLOG)?.into_std()
    };
    listening.await.map_err(|source: std::io::Error| match source.kind() {
        std::io::ErrorKind::AddrInUse => StartError::PortInUse(host, port),
        _ => StartError::CannotListen(host, port, source),
    })
}

/// Runs services until SIGINT or SIGTERM; calls `started` once they serve.
///
/// # Errors
/// [`StartError`] at the start, or when an essential part has ended: the process must be restarted.
pub async fn run(
    services: Vec<Service>,
    options: ServerOptions,
    started: impl FnOnce(&Running),
) -> Result<(), StartError> {
    run_for(services, options, until_signal(started)).await.map(|_| ())
}

/// Work that never ends by itself.
fn until_signal(
    started: impl FnOnce(&Running),
) -> impl AsyncFnOnce(&Running) -> Result<Infallible, StartError> {
    async |running: &Running| {
        started(running);
        std::future::pending().await
    }
}

/// Runs services while `work` uses them. Returns its result, or `None` when SIGINT or SIGTERM has
/// ended it early.
async fn run_for<T>(
    services: Vec<Service>,
    options: ServerOptions,
    work: impl AsyncFnOnce(&Running) -> Result<T, StartError>,
) -> Result<Option<T>, StartError> {
    let cannot = |error| Unavailable::caused_by("cannot wait for signals", error);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot)?;
    let running = serve(services, options)?;
    let ended = tokio::select! {
        _ = interrupt.recv() => Ok(None),
        _ = terminate.recv() => Ok(None),
        broken = running.broken() => Err(broken.into()),
        done = work(&running) => done.map(Some),
    };
    tracing::info!("stopping");
    running.stop().await;
    ended
}

/// The runtime of a whole process: on several threads, since some of its tasks occupy a thread for
/// milliseconds. It runs background work; requests and commits have threads of their own.
///
/// # Errors
/// [`StartError::Unavailable`] when its threads cannot be started.
pub fn runtime() -> Result<Runtime, StartError> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().on_thread_start(lower_priority).build();
    Ok(runtime.map_err(|error| Unavailable::caused_by("cannot start threads", error))?)
}

impl Process {
    /// Starts metrics, and the recording of spans if it is enabled, as the program `name`; the keys
    /// of this file verify sessions, and sign them where it is a private one.
    ///
    /// # Errors
    /// [`Unavailable`] without random numbers, or when this process has started metrics before.
    pub fn new(
        name: &str,
        settings: &ProcessSettings,
        listener: TcpListener,
        engines: Engines,
        (key_file, keys): (KeyFile, KeyRing),
    ) -> Result<Self, Unavailable> {
        let no_ids = |error| Unavailable::caused_by("cannot generate ids", error);
        let sessions = Sessions {
            verifier: Verifier::new(&keys.public),
            revocations: Revocations::default(),
            cookie: settings.cookie(),
            clock: Clock::System,
            cors_origins: settings.cors_origins.clone(),
            seen_storage: if engines.are_embedded() {
                SeenStorage::memory()
            } else {
                SeenStorage::Cookies
            },
        };
        let signing = keys.signing.as_ref().map(CurrentKey::from);
        let follow_keys = FollowKeys::new(key_file, keys, sessions.clone(), signing.clone());
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let options = ServerOptions {
            listener,
            workers: if settings.workers == 0 { cores } else { settings.workers },
            sessions,
            clock: Clock::System,
            ids: Ids::random().map_err(no_ids)?,
            metrics: Some(telemetry::measure()?),
            loops: LoopDriver::Background,
            limits: settings.limits.rates(settings.mode),
            drain: DRAIN_MAX,
            timeouts: TIMEOUTS,
        };
        let spans = ExportSpans::start(&settings.traces, name)?;
        Ok(Self { options, engines, signing, follow_keys, spans })
    }

    /// The platform of the service with this name.
    #[must_use]
    pub fn platform(&self, name: &str) -> Platform {
        Platform {
            engine: self.engines.store(name),
            bus: self.engines.bus.clone(),
            clock: self.options.clock.clone(),
            ids: self.options.ids.clone(),
            sessions: self.options.sessions.clone(),
        }
    }

    /// Runs services until SIGINT or SIGTERM; calls `started` once they serve.
    ///
    /// # Errors
    /// As [`run`].
    pub async fn run(
        self,
        services: Vec<Service>,
        started: impl FnOnce(&Running),
    ) -> Result<(), StartError> {
        self.run_for(services, until_signal(started)).await.map(|_| ())
    }

    /// Runs services while `work` uses them. Returns its result, or `None` when SIGINT or SIGTERM
    /// has ended it early.
    ///
    /// # Errors
    /// As [`run`], and the error of `work`.
    pub async fn run_for<T>(
        self,
        mut services: Vec<Service>,
        work: impl AsyncFnOnce(&Running) -> Result<T, StartError>,
    ) -> Result<Option<T>, StartError> {
        self.add_loops(&mut services);
        let ended = run_for(services, self.options, work).await;
        if let Some(spans) = self.spans {
            spans.flush().await;
        }
        self.engines.close().await;
        ended
    }

    /// Adds the loops and the check of the process to the first service.
    fn add_loops(&self, services: &mut [Service]) {
        for service in &*services {
            metric_descriptions::describe(service.metrics);
        }
        let own_store = |service: &Service| Some((service.name, service.stores.first()?.0.clone()));
        let observed = services.iter().filter_map(own_store).collect();
        let observe = StateMetrics::new(observed, self.engines.bus.clone(), Clock::System);
        let Some(first) = services.first_mut() else { return };
        first.checks.push(bus_check(self.engines.bus.clone()));
        let every = |period| (period, Clock::System);
        let period = every(state_metrics::PERIOD);
        let observe = Loop::periodic("process.observe", period, observe, StateMetrics::run_once);
        let (keys, period) = (self.follow_keys.clone(), every(rotation::POLL_PERIOD));
        let step = |keys: FollowKeys| async move { keys.run_once().await };
        let follow_keys = Loop::periodic("process.follow_keys", period, keys, step);
        first.loops.extend([observe, follow_keys]);
        first.loops.extend(self.spans.clone().map(|spans| {
            let (name, period) = ("process.export_spans", every(traces::PERIOD));
            Loop::periodic(name, period, spans, ExportSpans::run_once)
        }));
    }
}

/// Niceness of background threads: each gets a third of the time of a busy request thread, and all
/// of it when those are idle. Never none: messages and deadlines must be processed in time.
#[cfg(target_os = "linux")]
const BACKGROUND_NICENESS: i32 = 5;

/// Lowers the priority of the current thread below threads that serve requests. Only Linux has
/// priorities of threads; elsewhere, and where it is not permitted, all stay equal.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(BACKGROUND_NICENESS);
}

/// Checks that the bus responds. Without it a process is ready: messages wait in the outbox.
fn bus_check(bus: Bus) -> ReadyCheck {
    let check = move || {
        let bus = bus.clone();
        async move {
            let asking = tokio::time::timeout(BUS_CHECK_MAX, bus.lag());
            let late =
                |_| Unavailable::new(format!("no response of the bus within {BUS_CHECK_MAX:?}"));
            asking.await.map_err(late)?.map(|_| ())
        }
    };
    ReadyCheck::new("bus", Impact::Degraded, check)
}
