//! Shows whether everything moves: outboxes, how far consumers are behind, dead letters.

use std::time::Duration;

use bus::message::DEAD_LETTERS_MAX;
use contract::catalogue::services;
use serde::Serialize;
use service::Engines;
use service::process::StartError;
use sources::Clock;
use store::Unavailable;

use super::operating::{with_engines, with_store};
use super::output::{Format, print, print_json, table};
use crate::settings::MarketplaceSettings;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    pub(super) services: Vec<ServiceStatus>,
    pub(super) consumers: Vec<ConsumerStatus>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServiceStatus {
    pub(super) service: &'static str,
    /// Entries that were committed and are not yet known to be on the bus.
    pub(super) outbox_entries: u64,
    /// How long the oldest of them has waited, in milliseconds; none where none has waited for
    /// long.
    pub(super) oldest_ms: Option<u128>,
    /// Dead letters, up to [`DEAD_LETTERS_MAX`].
    pub(super) dead_letters: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConsumerStatus {
    pub(super) consumer: String,
    /// Messages that it has not settled.
    pub(super) behind: u64,
}

pub(super) async fn status(
    settings: &MarketplaceSettings,
    format: Format,
) -> Result<(), StartError> {
    let status = with_engines(settings, async |engines| Ok(look(engines).await?)).await?;
    if format.json {
        return Ok(print_json(&status)?);
    }
    let services = status.services.iter().map(|service| {
        let dead = if service.dead_letters >= DEAD_LETTERS_MAX { "or more" } else { "" };
        let oldest = service.oldest_ms.map_or_else(|| "-".to_owned(), age);
        let dead = format!("{} {dead}", service.dead_letters);
        [service.service.to_owned(), service.outbox_entries.to_string(), oldest, dead]
    });
    let consumers = status.consumers.iter();
    let consumers = consumers.map(|lag| [lag.consumer.clone(), lag.behind.to_string()]);
    let services =
        table(["service", "outbox", "oldest", "dead letters"], &services.collect::<Vec<_>>());
    let consumers = table(["consumer", "behind"], &consumers.collect::<Vec<_>>());
    Ok(print(&format!("{services}\n\n{consumers}"))?)
}

pub(super) async fn look(engines: &Engines) -> Result<Status, Unavailable> {
    let mut found = Vec::new();
    for service in services::names() {
        found.push(look_at(engines, service).await?);
    }
    let consumers = engines.bus.lag().await?.into_iter();
    let consumers =
        consumers.map(|lag| ConsumerStatus { consumer: lag.consumer, behind: lag.unsettled });
    Ok(Status { services: found, consumers: consumers.collect() })
}

async fn look_at(engines: &Engines, service: &'static str) -> Result<ServiceStatus, Unavailable> {
    let dead_letters = engines.bus.dead_letters(Some(service)).await?.len();
    let (outbox_entries, oldest) = with_store(engines, service, &[], async |store, _| {
        let outbox = store.outbox();
        Ok((outbox.count().await?, outbox.read(1).await?))
    })
    .await?;
    let age = |at| Clock::System.now().since(at).as_millis();
    let oldest_ms = oldest.first().map(|entry| age(entry.committed_at));
    Ok(ServiceStatus { service, outbox_entries, oldest_ms, dead_letters })
}

/// A duration in a readable precision: `1.5s`, `2h 3m`.
fn age(ms: u128) -> String {
    let duration = Duration::from_millis(u64::try_from(ms).unwrap_or(u64::MAX));
    let (hours, minutes) = (duration.as_secs() / 3600, duration.as_secs() / 60 % 60);
    match (hours, minutes) {
        (0, 0) => format!("{:.1}s", duration.as_secs_f64()),
        (0, minutes) => format!("{minutes}m {}s", duration.as_secs() % 60),
        (hours, minutes) => format!("{hours}h {minutes}m"),
    }
}
