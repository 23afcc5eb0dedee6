//! The HTTP server of the simulator.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::web::{Data, PayloadConfig};
use actix_web::{App, HttpServer, web};
use contract::Timestamp;
use sources::Clock;
use tokio::task::JoinSet;

use super::app_state::{AppState, Webhook};
use super::{api, challenge, control_api};
use crate::provider::Provider;

/// Maximum size of a request body; a payment intent with full metadata has 30,000 bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Timeout of a client that sends nothing.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(5);

/// How webhook deliveries are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deliveries {
    /// A background task sends them as they become due.
    Background,
    /// Each call of [`Simulator::deliver_due`] sends those that are due.
    Manual,
}

/// Options of the server.
pub struct Options {
    /// Seed of all random values.
    pub seed: u64,
    /// The clock.
    pub clock: Clock,
    /// Destination of events; without one, events wait.
    pub webhook: Option<Webhook>,
    /// How events are sent.
    pub deliveries: Deliveries,
    /// The base URL for browsers; the listening address if `None`.
    pub base: Option<String>,
}

/// A running simulator; dropping it stops the server.
pub struct Simulator {
    address: SocketAddr,
    app: Data<AppState>,
    serving: JoinSet<()>,
}

impl Simulator {
    /// Starts the server with a new provider.
    ///
    /// # Errors
    /// The listener or the TLS library failed.
    pub fn start(listener: TcpListener, options: Options) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let mut provider = Provider::seeded(options.seed);
        provider.base = options.base.unwrap_or_else(|| format!("http://{address}"));
        let app = AppState::new(provider, options.clock, options.webhook);
        let app = Data::new(app.map_err(io::Error::other)?);
        let shared = Data::clone(&app);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(Data::clone(&shared))
                .app_data(PayloadConfig::new(BODY_BYTES_MAX))
                .configure(challenge::configure)
                .route("/_simulator/{path:.*}", web::to(control_api::control))
                .default_service(web::to(api::api))
        });
        let server = server.workers(1).shutdown_timeout(0).disable_signals();
        let server = server.client_request_timeout(CLIENT_TIMEOUT).listen(listener)?.run();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the HTTP server ended");
            }
        });
        if options.deliveries == Deliveries::Background {
            let app = Data::clone(&app);
            serving.spawn(async move { app.deliver().await });
        }
        Ok(Self { address, app, serving })
    }

    /// Starts the server on a free port of this host, with seed 1.
    ///
    /// # Errors
    /// As [`Simulator::start`].
    pub fn start_local(
        clock: Clock,
        webhook: Option<Webhook>,
        deliveries: Deliveries,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        Self::start(listener, Options { seed: 1, clock, webhook, deliveries, base: None })
    }

    /// The base URL for a client of Stripe's API, `http://127.0.0.1:…/`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Calls the provider with the present time.
    pub fn with<T>(&self, act: impl FnOnce(&mut Provider, Timestamp) -> T) -> T {
        self.app.with(act)
    }

    /// Sets the destination of events.
    pub fn set_webhook(&self, webhook: Webhook) {
        self.app.set_webhook(Some(webhook));
    }

    /// Sends the deliveries that are due, up to a limit, and returns the number of attempts; for
    /// [`Deliveries::Manual`]. Without a webhook, deliveries wait.
    pub async fn deliver_due(&self) -> usize {
        self.app.deliver_due().await
    }

    /// Returns when the server has stopped, which is an error.
    pub async fn ended(mut self) {
        self.serving.join_next().await;
    }
}
