//! Opens what the settings name, reads it, and has it checked.

use std::time::Duration;

use marketplace::MarketplaceSettings;
use marketplace::engines::open;
use service::process::StartError;
use store::Unavailable;
use testing::checker::check;
use tokio::time::Instant;

use crate::reading::Reader;
use crate::report::Report;

/// Time that services which run are given to come to rest: what a listener needs that failed and tries again.
const REST_MAX: Duration = Duration::from_secs(10);

/// Wait between two looks whether they have.
const LOOK_PERIOD: Duration = Duration::from_millis(100);

/// Checks a marketplace: on embedded engines one that was stopped, on servers one that nobody uses at the moment.
///
/// # Errors
/// [`StartError`] when there is none, when it runs and has its data directory to itself, or when a server does not answer.
pub(crate) async fn check_up(settings: &MarketplaceSettings) -> Result<Report, StartError> {
    if settings.servers.is_none() && !settings.data_dir.join("bus.db").exists() {
        let directory = settings.data_dir.display();
        let found =
            format!("there is no marketplace in {directory} (name its directory with --data-dir)");
        return Err(Unavailable::new(found).into());
    }
    let engines = open(settings).await?;
    let reader = Reader::open(|name| engines.store(name), engines.bus().clone()).await?;
    let until = match &settings.servers {
        // Nobody else has the directory, so nothing moves.
        None => Instant::now(),
        Some(_) => Instant::now() + REST_MAX,
    };
    let is_at_rest = rests_until(&reader, until).await?;
    let evidence = reader.evidence(None).await?;
    let violations = check(&evidence);
    engines.close().await;
    Ok(Report { engines: engines.describe(), is_at_rest, evidence, violations })
}

async fn rests_until(reader: &Reader, until: Instant) -> Result<bool, Unavailable> {
    loop {
        let is_quiet = reader.is_quiet().await?;
        if is_quiet || Instant::now() >= until {
            return Ok(is_quiet);
        }
        tokio::time::sleep(LOOK_PERIOD).await;
    }
}
