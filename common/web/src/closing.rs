//! The end of a process, for responses that have no end of their own.

use tokio::sync::watch;

/// Ends streams when the process closes: it would wait for them in vain. Clones share it.
#[derive(Debug, Clone)]
pub struct Closing(watch::Sender<bool>);

impl Default for Closing {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Closing {
    /// Ends the streams.
    pub fn close(&self) {
        self.0.send_replace(true);
    }

    /// Becomes true when the process closes.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }
}
