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

use crate::engines::Engines;
use crate::measurements;
use crate::observing::Observe;
use crate::priority;
use crate::process_settings::ProcessSettings;
use crate::server::{DRAIN_MAX, Driven, Running, ServerOptions, serve};
use crate::service::{Platform, Service};
use crate::session_key::rotation::FollowKeys;
use crate::session_key::{CurrentKey, KeyFile, KeyRing};
use crate::telemetry;
use crate::traces::ExportSpans;

/// Connections that may wait to be accepted: the second in which an on-sale opens. The system may allow fewer
/// (`net.core.somaxconn`, 4,096 on Linux); one too many is tried again by its client's system a second later.
const BACKLOG: u32 = 4_096;

/// Time that the bus is given to answer when somebody asks whether the process is ready: less than who asks waits, which is a
/// second by default in Kubernetes.
const BUS_ANSWER_MAX: Duration = Duration::from_millis(500);

/// A process whose port is bound and whose engines are there: what its services are opened on.
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

/// Why a process cannot start, or cannot go on; one line for the person who started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process listens there.
    #[error("port {port} on {host} is in use (choose another with --port)")]
    PortInUse {
        /// The address.
        host: IpAddr,
        /// The port.
        port: u16,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {host} port {port}: {source}")]
    CannotListen {
        /// The address.
        host: IpAddr,
        /// The port.
        port: u16,
        /// Why.
        source: std::io::Error,
    },
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDir(#[from] crate::data_dir::DataDirError),
    /// Something that is needed does not answer.
    #[error("{}", .0.chain())]
    Unavailable(#[from] Unavailable),
}

/// Binds the port, before anything else is started.
///
/// # Errors
/// [`StartError::PortInUse`], [`StartError::CannotListen`].
pub async fn bind(host: IpAddr, port: u16) -> Result<TcpListener, StartError> {
    // Opening a listener needs the runtime that the caller awaits this in.
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

/// Runs services until SIGINT or SIGTERM; `started` is told once they serve.
///
/// # Errors
/// [`StartError`] when they cannot be started, or when a part ended that nothing works without: then the process is to
/// be started anew.
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

/// The runtime of a whole process: on several threads, since some of what runs on it keeps a thread busy for milliseconds. What
/// runs there is in the background; requests and commits have threads of their own.
///
/// # Errors
/// [`StartError::Unavailable`] when its threads cannot be started.
pub fn runtime() -> Result<Runtime, StartError> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().on_thread_start(priority::step_back).build();
    Ok(runtime.map_err(|error| Unavailable::caused_by("cannot start threads", error))?)
}

impl Process {
    /// Starts measuring, and recording spans if they are wanted, as the program `name`; sessions are verified, and
    /// signed where it is a private one, with what this file holds.
    ///
    /// # Errors
    /// [`Unavailable`] when the system gives no random numbers, or this process has started measuring before.
    pub fn new(
        name: &str,
        settings: &ProcessSettings,
        listener: TcpListener,
        engines: Engines,
        (key_file, keys): (KeyFile, KeyRing),
    ) -> Result<Self, Unavailable> {
        let clock = Clock::System;
        let ids = Ids::random();
        let ids = ids.map_err(|error| Unavailable::caused_by("cannot make ids", error))?;
        let sessions = Sessions {
            verifier: Verifier::new(&keys.public),
            revocations: Revocations::default(),
            cookie: settings.cookie,
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
            limits: settings.limits,
        })
    }

    /// What a service of this name is given.
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

    /// The key that sessions are signed with, as it is now and will be; `None` when this process has only public halves.
    #[must_use]
    pub fn signing_key(&self) -> Option<CurrentKey> {
        self.signing.clone()
    }

    /// The engines that the process runs on.
    #[must_use]
    pub fn engines(&self) -> &Engines {
        &self.engines
    }

    /// Runs services until SIGINT or SIGTERM; `started` is told once they serve.
    ///
    /// # Errors
    /// As [`run`].
    pub async fn run(
        self,
        mut services: Vec<Service>,
        started: impl FnOnce(&Running),
    ) -> Result<(), StartError> {
        for service in &services {
            measurements::describe(service.metrics);
        }
        let own_store = |service: &Service| Some((service.name, service.stores.first()?.0.clone()));
        let observed = services.iter().filter_map(own_store).collect();
        let observe = Observe::new(observed, self.engines.bus().clone(), self.clock.clone());
        if let Some(first) = services.first_mut() {
            first.checks.push(bus_answers(self.engines.bus().clone()));
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
            loops: Driven::InBackground,
            limits: self.limits,
            drain: DRAIN_MAX,
            patience: crate::http::PATIENCE,
        };
        let ended = run(services, options, started).await;
        if let Some(spans) = self.spans {
            spans.flush().await;
        }
        self.engines.close().await;
        ended
    }
}

/// The bus answers. A process that has been ready stays so without it: what it commits waits in the outbox.
fn bus_answers(bus: Bus) -> ReadyCheck {
    let check = move || {
        let bus = bus.clone();
        let asking: web::health::CheckFuture = Box::pin(async move {
            let asking = tokio::time::timeout(BUS_ANSWER_MAX, bus.lag());
            let late = |_| Unavailable::new(format!("no answer of the bus in {BUS_ANSWER_MAX:?}"));
            asking.await.map_err(late)?.map(|_| ())
        });
        asking
    };
    ReadyCheck { name: "bus".to_owned(), impact: Impact::Degraded, check: Arc::new(check) }
}
