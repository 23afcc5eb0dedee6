//! Who carries events to the webhook.

use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Data;

use super::desk::{Desk, Webhook};
use crate::provider::Provider;
use crate::signature::signature;
use crate::webhooks::{Delivery, Receipt};

/// Time that the webhook has for an answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Deliveries of one round; the next one begins at once where more are due.
const ROUND_MAX: usize = 100;

/// Carries events to the webhook, one after the other. Clones carry for the same provider.
#[derive(Clone)]
pub struct Courier {
    desk: Data<Desk>,
    http: reqwest::Client,
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Courier").finish_non_exhaustive()
    }
}

impl Courier {
    pub(super) fn new(desk: Data<Desk>) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().no_proxy().timeout(ANSWER_MAX);
        let http = http.redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { desk, http })
    }

    /// Delivers what is due now, up to a bound, and answers how many attempts it made. Without a webhook it waits.
    pub async fn run_once(&self) -> usize {
        for made in 0..ROUND_MAX {
            let Some(webhook) = self.desk.webhook.lock().clone() else { return made };
            let Some(next) = self.desk.look(Provider::next_delivery) else {
                return made;
            };
            let receipt = self.deliver(&webhook, &next).await;
            self.desk.look(|provider, now| provider.receipt(next.id, receipt, now));
        }
        ROUND_MAX
    }

    /// Delivers what comes due, for ever.
    pub(super) async fn run(self) {
        loop {
            let changed = self.desk.changed.notified();
            if self.run_once().await > 0 {
                continue;
            }
            let due = self.desk.look(|provider, _| provider.next_due());
            match due.filter(|_| self.desk.webhook.lock().is_some()) {
                Some(due) => {
                    tokio::select! {
                        () = changed => {}
                        () = self.desk.clock.sleep_until(due) => {}
                    }
                }
                None => changed.await,
            }
        }
    }

    async fn deliver(&self, webhook: &Webhook, delivery: &Delivery) -> Receipt {
        let now = self.desk.clock.now();
        let signed = signature(&webhook.secrets, now, &delivery.body);
        let posting = self.http.post(&webhook.url).body(delivery.body.to_string());
        let posting = posting.header(CONTENT_TYPE.as_str(), "application/json; charset=utf-8");
        let posting = posting.header("Stripe-Signature", signed);
        let answer = posting.send().await;
        let (event, attempt) = (delivery.event_type.name(), delivery.attempt);
        match answer {
            Ok(answer) if answer.status().is_success() => {
                tracing::info!(event, attempt, "delivered");
                Receipt::Accepted
            }
            Ok(answer) => {
                tracing::warn!(event, attempt, status = answer.status().as_u16(), "not accepted");
                Receipt::Failed
            }
            Err(error) => {
                tracing::warn!(event, attempt, %error, "not delivered");
                Receipt::Failed
            }
        }
    }
}
