//! GET /api/orders/{id}/timeline

use actix_web::get;
use actix_web::web::Data;
use contract::{OrderId, Timestamp};
use serde::Serialize;
use sources::Trace;
use utoipa::ToSchema;
use web::{PathId, Problem, Response, Seen, SignedIn};

use super::own_order::own_order;
use crate::Ports;
use crate::domain::{Cause, Order, StepKind};

/// The steps of an order and their causes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimelineView {
    order_id: OrderId,
    /// Id of the order's trace, 32 hex digits.
    trace_id: String,
    /// The steps, oldest first.
    steps: Vec<StepView>,
}

/// A step of an order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StepView {
    /// Kind of the step.
    step: StepKind,
    /// Time of the step.
    at: Timestamp,
    /// Cause of the step.
    cause: Cause,
    /// Id of the trace in which the step happened, 32 hex digits.
    trace_id: String,
}

/// Shows the timeline of an order of the signed-in user: each step with its time, cause and trace.
#[utoipa::path(
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 200, description = "The timeline", body = TimelineView),
        (status = 404, description = "No such order of the signed-in user"),
    ),
    security(("session" = [])),
)]
#[get("/api/orders/{id}/timeline")]
pub(crate) async fn show_timeline(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<OrderId>,
    seen: Seen,
) -> Result<Response, Problem> {
    let order = own_order(&ports, &who, id.0, &seen).await?;
    Ok(Response::ok(&TimelineView::from(&order)))
}

impl From<&Order> for TimelineView {
    fn from(order: &Order) -> Self {
        let trace_id = Trace::of(order.state.id).trace_id();
        let view = |step, at, cause: &Cause| StepView {
            step,
            at,
            cause: cause.clone(),
            trace_id: trace_id.clone(),
        };
        let created = view(StepKind::Created, order.state.created_at, &Cause::Request { id: None });
        let later = order.steps.iter().map(|step| view(step.kind, step.at, &step.cause));
        let steps = std::iter::once(created).chain(later).collect();
        Self { order_id: order.state.id, trace_id, steps }
    }
}
