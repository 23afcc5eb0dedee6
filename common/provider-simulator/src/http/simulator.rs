//! The simulator, served.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::web::{Data, PayloadConfig};
use actix_web::{App, HttpServer};
use contract::Timestamp;
use sources::Clock;
use tokio::task::JoinSet;

use super::courier::Courier;
use super::desk::{Desk, Webhook};
use super::{api, challenge, dashboard, knobs, reports};
use crate::provider::Provider;

/// Bytes of a request's body at the most; a payment intent with all the metadata that fits has 30,000.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// A client that does not say anything for so long is gone.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(5);

/// Who carries events to the webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deliveries {
    /// They go out by themselves.
    InBackground,
    /// They go out when [`Courier::run_once`] says so.
    ByHand,
}

/// How the simulator is served.
#[derive(Debug)]
pub struct Options {
    /// Everything that is random follows from it.
    pub seed: u64,
    /// Its time.
    pub clock: Clock,
    /// Where events are delivered; while there is no such place they wait.
    pub webhook: Option<Webhook>,
    /// Who carries them there.
    pub deliveries: Deliveries,
    /// Under which address a browser sees it; where it listens, if not given.
    pub base: Option<String>,
}

/// The simulator, served; ends with the value.
pub struct Simulator {
    address: SocketAddr,
    desk: Data<Desk>,
    courier: Courier,
    serving: JoinSet<()>,
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Simulator {
    /// Serves a provider that nobody has asked anything yet.
    ///
    /// # Errors
    /// The listener or a TLS library does not work.
    pub fn start(listener: TcpListener, options: Options) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let mut provider = Provider::seeded(options.seed);
        provider.set_base(&options.base.unwrap_or_else(|| format!("http://{address}")));
        let desk = Data::new(Desk::new(provider, options.clock, options.webhook));
        let courier = Courier::new(Data::clone(&desk)).map_err(io::Error::other)?;
        let shared = Data::clone(&desk);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(Data::clone(&shared))
                .app_data(PayloadConfig::new(BODY_BYTES_MAX))
                .configure(knobs::configure)
                .configure(reports::configure)
                .configure(challenge::configure)
                .configure(dashboard::configure)
                .default_service(actix_web::web::to(api::api))
        });
        let server = server.workers(1).shutdown_timeout(0).disable_signals();
        let server = server.client_request_timeout(CLIENT_TIMEOUT).listen(listener)?.run();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the HTTP server ended");
            }
        });
        if options.deliveries == Deliveries::InBackground {
            serving.spawn(courier.clone().run());
        }
        Ok(Self { address, desk, courier, serving })
    }

    /// `http://127.0.0.1:…/`, as a client of Stripe's wants it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Does something with the provider, at the moment that it is.
    pub fn with<T>(&self, act: impl FnOnce(&mut Provider, Timestamp) -> T) -> T {
        self.desk.with(act)
    }

    /// Says where events are delivered from now on.
    pub fn set_webhook(&self, webhook: Webhook) {
        *self.desk.webhook.lock() = Some(webhook);
        self.desk.changed.notify_one();
    }

    /// Who carries events to the webhook, to be sent by hand.
    #[must_use]
    pub fn courier(&self) -> &Courier {
        &self.courier
    }

    /// Returns when it does not serve any more, which is when something is broken.
    pub async fn ended(mut self) {
        self.serving.join_next().await;
    }
}
