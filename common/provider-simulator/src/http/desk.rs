//! What the HTTP routes and the courier share.

use contract::Timestamp;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use sources::Clock;
use tokio::sync::Notify;

use crate::provider::Provider;

/// Where events are delivered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The address that they are posted to.
    pub url: String,
    /// What they are signed with; each gives a signature, as while a secret is being rolled.
    pub secrets: Vec<String>,
}

/// The provider with a clock, and with whoever waits for it to change.
#[derive(Debug)]
pub(super) struct Desk {
    provider: Mutex<Provider>,
    pub(super) clock: Clock,
    pub(super) webhook: Mutex<Option<Webhook>>,
    pub(super) changed: Notify,
}

impl std::fmt::Debug for Webhook {
    /// Without the secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Desk {
    pub(super) fn new(provider: Provider, clock: Clock, webhook: Option<Webhook>) -> Self {
        let (provider, webhook) = (Mutex::new(provider), Mutex::new(webhook));
        Self { provider, clock, webhook, changed: Notify::new() }
    }

    /// Does something with the provider, at the moment that it is; the courier looks what came of it.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Provider, Timestamp) -> T) -> T {
        let done = {
            let mut provider = self.provider.lock();
            let now = self.clock.now();
            provider.settle(now);
            act(&mut provider, now)
        };
        self.changed.notify_one();
        done
    }

    /// Like [`Desk::with`], for the courier, who need not be told.
    pub(super) fn look<T>(&self, act: impl FnOnce(&mut Provider, Timestamp) -> T) -> T {
        let mut provider = self.provider.lock();
        act(&mut provider, self.clock.now())
    }
}
