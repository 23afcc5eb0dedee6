//! Opens the stores that the settings name, reads them and runs the checker.

use std::time::Duration;

use marketplace::MarketplaceSettings;
use marketplace::engines::open;
use service::process::StartError;
use store::Unavailable;
use testing::checker::check;
use tokio::time::Instant;

use crate::reading::Reader;
use crate::report::Report;

/// Time for running services to come to rest: enough for a failed listener to retry.
const REST_MAX: Duration = Duration::from_secs(10);

/// Wait between two checks for rest.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Checks a marketplace: a stopped one on embedded engines, or an unused one on servers.
///
/// # Errors
/// [`StartError`] when the marketplace does not exist, when it runs and holds its data directory,
/// or when a server does not respond.
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
        // No other process has the directory, so nothing changes.
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
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
