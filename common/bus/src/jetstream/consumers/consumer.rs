//! One durable consumer, open in this process.

use std::sync::Arc;

use store::Unavailable;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::consumer_context::ConsumerContext;
use super::pull_consumer::{NextDelivery, PullConsumer};
use crate::message::{ConsumerSpec, Delivery, Settlement};

/// An open consumer. Dropping it closes it, and the server redelivers its unsettled messages to
/// another process.
pub(crate) struct OpenConsumer {
    pull: Arc<PullConsumer>,
    /// The task that receives from the server; ends with the consumer.
    _reading: JoinSet<()>,
}

impl OpenConsumer {
    /// Opens a consumer, created if it is new.
    pub(crate) async fn open(
        context: ConsumerContext,
        spec: ConsumerSpec,
    ) -> Result<Self, Unavailable> {
        let (pull, subscriber) = PullConsumer::open(context, spec).await?;
        let pull = Arc::new(pull);
        let mut reading = JoinSet::new();
        reading.spawn(Arc::clone(&pull).read(subscriber));
        Ok(Self { pull, _reading: reading })
    }

    /// Reopens it, perhaps with other subjects: unsettled deliveries are due at once.
    pub(crate) async fn reopen(&self, spec: ConsumerSpec) -> Result<(), Unavailable> {
        self.pull.reopen(spec).await
    }

    /// The notification of new deliveries.
    pub(crate) fn wake(&self) -> &Arc<Notify> {
        self.pull.wake()
    }

    /// The due deliveries in memory, and those that the server has now.
    pub(crate) async fn fetch(&self, max: usize) -> Result<Vec<Delivery>, Unavailable> {
        let pulled = self.pull.pull(max).await;
        let deliveries = self.pull.take(max);
        match pulled {
            Err(unavailable) if deliveries.is_empty() => Err(unavailable),
            // Deliveries in memory go first; the next fetch reports a server that is still away.
            _ => Ok(deliveries),
        }
    }

    /// Returns when a fetch may return deliveries.
    pub(crate) async fn ready(&self) {
        loop {
            let due = match self.pull.next_delivery() {
                NextDelivery::Now => return,
                NextDelivery::At(due) => Some(due),
                NextDelivery::Nothing => None,
            };
            self.pull.wait_for_next().await;
            self.pull.wait_until(due).await;
        }
    }

    /// Settles deliveries. Returns when the server has processed the settlements, or after the
    /// bound: a lost settlement causes a redelivery.
    pub(crate) async fn settle(&self, settlements: &[Settlement]) {
        self.pull.settle(settlements).await;
    }
}
