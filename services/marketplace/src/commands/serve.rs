//! Starts the marketplace.

use std::io::Write as _;

use contract::catalogue;
use mail::public_url::PublicUrl;
use payments::settings::Provider;
use service::process::{self, Process, StartError};
use service::startup_responder::StartupResponder;
use service::startup_wait::StartupWait;
use service::{DataDir, Engines, Running, telemetry};
use sources::Clock;
use store::Unavailable;

use crate::compose::compose;
use crate::settings::MarketplaceSettings;

pub(super) async fn serve(settings: MarketplaceSettings) -> Result<(), StartError> {
    let MarketplaceSettings { process, data_dir, servers, session_key, mut services, .. } =
        settings;
    telemetry::log(process.log.clone(), process.log_format);
    let listener = process::bind(process.host, process.port).await?;
    // The pages call the services of this process.
    let own_address = listener.local_addr().ok();
    services.change(|pages: &mut storefront::Settings| pages.own_address = own_address);
    services.change(|mail: &mut mail::Settings| {
        mail.mail_dir.get_or_insert_with(|| data_dir.join("mail"));
        let url = own_address.map(|address| format!("http://localhost:{}", address.port()));
        let url = url.and_then(|url| PublicUrl::parse(&url).ok());
        mail.public_url = mail.public_url.take().or(url);
    });
    let starting = StartupResponder::on(&listener);
    let directory = data_dir.display().to_string();
    let (engines, startup_wait) = match &servers {
        None => (Engines::embedded(DataDir::open(&data_dir)?, &Clock::System)?, None),
        Some(servers) => {
            DataDir::create(&data_dir)?;
            let startup_wait = StartupWait::of(servers.start_timeout);
            (Engines::connect(servers, &Clock::System, startup_wait).await?, Some(startup_wait))
        }
    };
    let keys = session_key.open()?;
    let mode = process.mode;
    let process =
        Process::new(super::arguments::NAME, &process, listener, engines, (session_key, keys))?;
    let missing = || Unavailable::new("cannot sign sessions with a public key");
    let key = process.signing.clone().ok_or_else(missing)?;
    let open = async || compose(|name| process.platform(name), key.clone(), services.clone()).await;
    let opened = match startup_wait {
        None => open().await?,
        Some(startup_wait) => startup_wait.wait_for("the stores and consumers", open).await?,
    };
    let (orders, payments): (orders::Settings, payments::Settings) =
        (services.get(), services.get());
    let (provider, engines) = (payments.provider.describe(), process.engines.describe());
    let (webhook, window) = (webhook(&payments), orders.order_window);
    let names: Vec<_> = catalogue::services::names().collect();
    let names = names.join(", ");
    let started = |running: &Running| {
        let url = format!("http://{}", running.address).replace("127.0.0.1", "localhost");
        let lines = format!(
            "boxoffice is open on {url}\n\
             \x20 services          {names} (one process)\n\
             \x20 data directory    {directory}\n\
             \x20 engines           {engines}\n\
             \x20 mode              {mode}\n\
             \x20 payment provider  {provider}\n\
             {webhook}\
             \x20 order window      {window:?}\n\
             Open {url} in a browser.   Routes: {url}/openapi.json   The README has a tour.\n\
             Ctrl-C stops it."
        );
        // Writing fails where standard output is closed; the services run all the same.
        let _ = writeln!(std::io::stdout(), "{lines}");
    };
    drop(starting);
    process.run(opened, started).await
}

/// Start-up line about the provider's events; empty if the provider sends none.
fn webhook(settings: &payments::Settings) -> String {
    let secrets = match (&settings.provider, settings.webhook_secrets.count()) {
        (Provider::Test, _) => return String::new(),
        (Provider::Stripe(_), 0) => "refuses every event: no STRIPE_WEBHOOK_SECRETS".to_owned(),
        (Provider::Stripe(_), 1) => "one signing secret".to_owned(),
        (Provider::Stripe(_), secrets) => format!("{secrets} signing secrets"),
    };
    format!("\x20 webhook           POST /api/payments/webhook, {secrets}\n")
}
