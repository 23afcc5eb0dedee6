//! Times of the last inquiries at the provider because of requests: a limit of one inquiry per second and payment.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use contract::{PaymentId, Timestamp};
use parking_lot::Mutex;

/// Minimum time between two inquiries about one payment.
const PERIOD: Duration = Duration::from_secs(1);

/// Maximum number of remembered payments. While it is reached within the period, there is no
/// inquiry about others.
const REMEMBERED_MAX: usize = 10_000;

/// Times of the last inquiries because of requests. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct LastAsked {
    asked: Arc<Mutex<HashMap<PaymentId, Asked>>>,
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    at: Timestamp,
    is_answered: bool,
}

impl LastAsked {
    /// Whether an inquiry is permitted now; if so, records it.
    pub(crate) fn admit(&self, id: PaymentId, now: Timestamp) -> bool {
        let mut all = self.asked.lock();
        let is_recent = |asked: &Asked| now.since(asked.at) < PERIOD && asked.at <= now;
        if all.get(&id).is_some_and(is_recent) {
            return false;
        }
        if all.len() >= REMEMBERED_MAX {
            all.retain(|_, asked| is_recent(asked));
        }
        let is_admitted = all.len() < REMEMBERED_MAX;
        if is_admitted {
            all.insert(id, Asked { at: now, is_answered: false });
        }
        is_admitted
    }

    /// Records the response to the last inquiry.
    pub(crate) fn note_answer(&self, id: PaymentId) {
        if let Some(asked) = self.asked.lock().get_mut(&id) {
            asked.is_answered = true;
        }
    }

    pub(crate) fn is_answered(&self, id: PaymentId) -> bool {
        self.asked.lock().get(&id).is_some_and(|asked| asked.is_answered)
    }

    /// Records that the provider has just returned the status.
    pub(crate) fn note(&self, id: PaymentId, now: Timestamp) {
        let _ = self.admit(id, now);
    }
}

#[cfg(test)]
mod tests {
    use contract::Id;

    use super::*;

    #[test]
    fn no_more_payments_are_remembered_than_the_bound() {
        let asked = LastAsked::default();
        let id = |number: usize| {
            let mut bytes = [0; 12];
            bytes[..8].copy_from_slice(&number.to_be_bytes());
            PaymentId::new(Id::from_bytes(bytes))
        };
        let now = Timestamp::from_unix_ms(1_000_000);
        for number in 0..REMEMBERED_MAX {
            assert!(asked.admit(id(number), now));
        }
        assert!(!asked.admit(id(REMEMBERED_MAX), now));
        assert_eq!(asked.asked.lock().len(), REMEMBERED_MAX);
        let later = now.plus(PERIOD);
        assert!(asked.admit(id(REMEMBERED_MAX), later), "those of before are forgotten");
        assert_eq!(asked.asked.lock().len(), 1);
    }
}
