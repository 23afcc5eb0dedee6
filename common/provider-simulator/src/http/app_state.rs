//! State shared by the HTTP routes and the webhook sender.

use contract::Timestamp;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use sources::Clock;
use tokio::sync::Notify;

use crate::provider::Provider;

/// The destination of events. It has no `Debug`, which would show the secrets.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The URL that events are posted to.
    pub url: String,
    /// The signing secrets. Each adds a signature, as during the rotation of a secret.
    pub secrets: Vec<String>,
}

/// The provider with its clock, and a notification of changes.
pub(super) struct AppState {
    provider: Mutex<Provider>,
    pub(super) clock: Clock,
    pub(super) webhook: Mutex<Option<Webhook>>,
    pub(super) changed: Notify,
}

impl AppState {
    pub(super) fn new(provider: Provider, clock: Clock, webhook: Option<Webhook>) -> Self {
        let (provider, webhook) = (Mutex::new(provider), Mutex::new(webhook));
        Self { provider, clock, webhook, changed: Notify::new() }
    }

    /// Sets or removes the destination of events and wakes the webhook sender.
    pub(super) fn set_webhook(&self, webhook: Option<Webhook>) {
        *self.webhook.lock() = webhook;
        self.changed.notify_one();
    }

    /// Calls the provider with the present time and wakes the webhook sender.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Provider, Timestamp) -> T) -> T {
        let done = {
            let mut provider = self.provider.lock();
            let now = self.clock.now();
            provider.run_due(now);
            act(&mut provider, now)
        };
        self.changed.notify_one();
        done
    }

    /// Like [`AppState::with`], but does not wake the webhook sender; for the sender itself.
    pub(super) fn with_no_wakeup<T>(&self, act: impl FnOnce(&mut Provider, Timestamp) -> T) -> T {
        let mut provider = self.provider.lock();
        act(&mut provider, self.clock.now())
    }
}
