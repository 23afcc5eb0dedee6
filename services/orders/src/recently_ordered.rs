//! The most recently ordered tickets.

use std::collections::VecDeque;
use std::sync::Arc;

use contract::TicketId;
use parking_lot::Mutex;

/// Maximum number of tickets with metrics.
const SHOWN_MAX: usize = 20;

/// The most recently ordered tickets, each once, the latest last. Clones share the list.
#[derive(Debug, Clone, Default)]
pub struct RecentlyOrdered {
    tickets: Arc<Mutex<VecDeque<TicketId>>>,
}

impl RecentlyOrdered {
    /// Records an order of a ticket.
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

    pub(crate) fn all(&self) -> Vec<TicketId> {
        self.tickets.lock().iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use contract::Id;

    use super::*;

    #[test]
    fn the_latest_tickets_are_kept_once_each_up_to_the_maximum() {
        let recently_ordered = RecentlyOrdered::default();
        let ticket = |n: u8| TicketId::from(Id::from_bytes([n; 12]));
        for n in 0..30 {
            recently_ordered.ordered(ticket(n));
            recently_ordered.ordered(ticket(5));
        }
        let all = recently_ordered.all();
        assert_eq!((all.len(), all.last()), (SHOWN_MAX, Some(&ticket(5))));
        assert_eq!(all.iter().filter(|known| **known == ticket(5)).count(), 1);
        assert!(all.contains(&ticket(29)) && !all.contains(&ticket(3)));
    }
}
