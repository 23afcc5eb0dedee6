//! State shared by the HTTP routes and the sender of webhooks.

use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use contract::Timestamp;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use sources::Clock;
use tokio::sync::Notify;

use crate::events::{Delivery, Receipt, signature};
use crate::provider::Provider;

const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(10);

/// Deliveries of one round; the next round begins at once if more are due.
const ROUND_MAX: usize = 100;

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
    webhook: Mutex<Option<Webhook>>,
    changed: Notify,
    http: reqwest::Client,
}

impl AppState {
    pub(super) fn new(
        provider: Provider,
        clock: Clock,
        webhook: Option<Webhook>,
    ) -> Result<Self, reqwest::Error> {
        let (provider, webhook) = (Mutex::new(provider), Mutex::new(webhook));
        let http = reqwest::Client::builder().no_proxy().timeout(WEBHOOK_TIMEOUT);
        let http = http.redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { provider, clock, webhook, changed: Notify::new(), http })
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
    fn with_no_wakeup<T>(&self, act: impl FnOnce(&mut Provider, Timestamp) -> T) -> T {
        let mut provider = self.provider.lock();
        act(&mut provider, self.clock.now())
    }

    /// Sends the deliveries that are due, one at a time, up to a limit; returns the number of
    /// attempts. Without a webhook, deliveries wait.
    pub(super) async fn deliver_due(&self) -> usize {
        for made in 0..ROUND_MAX {
            let Some(webhook) = self.webhook.lock().clone() else { return made };
            let Some(next) = self.with_no_wakeup(Provider::next_delivery) else {
                return made;
            };
            let receipt = self.send(&webhook, &next).await;
            self.with_no_wakeup(|provider, now| provider.webhooks.receipt(next.id, receipt, now));
        }
        ROUND_MAX
    }

    /// Sends deliveries as they become due, until the process ends.
    pub(super) async fn deliver(&self) {
        loop {
            let changed = self.changed.notified();
            if self.deliver_due().await > 0 {
                continue;
            }
            let due = self.with_no_wakeup(|provider, _| provider.next_due());
            match due.filter(|_| self.webhook.lock().is_some()) {
                Some(due) => {
                    tokio::select! {
                        () = changed => {}
                        () = self.clock.sleep_until(due) => {}
                    }
                }
                None => changed.await,
            }
        }
    }

    async fn send(&self, webhook: &Webhook, delivery: &Delivery) -> Receipt {
        let now = self.clock.now();
        let signed = signature(&webhook.secrets, now, &delivery.event.body);
        let posting = self.http.post(&webhook.url).body(delivery.event.body.to_string());
        let posting = posting.header(CONTENT_TYPE.as_str(), "application/json; charset=utf-8");
        let posting = posting.header("Stripe-Signature", signed);
        let status = posting.send().await.map(|response| response.status());
        let (event, attempt) = (delivery.event.event_type.name(), delivery.attempt);
        if status.as_ref().is_ok_and(reqwest::StatusCode::is_success) {
            tracing::info!(event, attempt, "webhook delivered");
            return Receipt::Accepted;
        }
        tracing::warn!(event, attempt, ?status, "webhook failed or rejected the event");
        Receipt::Failed
    }
}
