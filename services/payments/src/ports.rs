//! Name of the service, and dependencies of its routes, listeners and loops.

use std::fmt::Display;
use std::sync::Arc;

use ::service::CopyArrivals;
use contract::catalogue::services;
use contract::{PaymentId, RefundId};
use sources::{Clock, Ids};
use store::{Failure, Query, Store, Tx, Unavailable};
use tokio::sync::Notify;

use crate::commands::inquiry_limit::InquiryLimit;
use crate::domain::Payment;
use crate::driver::work::WorkQueue;
use crate::provider::gateway::PaymentGateway;
use crate::provider::stripe::WebhookSecrets;
use crate::refusal::Decision;
use crate::settings::CardSettings;

/// The service's name.
pub const NAME: &str = services::PAYMENTS.name;

#[derive(Clone)]
pub(crate) struct Ports {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) gateway: Arc<dyn PaymentGateway>,
    pub(crate) webhook_secrets: WebhookSecrets,
    /// Notified when an event of the provider was received.
    pub(crate) events: Arc<Notify>,
    /// Notified when a copy of an order has arrived.
    pub(crate) orders: CopyArrivals,
    pub(crate) payments: WorkQueue<PaymentId>,
    pub(crate) refunds: WorkQueue<RefundId>,
    /// Notified when a show has changed, or a refund of a cancelled show.
    pub(crate) shows: Arc<Notify>,
    /// Limits inquiries about payments that require action.
    pub(crate) inquiry_limit: InquiryLimit,
    /// Limits reads of the provider's record on requests for refunds.
    pub(crate) record_limit: InquiryLimit,
    pub(crate) card_settings: CardSettings,
}

impl Ports {
    pub(crate) async fn payment_by_reference(
        &self,
        reference: &str,
    ) -> Result<Option<Payment>, Unavailable> {
        let by_reference = Query::on("by_reference").equals(reference).limit(1);
        Ok(self.store.query(by_reference).await?.pop())
    }

    /// Runs a decision that a later step repeats. `None` if it was refused, which is logged as
    /// `failed`, or if the store is busy.
    pub(crate) async fn decide<T: Send + 'static>(
        &self,
        kind: &str,
        id: impl Display,
        failed: &str,
        decision: impl Fn(&mut Tx<'_>) -> Decision<T> + Send + 'static,
    ) -> Result<Option<T>, Unavailable> {
        match self.store.transact(decision).await {
            Ok(decided) => Ok(Some(decided)),
            Err(Failure::Refused(refusal)) => {
                tracing::error!(kind, %id, %refusal, "{failed}");
                Ok(None)
            }
            Err(Failure::Busy) => Ok(None),
            Err(Failure::Unavailable(unavailable)) => Err(unavailable),
        }
    }
}
