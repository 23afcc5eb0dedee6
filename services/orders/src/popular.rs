//! The tickets that were ordered most lately.

use std::collections::VecDeque;
use std::sync::Arc;

use contract::TicketId;
use parking_lot::Mutex;

/// Tickets that are shown.
const SHOWN_MAX: usize = 20;

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

    pub(crate) fn all(&self) -> Vec<TicketId> {
        self.tickets.lock().iter().copied().collect()
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
