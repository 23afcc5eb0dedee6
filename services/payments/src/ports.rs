//! Name of the service, and dependencies of its routes, listeners and loops.

use contract::catalogue::services;
use std::sync::Arc;

use ::service::CopyArrivals;
use contract::{PaymentId, RefundId};
use sources::{Clock, Ids};
use store::Store;
use tokio::sync::Notify;

use crate::endings::Endings;
use crate::gateway::PaymentGateway;
use crate::last_asked::LastAsked;
use crate::settings::CardSettings;
use crate::stripe::WebhookSecrets;
use crate::work::Work;

/// The service's name.
pub const NAME: &str = services::PAYMENTS.name;

/// Dependencies of routes, listeners and loops.
#[derive(Clone)]
pub struct Ports {
    /// The documents.
    pub store: Store,
    /// The present time.
    pub clock: Clock,
    /// The source of ids.
    pub ids: Ids,
    /// The provider.
    pub gateway: Arc<dyn PaymentGateway>,
    /// The signing secrets of the provider's events.
    pub webhook_secrets: WebhookSecrets,
    /// Notified when an event of the provider was received.
    pub events: Arc<Notify>,
    /// Notified when a copy of an order has arrived.
    pub orders: CopyArrivals,
    /// Payments with a call to the provider to make.
    pub work: Work<PaymentId>,
    /// Refunds with a call to the provider to make.
    pub refund_work: Work<RefundId>,
    /// Requests that wait for the end of a payment.
    pub endings: Endings<PaymentId>,
    /// Requests that wait for the end of a refund.
    pub refund_endings: Endings<RefundId>,
    /// Limits inquiries about payments that require action.
    pub last_asked: LastAsked,
    /// Limits reads of the provider's record on requests for refunds.
    pub last_recorded: LastAsked,
    /// Limits on attempts to charge cards.
    pub card_settings: CardSettings,
}
