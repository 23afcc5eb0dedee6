//! Refunds in responses: for payers and administrators, and for each seller.

use actix_web::http::StatusCode;
use contract::inventory::InventoryState;
use contract::money::Decimal;
use contract::payment::ReturnedUnits;
use contract::{Currency, OrderId, PaymentId, RefundId, TicketId, Timestamp, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Problem, Response};

use crate::Ports;
use crate::domain::refund::{Method, Origin, Share, State};
use crate::domain::{OrderCopy, Payment, Refund, Refusal};
use crate::routes::run_operation::{Operation, Progress};

/// Status of a refund.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundStatusView {
    /// The provider has not decided yet.
    Requested,
    /// The money was refunded.
    Succeeded,
    /// The money was not refunded, or was sent back by the bank.
    Failed,
}

/// A refund of a payment. A seller's view has the seller's share only.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundView {
    id: RefundId,
    payment_id: PaymentId,
    /// The paid order; absent if the payment is a top-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    /// The provider's id, once assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    stripe_id: Option<String>,
    status: RefundStatusView,
    /// The provider's reason for the failure. With `succeeded`: the reason why the money was
    /// credited to the account instead of the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    amount: Decimal,
    currency: Currency,
    to: Method,
    /// Origin of the refund.
    origin: Origin,
    /// Units that return to sale once the refund has succeeded.
    returns: Vec<ReturnedUnits>,
    version: u64,
    requested_at: Timestamp,
}

impl From<&Refund> for RefundView {
    fn from(refund: &Refund) -> Self {
        let (status, reason) = match &refund.state {
            State::Requested { .. } => (RefundStatusView::Requested, None),
            State::Succeeded { .. } => (RefundStatusView::Succeeded, None),
            State::Failed { reason, .. } => (RefundStatusView::Failed, Some(reason.clone())),
            State::Credited { reason, .. } => (RefundStatusView::Succeeded, Some(reason.clone())),
        };
        Self {
            id: refund.id,
            payment_id: refund.payment_id,
            order_id: refund.order_id,
            stripe_id: refund.reference().map(str::to_owned),
            status,
            reason,
            amount: refund.given().to_decimal(),
            currency: refund.amount.currency,
            to: refund.method(),
            origin: refund.origin,
            returns: refund.returns.clone(),
            version: refund.version,
            requested_at: refund.requested_at,
        }
    }
}

impl RefundView {
    /// A refund in the view of one of its sellers; `None` for other sellers. A credited refund has
    /// failed for a seller of whose share nothing was credited.
    pub(crate) fn of_seller(refund: &Refund, seller: UserId) -> Option<Self> {
        let of_seller =
            |shares: &[Share]| shares.iter().find(|share| share.seller == seller).copied();
        let (view, given) = (Self::from(refund), of_seller(refund.given_shares()));
        let Some(share) = given.or_else(|| of_seller(&refund.shares)) else {
            // Only units were returned.
            return (refund.requested_by == seller).then_some(view);
        };
        let status = if given.is_some() { view.status } else { RefundStatusView::Failed };
        Some(Self { amount: share.amount().to_decimal(), status, ..view })
    }
}

impl Operation for Refund {
    async fn progress(&self, ports: &Ports) -> Result<Progress, Problem> {
        let present = || Response::json(StatusCode::ACCEPTED, &RefundView::from(self));
        Ok(match &self.state {
            State::Requested { reference: None } => Progress::Running(present()),
            // The payer's bank has not decided.
            State::Requested { reference: Some(_) } => Progress::Suspended(present()),
            State::Succeeded { .. } | State::Failed { .. } | State::Credited { .. } => {
                match units_on_sale(ports, self).await? {
                    None => Progress::Running(present()),
                    Some(stock) => {
                        let place = format!("/api/payments/{}/refunds", self.payment_id);
                        let response = Response::created(place, &RefundView::from(self));
                        let response =
                            stock.into_iter().fold(response, |response, (id, version)| {
                                response.seen_version::<InventoryState>(id.untyped(), version)
                            });
                        Progress::Ended(Ok(response))
                    }
                }
            }
        })
    }
}

/// The tickets whose units orders has put on sale again for a refund, each with the version of its
/// inventory; `None` until all units are on sale. An order after the response can reserve them.
async fn units_on_sale(
    ports: &Ports,
    refund: &Refund,
) -> Result<Option<Vec<(TicketId, u64)>>, Problem> {
    let order_id = refund.order_id.filter(|_| refund.was_paid() && !refund.returns.is_empty());
    let Some(order_id) = order_id else { return Ok(Some(Vec::new())) };
    let payment = ports.store.find::<Payment>(&refund.payment_id.to_string()).await?;
    let payment = payment.ok_or(Problem::from(Refusal::UnknownPayment))?;
    let is_own =
        |units: &&ReturnedUnits| refund.returns.iter().any(|own| own.ticket_id == units.ticket_id);
    let returned = payment.refunds().into_iter().flat_map(|refunds| &refunds.returned);
    let returned: Vec<ReturnedUnits> = returned.filter(is_own).copied().collect();
    let copy = ports.store.find::<OrderCopy>(&order_id.to_string()).await?;
    let copy = copy.filter(|copy| copy.has_returned(&returned));
    Ok(copy.map(|copy| {
        let items = copy.order.items.iter();
        let own = items.filter(|item| returned.iter().any(|own| own.ticket_id == item.ticket_id));
        own.filter_map(|item| item.returned_in_version.map(|at| (item.ticket_id, at))).collect()
    }))
}
