//! One durable consumer, open in this process.

use std::sync::Arc;

use store::Unavailable;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::broker::Broker;
use super::desk::{Desk, Outlook};
use crate::message::{ConsumerSpec, Delivery, Settlement};

/// A consumer that is open. Dropped, it is closed, and the server gives what it held to somebody else.
pub(super) struct OpenConsumer {
    desk: Arc<Desk>,
    /// Takes in what the server sends; ends with the consumer.
    _reading: JoinSet<()>,
}

impl OpenConsumer {
    /// Opens a consumer, which is made if it is new.
    pub(super) async fn open(broker: Broker, spec: ConsumerSpec) -> Result<Self, Unavailable> {
        let (desk, subscriber) = Desk::open(broker, spec).await?;
        let desk = Arc::new(desk);
        let mut reading = JoinSet::new();
        reading.spawn(Arc::clone(&desk).read(subscriber));
        Ok(Self { desk, _reading: reading })
    }

    /// Takes it up again, perhaps with other subjects: what was delivered and not settled is due at once.
    pub(super) async fn reopen(&self, spec: ConsumerSpec) -> Result<(), Unavailable> {
        self.desk.reopen(spec).await
    }

    /// What wakes whoever waits for a delivery.
    pub(super) fn wake(&self) -> &Arc<Notify> {
        self.desk.wake()
    }

    /// What is due here, and as much as the server has at once.
    pub(super) async fn fetch(&self, max: usize) -> Result<Vec<Delivery>, Unavailable> {
        let pulled = self.desk.pull(max).await;
        let deliveries = self.desk.take(max);
        match pulled {
            Err(unavailable) if deliveries.is_empty() => Err(unavailable),
            // What is here goes first; the next fetch reports a server that is still away.
            _ => Ok(deliveries),
        }
    }

    /// Returns when a fetch may give something.
    pub(super) async fn ready(&self) {
        loop {
            let due = match self.desk.outlook() {
                Outlook::Now => return,
                Outlook::At(due) => Some(due),
                Outlook::Nothing => None,
            };
            self.desk.wait_for_next().await;
            self.desk.woken_or(due).await;
        }
    }

    /// Settles deliveries. Returns when the server has taken it in, so that it can be seen by whoever looks, or after the
    /// bound: a settlement that is lost is a redelivery.
    pub(super) async fn settle(&self, settlements: &[Settlement]) {
        self.desk.settle(settlements).await;
    }
}
