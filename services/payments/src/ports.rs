//! Name of the service, and dependencies of its routes, listeners and loops.

use contract::catalogue::services;
use std::sync::Arc;

use ::service::CopyArrivals;
use contract::{PaymentId, RefundId};
use sources::{Clock, Ids};
use store::Store;
use tokio::sync::Notify;

use crate::driver::completions::Completions;
use crate::driver::queue::WorkQueue;
use crate::provider::gateway::PaymentGateway;
use crate::provider::stripe::WebhookSecrets;
use crate::requests::inquiry_limit::InquiryLimit;
use crate::settings::CardSettings;

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
    pub payment_queue: WorkQueue<PaymentId>,
    /// Refunds with a call to the provider to make.
    pub refund_queue: WorkQueue<RefundId>,
    /// Requests that wait for the end of a payment.
    pub completions: Completions<PaymentId>,
    /// Requests that wait for the end of a refund.
    pub refund_completions: Completions<RefundId>,
    /// Limits inquiries about payments that require action.
    pub inquiry_limit: InquiryLimit,
    /// Limits reads of the provider's record on requests for refunds.
    pub record_limit: InquiryLimit,
    /// Limits on attempts to charge cards.
    pub card_settings: CardSettings,
}
