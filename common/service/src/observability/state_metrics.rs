//! Metrics read periodically: outboxes, consumers, dead letters, the process itself.

use std::sync::Arc;
use std::time::Duration;

use bus::Bus;
use metrics_process::Collector;
use sources::Clock;
use store::{Store, Unavailable};

/// Period of reading: as often as a dashboard refreshes, rare compared to a store's operations.
pub(crate) const PERIOD: Duration = Duration::from_secs(5);

/// The periodic metrics of the services of one process. Clones are equal.
#[derive(Clone)]
pub(crate) struct StateMetrics {
    services: Arc<Vec<(&'static str, Store)>>,
    bus: Bus,
    clock: Clock,
    process: Collector,
}

impl StateMetrics {
    pub(crate) fn new(services: Vec<(&'static str, Store)>, bus: Bus, clock: Clock) -> Self {
        let process = Collector::default();
        process.describe();
        Self { services: Arc::new(services), bus, clock, process }
    }

    pub(crate) async fn run_once(self) -> Result<usize, Unavailable> {
        self.process.collect();
        metrics::gauge!("boxoffice_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        if let Some(is_connected) = self.bus.is_connected() {
            metrics::gauge!("bus_broker_connected").set(if is_connected { 1.0 } else { 0.0 });
        }
        self.bus.outage().publish_metrics();
        for (service, store) in self.services.iter() {
            self.read_outbox(service, store).await?;
        }
        let lag = self.bus.lag().await?;
        for (service, _) in self.services.iter() {
            let is_own = |consumer: &str| {
                consumer.strip_prefix(service).is_some_and(|rest| rest.starts_with('.'))
            };
            for consumer in lag.iter().filter(|lag| is_own(&lag.consumer)) {
                let listener = consumer.consumer.clone();
                metrics::gauge!("bus_consumer_lag_messages", "listener" => listener)
                    .set(number(consumer.unsettled));
            }
            let dead = self.bus.count_dead_letters(service).await?;
            metrics::gauge!("bus_dead_letters", "service" => *service)
                .set(number(u64::try_from(dead).unwrap_or(u64::MAX)));
        }
        Ok(0)
    }

    async fn read_outbox(&self, service: &'static str, store: &Store) -> Result<(), Unavailable> {
        let outbox = store.outbox();
        let entries = outbox.count().await?;
        let oldest = outbox.read(1).await?;
        let age = oldest.first().map(|oldest| self.clock.now().since(oldest.committed_at));
        metrics::gauge!("store_outbox_entries", "store" => service).set(number(entries));
        metrics::gauge!("store_outbox_age_seconds", "store" => service)
            .set(age.unwrap_or_default().as_secs_f64());
        Ok(())
    }
}

/// A count as a metric, a floating-point number; beyond some billions precision is irrelevant.
fn number(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
