//! Requests that wait for the end of a payment.

use std::collections::HashMap;
use std::sync::Arc;

use contract::PaymentId;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// Who waits for which payment. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Endings {
    waiting: Arc<Mutex<HashMap<PaymentId, Arc<Notify>>>>,
}

/// One request's wait; ends with the value.
#[derive(Debug)]
pub struct Ending {
    endings: Endings,
    payment: PaymentId,
    ended: Arc<Notify>,
}

impl Endings {
    /// A wait for the end of a payment. Make it before looking at the payment, so that no end is missed.
    #[must_use]
    pub fn of(&self, payment: PaymentId) -> Ending {
        let ended = Arc::clone(self.waiting.lock().entry(payment).or_default());
        Ending { endings: self.clone(), payment, ended }
    }

    /// A payment has ended.
    pub fn announce(&self, payment: PaymentId) {
        if let Some(ended) = self.waiting.lock().get(&payment) {
            ended.notify_waiters();
        }
    }
}

impl Ending {
    /// What to await: it is over once the payment is announced after this call.
    pub fn announced(&self) -> tokio::sync::futures::Notified<'_> {
        self.ended.notified()
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let mut waiting = self.endings.waiting.lock();
        // This value and the map hold the last two.
        if Arc::strong_count(&self.ended) <= 2 {
            waiting.remove(&self.payment);
        }
    }
}
