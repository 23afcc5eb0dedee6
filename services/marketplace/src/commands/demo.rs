//! Fills an empty marketplace with a season, through its own API, and stops.

mod api;
mod changes;
mod dates;
mod empty;
mod offers;
mod poster;
mod purchases;
mod rest;
mod season;

use std::net::Ipv4Addr;
use std::time::Duration;

use auth::domain::KnownAddress;
use bus::Bus;
use contract::payment_provider::{PaymentProvider, ProviderSettings};
use futures::future::try_join_all;
use service::process::{self, Process, StartError};
use service::{DataDir, Engines, Mode, Running, ServiceSettings, Settings, telemetry};
use sources::Clock;
use store::Unavailable;

use self::api::Api;
use self::offers::Accounts;
use self::season::Season;
use super::arguments::NAME;
use super::operating::unavailable;
use super::output::print;
use crate::compose::compose;
use crate::settings::MarketplaceSettings;

/// Time to pay an order of the demo: long enough for a slow machine, and short enough to wait for
/// the orders that expire.
const ORDER_WINDOW: Duration = Duration::from_secs(8);

/// Settings that name servers.
const SERVERS: [&str; 4] = ["mongodb-url", "mongodb-url-file", "nats-url", "nats-url-file"];

/// Refuses settings of a marketplace that is not for trying it out.
pub(super) fn check(settings: &mut Settings) {
    if settings.mode() == Mode::Production {
        settings.refuse(&["mode"], "is production: demo fills a marketplace in development only");
    }
    let provider = settings.get::<ProviderSettings>().map(|provider| provider.payment_provider);
    if provider == Some(PaymentProvider::Stripe) {
        let why = "is stripe: demo pays with the cards of the built-in provider, test";
        settings.refuse(&["payment-provider"], why);
    }
    for flag in SERVERS {
        if settings.is_given(flag) {
            settings.refuse(&[flag], "is set: demo fills a marketplace on the embedded engines");
        }
    }
}

pub(super) async fn demo(settings: MarketplaceSettings) -> Result<(), StartError> {
    let MarketplaceSettings { process, data_dir, session_key, .. } = settings;
    telemetry::log(process.log.clone(), process.log_format);
    let season = Season::parse()?;
    let directory = data_dir.display();
    let engines = Engines::embedded(DataDir::open(&data_dir)?, &Clock::System)?;
    if let Err(refused) = empty::check(&engines, &data_dir).await {
        engines.close().await;
        return Err(refused.into());
    }
    print(&format!("filling {directory}, which takes some seconds"))?;
    let listener = process::bind(Ipv4Addr::LOCALHOST.into(), 0).await?;
    let keys = session_key.open()?;
    let process = Process::new(NAME, &process, listener, engines, (session_key, keys))?;
    let missing = || Unavailable::new("cannot sign sessions with a public key");
    let key = process.signing.clone().ok_or_else(missing)?;
    // The defaults of development, in which the services limit no client.
    let mut services = ServiceSettings::default();
    services.change(|orders: &mut orders::Settings| orders.order_window = ORDER_WINDOW);
    services.change(|mail: &mut mail::Settings| mail.mail_dir = Some(data_dir.join("mail")));
    let opened = compose(|name| process.platform(name), key, services).await?;
    let bus = process.engines.bus.clone();
    let filling = async |running: &Running| Ok(fill(running, &bus, &season).await?);
    let incomplete = format!("{directory} has a part of the demo only ({})", empty::ADVICE);
    let filled = Box::pin(process.run_for(opened, filling))
        .await
        .map_err(|error| StartError::from(Unavailable::caused_by(incomplete.clone(), error)))?;
    if filled.is_none() {
        return Err(Unavailable::new(format!("interrupted: {incomplete}")).into());
    }
    Ok(print(&summary(&season, &directory.to_string()))?)
}

/// Creates the accounts and the offers, orders them, and makes later changes.
async fn fill(running: &Running, bus: &Bus, season: &Season) -> Result<(), Unavailable> {
    let api = Api::new(format!("http://{}", running.address))?;
    let emails = [&season.administrator].into_iter().chain(&season.sellers).chain(&season.buyers);
    let signing_up = emails.map(|email| api.sign_up(email, &season.password));
    let accounts = try_join_all(signing_up).await?.into_iter();
    let accounts: Accounts = accounts.map(|account| (account.email.clone(), account)).collect();
    appoint(running, season).await?;
    print(&format!("  {} accounts", accounts.len()))?;
    let offers = offers::create(&api, season, &accounts).await?;
    print(&format!("  {} shows and {} other tickets", season.shows.len(), season.tickets.len()))?;
    let purchases = purchases::make(&api, &offers, &accounts).await?;
    print(&format!("  {} orders", purchases.len()))?;
    changes::make(&api, &offers, &purchases).await?;
    rest::reached(running, bus).await?;
    changes::return_units(&api, &purchases).await?;
    rest::reached(running, bus).await
}

/// Grants the administrator role, which no request can: as `boxoffice grant-admin` does.
async fn appoint(running: &Running, season: &Season) -> Result<(), Unavailable> {
    let cannot = "cannot grant the administrator role";
    let email = KnownAddress::try_from(season.administrator.clone())
        .map_err(|rule| Unavailable::caused_by(cannot, rule))?;
    let missing = || Unavailable::new("auth has no store");
    let store = running.store(auth::NAME).ok_or_else(missing)?;
    auth::grant_admin(store, email).await.map_err(|failure| unavailable(cannot, failure))
}

/// The accounts to try, and the command that starts the marketplace.
fn summary(season: &Season, directory: &str) -> String {
    let Season { password, administrator, sellers, buyers, .. } = season;
    let first = |emails: &[String]| emails.first().cloned().unwrap_or_default();
    format!(
        "{directory} is filled. Every account has the password: {password}\n\
         \x20 seller         {}\n\
         \x20 buyer          {}\n\
         \x20 administrator  {administrator}\n\
         Start the marketplace: {NAME} --data-dir {directory}",
        first(sellers),
        first(buyers),
    )
}
