//! The streams of one thread.

use std::cell::RefCell;
use std::sync::Arc;

use tokio::sync::broadcast::{Receiver, Sender, WeakSender};
use tokio::sync::watch;

use super::hub::{BEHIND_MAX, Batch, Hub};

/// Forwards the frames to the streams of its thread. One task of a thread is woken by another
/// thread, at the cost of a system call, and wakes all streams of its own thread without one.
pub(crate) struct LocalHub {
    hub: Hub,
    batches: RefCell<Option<WeakSender<Arc<Batch>>>>,
}

impl LocalHub {
    pub(crate) const fn new(hub: Hub) -> Self {
        Self { hub, batches: RefCell::new(None) }
    }

    /// The frames from now on, until the process closes.
    pub(super) fn subscribe(&self, closing: watch::Receiver<bool>) -> Receiver<Arc<Batch>> {
        let mut known = self.batches.borrow_mut();
        if let Some(local) = known.as_ref().and_then(WeakSender::upgrade) {
            return local.subscribe();
        }
        let local = Sender::new(BEHIND_MAX);
        let (batches, receiver) = (self.hub.batches.subscribe(), local.subscribe());
        *known = Some(local.downgrade());
        actix_web::rt::spawn(forward(batches, local, closing));
        receiver
    }
}

/// Ends, and with it the streams, when the process closes, or if this thread was far behind.
async fn forward(
    mut batches: Receiver<Arc<Batch>>,
    local: Sender<Arc<Batch>>,
    mut closing: watch::Receiver<bool>,
) {
    loop {
        tokio::select! {
            batch = batches.recv() => {
                let Ok(batch) = batch else { return };
                // Streams may have ended meanwhile.
                let _ = local.send(batch);
            }
            _ = closing.changed() => return,
        }
    }
}
