//! Sets the metrics of the stock of the most recently ordered tickets. Their number is bounded,
//! because each ticket is a separate time series.

use std::time::Duration;

use store::Unavailable;

use crate::Ports;
use crate::domain::Inventory;

/// Period of the steps.
const PERIOD: Duration = Duration::from_secs(5);

/// Loop that sets the metrics.
#[derive(Clone)]
pub struct ShowStock {
    ports: Ports,
}

impl ShowStock {
    /// Creates the loop.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Runs one step.
    ///
    /// # Errors
    /// [`Unavailable`] if the store is unreachable.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        for ticket in self.ports.recently_ordered.all() {
            let id = ticket.to_string();
            let Some(inventory) = self.ports.store.find::<Inventory>(&id).await? else { continue };
            let units = [
                ("capacity", inventory.offered),
                ("held", inventory.held),
                ("sold", inventory.sold),
            ];
            for (state, units) in units {
                metrics::gauge!("ticket_units", "ticket" => id.clone(), "state" => state)
                    .set(f64::from(units));
            }
        }
        Ok(0)
    }

    /// Waits until the next step is due.
    pub async fn wait(&self) {
        self.ports.clock.sleep(PERIOD).await;
    }
}
