//! A whole process: binds, serves, waits for a signal, drains, ends.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use bus::Bus;
use metrics_exporter_prometheus::PrometheusHandle;
use sources::{Clock, Ids};
use store::Unavailable;
use tokio::net::TcpSocket;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use web::session::{Revocations, Verifier};
use web::{Impact, RateLimits, ReadyCheck, SeenStorage, Sessions};

use crate::configuration::process_settings::ProcessSettings;
use crate::lifecycle::engines::Engines;
use crate::lifecycle::niceness;
use crate::lifecycle::server::{DRAIN_MAX, LoopDriver, Running, ServerOptions, serve};
use crate::observability::metric_descriptions;
use crate::observability::state_metrics::StateMetrics;
use crate::observability::telemetry;
use crate::observability::traces::ExportSpans;
use crate::platform::Platform;
use crate::service::Service;
use crate::sessions::session_key::rotation::FollowKeys;
use crate::sessions::session_key::{CurrentKey, KeyFile, KeyRing};

/// Connections that may wait to be accepted: the first second of a sale. The system may allow fewer
/// (`net.core.somaxconn`, 4,096 on Linux); the client's system retries a rejected one a second
/// later.
const BACKLOG: u32 = 4_096;

/// Timeout of the bus in the readiness check: less than the timeout of the probe, which is a second
/// by default in Kubernetes.
const BUS_CHECK_MAX: Duration = Duration::from_millis(500);

/// A process with a bound port and its engines, on which its services are opened.
pub struct Process {
    listener: TcpListener,
    engines: Engines,
    clock: Clock,
    ids: Ids,
    sessions: Sessions,
    signing: Option<CurrentKey>,
    follow_keys: FollowKeys,
    metrics: PrometheusHandle,
    spans: Option<ExportSpans>,
    workers: usize,
    limits: RateLimits,
}

/// Why a process cannot start, or cannot continue.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process listens on the port.
    #[error("port {port} on {host} is in use (choose another with --port)")]
    PortInUse {
        /// The address.
        host: IpAddr,
        /// The port.
        port: u16,
    },
    /// The address cannot be used.
    #[error("cannot listen on {host} port {port}")]
    CannotListen {
        /// The address.
        host: IpAddr,
        /// The port.
        port: u16,
        /// The cause.
        source: std::io::Error,
    },
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
        std::io::ErrorKind::AddrInUse => StartError::PortInUse { host, port },
        _ => StartError::CannotListen { host, port, source },
    })
}

/// Runs services until SIGINT or SIGTERM; calls `started` once they serve.
///
/// # Errors
/// [`StartError`] when they cannot be started, or when an essential part has ended: then the
/// process must be restarted.
pub async fn run(
    services: Vec<Service>,
    options: ServerOptions,
    started: impl FnOnce(&Running),
) -> Result<(), StartError> {
    let cannot = |error| Unavailable::caused_by("cannot wait for signals", error);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot)?;
    let running = serve(services, options)?;
    started(&running);
    let ended = tokio::select! {
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        broken = running.broken() => Err(broken.into()),
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
    let runtime = builder.enable_all().on_thread_start(niceness::lower_priority).build();
    Ok(runtime.map_err(|error| Unavailable::caused_by("cannot start threads", error))?)
}

impl Process {
    /// Starts metrics, and the recording of spans if it is enabled, as the program `name`; the keys
    /// of this file verify sessions, and sign them where it is a private one.
    ///
    /// # Errors
    /// [`Unavailable`] when the system provides no random numbers, or this process has started
    /// metrics before.
    pub fn new(
        name: &str,
        settings: &ProcessSettings,
        listener: TcpListener,
        engines: Engines,
        (key_file, keys): (KeyFile, KeyRing),
    ) -> Result<Self, Unavailable> {
        let clock = Clock::System;
        let ids = Ids::random();
        let ids = ids.map_err(|error| Unavailable::caused_by("cannot generate ids", error))?;
        let sessions = Sessions {
            verifier: Verifier::new(&keys.public),
            revocations: Revocations::default(),
            cookie: settings.cookie(),
            clock: clock.clone(),
            cors_origins: settings.cors_origins.clone(),
            seen_storage: if engines.are_embedded() {
                SeenStorage::memory()
            } else {
                SeenStorage::Cookies
            },
        };
        let signing = keys.signing.as_ref().map(CurrentKey::from);
        let (followed, own_clock) = (sessions.clone(), clock.clone());
        let follow_keys = FollowKeys::new(key_file, keys, followed, signing.clone(), own_clock);
        let metrics = telemetry::measure()?;
        let spans = ExportSpans::start(&settings.traces, name)?;
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let workers = if settings.workers == 0 { cores } else { settings.workers };
        Ok(Self {
            listener,
            engines,
            clock,
            ids,
            sessions,
            signing,
            follow_keys,
            metrics,
            spans,
            workers,
            limits: settings.limits.rates(settings.mode),
        })
    }

    /// The platform of the service with this name.
    #[must_use]
    pub fn platform(&self, name: &str) -> Platform {
        Platform {
            engine: self.engines.store(name),
            bus: self.engines.bus().clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            sessions: self.sessions.clone(),
        }
    }

    /// The key that signs sessions, which follows its file; `None` when this process has only
    /// public keys.
    #[must_use]
    pub fn signing_key(&self) -> Option<CurrentKey> {
        self.signing.clone()
    }

    /// The engines of the process.
    #[must_use]
    pub fn engines(&self) -> &Engines {
        &self.engines
    }

    /// Runs services until SIGINT or SIGTERM; calls `started` once they serve.
    ///
    /// # Errors
    /// As [`run`].
    pub async fn run(
        self,
        mut services: Vec<Service>,
        started: impl FnOnce(&Running),
    ) -> Result<(), StartError> {
        for service in &services {
            metric_descriptions::describe(service.metrics);
        }
        let own_store = |service: &Service| Some((service.name, service.stores.first()?.0.clone()));
        let observed = services.iter().filter_map(own_store).collect();
        let observe = StateMetrics::new(observed, self.engines.bus().clone(), self.clock.clone());
        if let Some(first) = services.first_mut() {
            first.checks.push(bus_check(self.engines.bus().clone()));
            first.loops.push(crate::steps!("process.observe", observe));
            first.loops.push(crate::steps!("process.follow_keys", self.follow_keys));
            if let Some(spans) = &self.spans {
                first.loops.push(crate::steps!("process.export_spans", spans.clone()));
            }
        }
        let options = ServerOptions {
            listener: self.listener,
            workers: self.workers,
            sessions: self.sessions,
            clock: self.clock,
            ids: self.ids,
            metrics: Some(self.metrics),
            loops: LoopDriver::Background,
            limits: self.limits,
            drain: DRAIN_MAX,
            timeouts: crate::http_server::http::TIMEOUTS,
        };
        let ended = run(services, options, started).await;
        if let Some(spans) = self.spans {
            spans.flush().await;
        }
        self.engines.close().await;
        ended
    }
}

/// Checks that the bus responds. An outage of the bus does not make a ready process unready:
/// committed messages wait in the outbox.
fn bus_check(bus: Bus) -> ReadyCheck {
    let check = move || {
        let bus = bus.clone();
        let asking: web::health::CheckFuture = Box::pin(async move {
            let asking = tokio::time::timeout(BUS_CHECK_MAX, bus.lag());
            let late =
                |_| Unavailable::new(format!("no response of the bus within {BUS_CHECK_MAX:?}"));
            asking.await.map_err(late)?.map(|_| ())
        });
        asking
    };
    ReadyCheck { name: "bus".to_owned(), impact: Impact::Degraded, check: Arc::new(check) }
}
