//! The connection: established once within a bound, then kept up and monitored.

use std::error::Error;
use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::Context;
use async_nats::jetstream::context::ContextBuilder;
use async_nats::{Client, ConnectErrorKind, ConnectOptions, Event, ServerAddr};
use contract::Backoff;
use percent_encoding::percent_decode_str;
use store::Unavailable;
use tokio::sync::watch;

use super::names::Names;
use super::settings::JetStreamSettings;

/// Backoff before reconnecting; the longest pause bounds the delay after a server's return.
const RECONNECT: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(1));

/// Period of pings. A connection that misses two of them is closed.
const PING_PERIOD: Duration = Duration::from_secs(2);

/// A connection to JetStream. Clones share it.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) jetstream: Context,
    /// Changes with every reconnection: requests sent before it are lost.
    pub(super) connects: watch::Receiver<u64>,
    response_max: Duration,
    /// Hosts and ports, without passwords.
    pub(super) hosts: String,
}

impl Connection {
    /// Connects, waiting for a starting server.
    pub(super) async fn open(settings: &JetStreamSettings) -> Result<Self, Unavailable> {
        let addresses = addresses(&settings.url)?;
        let host = |address: &ServerAddr| format!("{}:{}", address.host(), address.port());
        let hosts = addresses.iter().map(host).collect::<Vec<_>>().join(",");
        let (connected, connects) = watch::channel(0);
        let connecting = async || {
            let options = options(settings, &addresses, connected.clone())?;
            options.connect(&addresses[..]).await.map_err(|error| {
                let (hint, wrap): (_, fn(Unavailable) -> StartError) = match error.kind() {
                    ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => (
                        ": the user is rejected; check the user and password in NATS_URL, or the credentials",
                        StartError::Permanent,
                    ),
                    ConnectErrorKind::ServerParse | ConnectErrorKind::Tls => ("", StartError::Permanent),
                    ConnectErrorKind::Dns
                    | ConnectErrorKind::TimedOut
                    | ConnectErrorKind::Io
                    | ConnectErrorKind::MaxReconnects => {
                        (": check NATS_URL and that the server runs", StartError::Transient)
                    }
                };
                let operation = format!("cannot connect to NATS at {hosts}{hint}");
                wrap(Unavailable::caused_by(operation, error))
            })
        };
        let client = retry_until(settings.connect_max, connecting).await?;
        let jetstream = ContextBuilder::new().timeout(settings.response_max).build(client.clone());
        Ok(Self { client, jetstream, connects, response_max: settings.response_max, hosts })
    }

    /// Whether the connection is up, as far as is known.
    pub(super) fn is_up(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    /// Sends a request and waits for the response, within a bound. Without a connection it fails at
    /// once: the client would queue the request and send it after the reconnection, long after its
    /// failure was reported.
    pub(super) async fn request<T, E: Into<Box<dyn Error + Send + Sync>>>(
        &self,
        operation: impl Display,
        asking: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Unavailable> {
        if !self.is_up() {
            return Err(Unavailable::new(format!("{operation}: NATS at {} is away", self.hosts)));
        }
        match tokio::time::timeout(self.response_max, asking).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(Unavailable::caused_by(operation.to_string(), error)),
            Err(_) => Err(self.timed_out(operation)),
        }
    }

    pub(super) fn timed_out(&self, operation: impl Display) -> Unavailable {
        let (hosts, bound) = (&self.hosts, self.response_max);
        Unavailable::new(format!("{operation}: NATS at {hosts} did not respond within {bound:?}"))
    }
}

#[derive(derive_more::From)]
pub(super) enum StartError {
    /// Retrying cannot help.
    Permanent(Unavailable),
    /// The server may be starting.
    #[from]
    Transient(Unavailable),
}

/// Retries until success, a permanent failure, or the bound.
pub(super) async fn retry_until<T>(
    bound: Duration,
    attempt: impl AsyncFn() -> Result<T, StartError>,
) -> Result<T, Unavailable> {
    let deadline = tokio::time::Instant::now() + bound;
    let mut pauses = RECONNECT.pauses();
    loop {
        let unavailable = match attempt().await {
            Ok(done) => return Ok(done),
            Err(StartError::Permanent(unavailable)) => return Err(unavailable),
            Err(StartError::Transient(unavailable)) => unavailable,
        };
        let in_time = |pause: &Duration| tokio::time::Instant::now() + *pause <= deadline;
        let Some(pause) = pauses.next().filter(in_time) else { return Err(unavailable) };
        tracing::debug!(error = unavailable.chain(), "the broker is not ready yet");
        tokio::time::sleep(pause).await;
    }
}

fn addresses(url: &str) -> Result<Vec<ServerAddr>, Unavailable> {
    let parse = |one: &str| one.trim().parse::<ServerAddr>();
    let parsed: Result<Vec<ServerAddr>, _> = url.split(',').map(parse).collect();
    parsed.map_err(|error| {
        Unavailable::caused_by("cannot read NATS_URL, such as nats://localhost:4222", error)
    })
}

fn options(
    settings: &JetStreamSettings,
    addresses: &[ServerAddr],
    connected: watch::Sender<u64>,
) -> Result<ConnectOptions, StartError> {
    let mut options = identified(addresses);
    if let Some(path) = &settings.credentials {
        let cannot = |error| {
            let operation = format!("cannot read the NATS credentials {}", path.display());
            StartError::Permanent(Unavailable::caused_by(operation, error))
        };
        let text = std::fs::read_to_string(path).map_err(cannot)?;
        options = options.credentials(&text).map_err(cannot)?;
    }
    Ok(options
        .name("boxoffice")
        // A user that may read all inboxes could read the responses to others.
        .custom_inbox_prefix(Names::new(settings.prefix.clone()).inbox_prefix(settings.user))
        .connection_timeout(settings.response_max)
        .request_timeout(Some(settings.response_max))
        .max_reconnects(None)
        .ping_interval(PING_PERIOD)
        .reconnect_delay_callback(|attempt| {
            RECONNECT.pause(u32::try_from(attempt).unwrap_or(u32::MAX).saturating_add(1))
        })
        .event_callback(move |event| {
            log_event(&event, &connected);
            std::future::ready(())
        }))
}

/// Authenticates with the user of the first address that has one: the client itself ignores users
/// in addresses.
fn identified(addresses: &[ServerAddr]) -> ConnectOptions {
    let options = ConnectOptions::new();
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let Some((user, address)) =
        addresses.iter().find_map(|address| Some((address.username()?, address)))
    else {
        return options;
    };
    match address.password() {
        Some(password) => options.user_and_password(plain(user), plain(password)),
        None => options.token(plain(user)),
    }
}

/// Logs events. A missing permission is visible only here: such a request has no response.
fn log_event(event: &Event, connected: &watch::Sender<u64>) {
    match event {
        Event::Connected => {
            tracing::info!("connected to the broker");
            connected.send_modify(|times| *times += 1);
        }
        Event::Disconnected => {
            tracing::warn!("the broker is away; reconnecting");
        }
        Event::ServerError(error) => tracing::error!(%error, "the broker rejected an operation"),
        Event::ClientError(error) => tracing::debug!(%error, "the connection to the broker failed"),
        Event::SlowConsumer(_) => tracing::warn!("messages arrive faster than they are read"),
        Event::LameDuckMode => tracing::info!("the broker is shutting down"),
        Event::Draining | Event::Closed => tracing::debug!("the connection to the broker ends"),
    }
}
