//! Sends events to the webhook.

use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Data;

use super::app_state::{AppState, Webhook};
use crate::events::signature::signature;
use crate::events::webhooks::{Delivery, Receipt};
use crate::provider::Provider;

/// Timeout of a webhook request.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Deliveries of one round; the next round begins at once if more are due.
const ROUND_MAX: usize = 100;

/// Sends events to the webhook, one at a time. Clones send for the same provider.
#[derive(Clone)]
pub struct WebhookSender {
    app: Data<AppState>,
    http: reqwest::Client,
}

impl WebhookSender {
    pub(super) fn new(app: Data<AppState>) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().no_proxy().timeout(ANSWER_MAX);
        let http = http.redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { app, http })
    }

    /// Sends the deliveries that are due, up to a limit, and returns the number of attempts.
    /// Without a webhook, deliveries wait.
    pub async fn run_once(&self) -> usize {
        for made in 0..ROUND_MAX {
            let Some(webhook) = self.app.webhook.lock().clone() else { return made };
            let Some(next) = self.app.with_no_wakeup(Provider::next_delivery) else {
                return made;
            };
            let receipt = self.deliver(&webhook, &next).await;
            self.app.with_no_wakeup(|provider, now| provider.receipt(next.id, receipt, now));
        }
        ROUND_MAX
    }

    /// Sends deliveries as they become due, until the process ends.
    pub(super) async fn run(self) {
        loop {
            let changed = self.app.changed.notified();
            if self.run_once().await > 0 {
                continue;
            }
            let due = self.app.with_no_wakeup(|provider, _| provider.next_due());
            match due.filter(|_| self.app.webhook.lock().is_some()) {
                Some(due) => {
                    tokio::select! {
                        () = changed => {}
                        () = self.app.clock.sleep_until(due) => {}
                    }
                }
                None => changed.await,
            }
        }
    }

    async fn deliver(&self, webhook: &Webhook, delivery: &Delivery) -> Receipt {
        let now = self.app.clock.now();
        let signed = signature(&webhook.secrets, now, &delivery.body);
        let posting = self.http.post(&webhook.url).body(delivery.body.to_string());
        let posting = posting.header(CONTENT_TYPE.as_str(), "application/json; charset=utf-8");
        let posting = posting.header("Stripe-Signature", signed);
        let status = posting.send().await.map(|response| response.status());
        let (event, attempt) = (delivery.event_type.name(), delivery.attempt);
        if status.as_ref().is_ok_and(reqwest::StatusCode::is_success) {
            tracing::info!(event, attempt, "webhook delivered");
            return Receipt::Accepted;
        }
        tracing::warn!(event, attempt, ?status, "webhook failed or rejected the event");
        Receipt::Failed
    }
}
