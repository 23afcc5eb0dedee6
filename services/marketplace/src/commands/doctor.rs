//! Checks the dependencies of a marketplace in order, and prints each failure with its remedy.

mod checks;
mod provider;
mod report;

use std::process::ExitCode;

use service::process::StartError;

use self::report::Report;
use super::output::{Format, print, print_json};
use crate::settings::MarketplaceSettings;

pub(super) async fn doctor(
    settings: &MarketplaceSettings,
    format: Format,
) -> Result<ExitCode, StartError> {
    let mut report = Report::default();
    // Settings that are wrong have been complained about by now.
    report.ok("settings", format!("valid; mode {}", settings.process.mode));
    checks::key_files(&mut report, &settings.session_key);
    provider::payment_provider(&mut report, settings).await;
    let engines = match &settings.servers {
        None => checks::embedded_engines(&mut report, &settings.data_dir),
        Some(servers) => checks::servers(&mut report, servers).await,
    };
    if let Some(engines) = engines {
        checks::stores(&mut report, &engines).await;
        checks::consumers(&mut report, &engines).await;
        checks::progress(&mut report, &engines).await;
        engines.close().await;
    }
    if format.json { print_json(&report) } else { print(&report.to_string()) }?;
    Ok(if report.is_valid() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
