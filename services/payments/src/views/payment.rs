//! Payments in responses: for their payers, and for others who may read them.

use actix_web::http::StatusCode;
use contract::money::Decimal;
use contract::{Currency, Money, OrderId, PaymentId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Problem, Response};

use crate::commands::inquiry;
use crate::domain::{Challenge, Consent, Disputed, Payment, ProviderDisputeStatus, Refusal, State};
use crate::provider::gateway::is_about_amount;
use crate::routes::run_operation::{Operation, Progress};
use crate::{Ports, code};

/// Status of a payment.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentStatusView {
    /// The provider has not decided yet.
    Started,
    /// The payer must complete `action`.
    RequiresAction,
    /// The money is reserved; it is captured or released next.
    Authorized,
    /// The money was charged; the order is complete.
    Captured,
    /// The reserved money was released.
    Voided,
    /// The provider declined.
    Declined,
}

/// A payment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaymentView {
    id: PaymentId,
    /// The paid order; absent if the payment is a top-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    /// The provider's id, once assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_id: Option<String>,
    status: PaymentStatusView,
    /// Action that the payer must complete before the money is reserved.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<Challenge>,
    amount: Decimal,
    currency: Currency,
    /// Amount refunded so far, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    refunded: Option<Decimal>,
    /// The part of the payer's consent that no refund has used, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<Consent>,
    /// The amount that the payer disputed at the bank, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    disputed: Option<Decimal>,
    /// State of that dispute.
    #[serde(skip_serializing_if = "Option::is_none")]
    dispute_status: Option<ProviderDisputeStatus>,
    version: u64,
    started_at: Timestamp,
}

impl From<&Payment> for PaymentView {
    fn from(payment: &Payment) -> Self {
        let status = match &payment.state {
            State::Started { .. } | State::Opened { .. } => PaymentStatusView::Started,
            State::RequiresAction { .. } => PaymentStatusView::RequiresAction,
            State::Authorized { .. } | State::Capturing { .. } | State::Voiding { .. } => {
                PaymentStatusView::Authorized
            }
            State::Captured { .. } => PaymentStatusView::Captured,
            State::Voided { .. } | State::Returned { .. } => PaymentStatusView::Voided,
            State::Declined { .. } => PaymentStatusView::Declined,
        };
        let refunded = payment.refunds().and_then(|refunds| refunds.refunded);
        let consent = payment.refunds().map(|refunds| &refunds.consent);
        let disputed = payment.refunds().and_then(|refunds| disputed(refunds.disputed));
        let amount_of = |minor_units| Money::new(minor_units, payment.amount.currency).to_decimal();
        Self {
            id: payment.id,
            order_id: payment.order_id(),
            stripe_id: payment.reference().map(str::to_owned),
            status,
            action: payment.challenge().cloned(),
            amount: payment.amount.to_decimal(),
            currency: payment.amount.currency,
            refunded: refunded.map(Money::to_decimal),
            consent: consent.filter(|consent| !consent.is_empty()).cloned(),
            disputed: disputed.map(|(amount, _)| amount_of(amount)),
            dispute_status: disputed.map(|(_, status)| status),
            version: payment.version,
            started_at: payment.started_at,
        }
    }
}

/// The open amount in minor units, else the lost, else the won one.
const fn disputed(disputed: Disputed) -> Option<(i64, ProviderDisputeStatus)> {
    match disputed {
        Disputed { open: 1.., .. } => Some((disputed.open, ProviderDisputeStatus::Open)),
        Disputed { lost: 1.., .. } => Some((disputed.lost, ProviderDisputeStatus::Lost)),
        Disputed { won: 1.., .. } => Some((disputed.won, ProviderDisputeStatus::Won)),
        Disputed { .. } => None,
    }
}

impl PaymentView {
    /// A payment in the view of other users than its payer: the required action is secret.
    pub(crate) fn of_another(payment: &Payment) -> Self {
        Self { action: None, ..Self::from(payment) }
    }
}

pub(crate) fn shown(payment: &Payment) -> Response {
    Response::ok(&PaymentView::from(payment)).tagged(payment.version)
}

impl Operation for Payment {
    async fn refresh(ports: &Ports, id: PaymentId) -> Result<(), Problem> {
        if let Some(payment) = ports.store.find::<Self>(&id.to_string()).await? {
            inquiry::when_due(ports, payment).await?;
        }
        Ok(())
    }

    async fn progress(&self, _: &Ports) -> Result<Progress, Problem> {
        let present = || Response::json(StatusCode::ACCEPTED, &PaymentView::from(self));
        Ok(match &self.state {
            State::Started { .. }
            | State::Opened { .. }
            | State::Authorized { .. }
            | State::Capturing { .. }
            | State::Voiding { .. } => Progress::Running(present()),
            State::RequiresAction { .. } => Progress::Suspended(present()),
            State::Captured { .. } => {
                let place = format!("/api/payments/{}", self.id);
                let response = Response::created(place, &PaymentView::from(self));
                Progress::Ended(Ok(match self.public_state() {
                    Some(state) => response.seen(&state),
                    None => response,
                }))
            }
            State::Returned { reason, .. } => {
                let detail = "The captured money is not accepted for this payment and is refunded";
                let problem = Problem::from(Refusal::from(*reason)).detail(detail);
                Progress::Ended(Err(problem))
            }
            State::Voided { reason, .. } => Progress::Ended(Err(Refusal::from(*reason).into())),
            State::Declined { reason, .. } if is_about_amount(reason) => {
                let detail = format!(
                    "The payment provider does not charge this amount ({reason}); nothing was charged"
                );
                Progress::Ended(Err(Problem::new(code::AMOUNT_NOT_CHARGEABLE).detail(detail)))
            }
            State::Declined { reason, .. } => {
                let detail = format!("The card was declined: {reason}");
                Progress::Ended(Err(Problem::new(code::PAYMENT_DECLINED).detail(detail)))
            }
        })
    }
}
