//! Engines of the settings, opened without the services, for operators' commands.

use service::process::StartError;
use service::{DataDir, Engines};
use sources::Clock;

use crate::settings::MarketplaceSettings;

/// Opens the engines: the embedded ones only while no marketplace runs on them; the servers at any
/// time, without waiting for them.
///
/// # Errors
/// [`StartError`] when the data directory is in use, or a server does not respond.
pub async fn open(settings: &MarketplaceSettings) -> Result<Engines, StartError> {
    let clock = Clock::System;
    Ok(match &settings.servers {
        None => Engines::embedded(DataDir::open(&settings.data_dir)?, &clock)?,
        Some(servers) => Engines::connect_now(servers, &clock).await?,
    })
}
