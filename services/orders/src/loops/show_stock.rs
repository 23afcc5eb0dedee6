//! Sets the metrics of the stock of the most recently ordered tickets. Their number is bounded,
//! because each ticket is a separate time series.

use std::time::Duration;

use store::Unavailable;

use crate::Ports;
use crate::domain::Inventory;

pub(crate) const PERIOD: Duration = Duration::from_secs(5);

pub(crate) async fn show_stock(ports: Ports) -> Result<usize, Unavailable> {
    for ticket in ports.recently_ordered.all() {
        let id = ticket.to_string();
        let Some(inventory) = ports.store.find::<Inventory>(&id).await? else { continue };
        let Inventory { offered, held, sold, .. } = inventory;
        for (state, units) in [("capacity", offered), ("held", held), ("sold", sold)] {
            metrics::gauge!("ticket_units", "ticket" => id.clone(), "state" => state)
                .set(f64::from(units));
        }
    }
    Ok(0)
}
