//! Shows the stock of the tickets that are ordered most lately as metrics: enough for an on-sale night, and bounded, since each ticket is a
//! series of its own for whoever keeps them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use contract::TicketId;
use parking_lot::Mutex;
use store::Unavailable;

use crate::Ports;
use crate::domain::Inventory;

/// Tickets that are shown.
const SHOWN_MAX: usize = 20;

/// Wait between two looks.
const PERIOD: Duration = Duration::from_secs(5);

/// The tickets that were ordered last, each once, the latest at the end. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Popular {
    tickets: Arc<Mutex<VecDeque<TicketId>>>,
}

impl Popular {
    /// This one was ordered.
    pub(crate) fn ordered(&self, ticket: TicketId) {
        let mut tickets = self.tickets.lock();
        if tickets.back() == Some(&ticket) {
            return;
        }
        tickets.retain(|known| *known != ticket);
        if tickets.len() >= SHOWN_MAX {
            tickets.pop_front();
        }
        tickets.push_back(ticket);
    }

    fn all(&self) -> Vec<TicketId> {
        self.tickets.lock().iter().copied().collect()
    }
}

/// The loop that shows them.
#[derive(Clone)]
pub struct ShowStock {
    ports: Ports,
}

impl ShowStock {
    /// The loop of one service.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// One look.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        for ticket in self.ports.popular.all() {
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

    /// Returns when the next look is due.
    pub async fn wait(&self) {
        self.ports.clock.sleep(PERIOD).await;
    }
}

#[cfg(test)]
mod tests {
    use contract::Id;

    use super::*;

    #[test]
    fn the_latest_are_kept_each_once_and_no_more_than_fit() {
        let popular = Popular::default();
        let ticket = |n: u8| TicketId::from(Id::from_bytes([n; 12]));
        for n in 0..30 {
            popular.ordered(ticket(n));
            popular.ordered(ticket(5));
        }
        let all = popular.all();
        assert_eq!((all.len(), all.last()), (SHOWN_MAX, Some(&ticket(5))));
        assert_eq!(all.iter().filter(|known| **known == ticket(5)).count(), 1);
        assert!(all.contains(&ticket(29)) && !all.contains(&ticket(3)));
    }
}
