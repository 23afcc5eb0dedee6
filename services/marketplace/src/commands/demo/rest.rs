//! The rest of a marketplace: every message is delivered, and no outbox has an entry.

use std::time::Duration;

use bus::Bus;
use contract::catalogue::services;
use service::Running;
use store::Unavailable;

/// Time between two looks.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Time for messages on their way: a listener that failed retries within seconds.
const REST_MAX: Duration = Duration::from_secs(30);

/// Waits until the services are at rest.
pub(super) async fn reached(running: &Running, bus: &Bus) -> Result<(), Unavailable> {
    let resting = async {
        // Twice, since a message may move to a place that was already looked at.
        while !(is_quiet(running, bus).await? && is_quiet(running, bus).await?) {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        Ok(())
    };
    let late = |_| Unavailable::new("messages are still on their way");
    tokio::time::timeout(REST_MAX, resting).await.map_err(late)?
}

async fn is_quiet(running: &Running, bus: &Bus) -> Result<bool, Unavailable> {
    for store in services::names().filter_map(|name| running.store(name)) {
        if store.outbox().count().await? > 0 {
            return Ok(false);
        }
    }
    Ok(bus.lag().await?.iter().all(|lag| lag.unsettled == 0))
}
