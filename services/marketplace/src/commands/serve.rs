//! Starts the marketplace.

use std::io::Write as _;

use bus::Bus;
use payments::PaymentGateway as _;
use service::process::{self, StartError};
use service::server::Driven;
use service::{DataDir, Platform, Running, ServerOptions, SessionKey, telemetry};
use sources::{Clock, Ids};
use store::{Engine, Unavailable};
use web::Sessions;
use web::session::{Revocations, Verifier};

use crate::compose::{ServiceSettings, compose};
use crate::settings::MarketplaceSettings;

pub(super) fn serve(settings: MarketplaceSettings) -> Result<(), StartError> {
    super::runtime()?.block_on(run(settings))
}

async fn run(settings: MarketplaceSettings) -> Result<(), StartError> {
    let MarketplaceSettings { port, host, data_dir, orders, auth, cookie, workers, .. } = settings;
    telemetry::log(settings.log, settings.log_format);
    let listener = process::bind(host, port).await?;
    let data_dir = DataDir::open(&data_dir)?;
    let clock = Clock::System;
    let cannot = |error| Unavailable::caused_by("cannot make ids", error);
    let ids = Ids::random().map_err(cannot)?;
    let key = SessionKey::open(&data_dir.file("session-key.pem"))?;
    let bus = Bus::embedded(&data_dir.file("bus.db"), clock.clone())?;
    let sessions = Sessions {
        verifier: Verifier::new(&key.public_key()),
        revocations: Revocations::default(),
        cookie,
        clock: clock.clone(),
    };
    let metrics = telemetry::measure()?;
    let platform = |name: &'static str| Platform {
        engine: Engine::sqlite(data_dir.file(&format!("{name}.db"))),
        bus: bus.clone(),
        clock: clock.clone(),
        ids: ids.clone(),
        sessions: sessions.clone(),
    };
    let composed = compose(platform, &key, ServiceSettings { orders, auth }).await?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let options = ServerOptions {
        listener,
        workers: if workers == 0 { cores } else { workers },
        sessions: sessions.clone(),
        clock: clock.clone(),
        ids: ids.clone(),
        metrics: Some(metrics),
        loops: Driven::InBackground,
        drain: service::server::DRAIN_MAX,
    };
    let provider = composed.provider.describe();
    let directory = data_dir.path().display().to_string();
    let started = |running: &Running| {
        let url = format!("http://{}", running.address()).replace("127.0.0.1", "localhost");
        let window = orders.order_window;
        let lines = format!(
            "boxoffice is open on {url}\n\
             \x20 services          auth, tickets, orders, payments, expiration (one process)\n\
             \x20 data directory    {directory}\n\
             \x20 engines           store: sqlite (a file a service), bus: {}\n\
             \x20 payment provider  {provider}\n\
             \x20 order window      {window:?}\n\
             Try it: curl {url}/api/tickets   Routes: {url}/openapi.json   The README has a tour.\n\
             Ctrl-C stops it.",
            bus.describe(),
        );
        // Nothing can be said where standard output is closed; the services run all the same.
        let _ = writeln!(std::io::stdout(), "{lines}");
    };
    process::run(composed.services, options, started).await
}
