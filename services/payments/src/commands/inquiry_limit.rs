//! Times of the last inquiries because of requests: a limit of one per second and payment.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use contract::{PaymentId, Timestamp};
use parking_lot::Mutex;

const PERIOD: Duration = Duration::from_secs(1);

/// Maximum number of remembered payments. While it is reached, others are not inquired about.
const REMEMBERED_MAX: usize = 10_000;

/// Times of the last inquiries because of requests. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct InquiryLimit {
    inquired: Arc<Mutex<HashMap<PaymentId, Inquiry>>>,
}

#[derive(Debug, Clone, Copy)]
struct Inquiry {
    at: Timestamp,
    has_response: bool,
}

impl InquiryLimit {
    /// Whether an inquiry is permitted now; if so, records it.
    pub(crate) fn admit(&self, id: PaymentId, now: Timestamp) -> bool {
        let mut all = self.inquired.lock();
        let is_recent = |inquired: &Inquiry| now.since(inquired.at) < PERIOD && inquired.at <= now;
        if all.get(&id).is_some_and(is_recent) {
            return false;
        }
        if all.len() >= REMEMBERED_MAX {
            all.retain(|_, inquired| is_recent(inquired));
        }
        let is_admitted = all.len() < REMEMBERED_MAX;
        if is_admitted {
            all.insert(id, Inquiry { at: now, has_response: false });
        }
        is_admitted
    }

    /// Records the response to the last inquiry.
    pub(crate) fn note_response(&self, id: PaymentId) {
        if let Some(inquired) = self.inquired.lock().get_mut(&id) {
            inquired.has_response = true;
        }
    }

    pub(crate) fn has_response(&self, id: PaymentId) -> bool {
        self.inquired.lock().get(&id).is_some_and(|inquired| inquired.has_response)
    }
}

#[cfg(test)]
mod tests {
    use contract::Id;

    use super::*;

    #[test]
    fn remembered_payments_are_limited() {
        let inquired = InquiryLimit::default();
        let id = |number: usize| {
            let mut bytes = [0; 12];
            bytes[..8].copy_from_slice(&number.to_be_bytes());
            PaymentId::new(Id::from_bytes(bytes))
        };
        let now = Timestamp::from_unix_ms(1_000_000);
        for number in 0..REMEMBERED_MAX {
            assert!(inquired.admit(id(number), now));
        }
        assert!(!inquired.admit(id(REMEMBERED_MAX), now));
        assert_eq!(inquired.inquired.lock().len(), REMEMBERED_MAX);
        let later = now.plus(PERIOD);
        assert!(inquired.admit(id(REMEMBERED_MAX), later), "earlier payments are removed");
        assert_eq!(inquired.inquired.lock().len(), 1);
    }
}
