//! The most recently ordered tickets.

use std::sync::Arc;

use contract::TicketId;
use hashlink::LruCache;
use parking_lot::Mutex;

/// Maximum number of tickets with metrics.
const SHOWN_MAX: usize = 20;

/// The most recently ordered tickets, each once, the latest last. Clones share the list.
#[derive(Debug, Clone)]
pub(crate) struct RecentlyOrdered {
    tickets: Arc<Mutex<LruCache<TicketId, ()>>>,
}

impl Default for RecentlyOrdered {
    fn default() -> Self {
        Self { tickets: Arc::new(Mutex::new(LruCache::new(SHOWN_MAX))) }
    }
}

impl RecentlyOrdered {
    pub(crate) fn ordered(&self, ticket: TicketId) {
        self.tickets.lock().insert(ticket, ());
    }

    pub(crate) fn all(&self) -> Vec<TicketId> {
        self.tickets.lock().iter().map(|(ticket, ())| *ticket).collect()
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
