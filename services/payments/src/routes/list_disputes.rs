//! GET /api/payments/disputes

use actix_web::web::Data;
use actix_web::{HttpRequest, get};
use contract::money::Decimal;
use contract::{Currency, DisputeId, OrderId, PaymentId, Timestamp, UserId};
use serde::Serialize;
use store::Query;
use utoipa::ToSchema;
use web::{Admin, Cursor, Page, PageSize, Problem, QueryString, Response};

use crate::Ports;
use crate::domain::{Dispute, DisputeState, ProviderDisputeStatus};

web::params! {
    /// The page of disputes to list.
    pub(crate) struct ListDisputesParams {
        /// Disputes on the page, 1 to 100; 20 by default.
        pub(crate) limit: PageSize,
        /// Start of the page; the first page by default.
        pub(crate) cursor: Cursor,
    }
}

/// A dispute of a payment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DisputeView {
    id: DisputeId,
    /// The provider's id of the dispute.
    stripe_id: String,
    payment_id: PaymentId,
    /// The paid order; absent if the payment is a top-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    payer: UserId,
    status: ProviderDisputeStatus,
    amount: Decimal,
    currency: Currency,
    opened_at: Timestamp,
    /// When the dispute was won or lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<Timestamp>,
}

/// Lists the disputes that payers' banks opened, newest first. For administrators.
#[utoipa::path(
    params(ListDisputesParams),
    responses(
        (status = 200, description = "A page of disputes", body = [DisputeView], headers(("Link" = String, description = "`rel=next`: the next page, if any"))),
        (status = 403, description = "Not an administrator"),
    ),
    security(("session" = [])),
)]
#[get("/api/payments/disputes")]
pub(crate) async fn list_disputes(
    ports: Data<Ports>,
    _: Admin,
    params: QueryString<ListDisputesParams>,
    request: HttpRequest,
) -> Result<Response, Problem> {
    let ListDisputesParams { limit, cursor } = params.0;
    let by_age = Query::on("by_age").descending();
    let page = Page::<Dispute>::read(&ports.store, &request, by_age, (limit, cursor)).await?;
    Ok(page.shown(|dispute| DisputeView::from(dispute)))
}

impl From<&Dispute> for DisputeView {
    fn from(dispute: &Dispute) -> Self {
        let (status, closed_at) = match dispute.state {
            DisputeState::Open => (ProviderDisputeStatus::Open, None),
            DisputeState::Won { at } => (ProviderDisputeStatus::Won, Some(at)),
            DisputeState::Lost { at } => (ProviderDisputeStatus::Lost, Some(at)),
        };
        Self {
            id: dispute.id,
            stripe_id: dispute.reference.clone(),
            payment_id: dispute.payment_id,
            order_id: dispute.order_id,
            payer: dispute.payer,
            status,
            amount: dispute.amount.to_decimal(),
            currency: dispute.amount.currency,
            opened_at: dispute.opened_at,
            closed_at,
        }
    }
}
