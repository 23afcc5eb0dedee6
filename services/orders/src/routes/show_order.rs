//! GET /api/orders/{id}

use actix_web::get;
use actix_web::web::Data;
use contract::OrderId;
use web::{PathId, Problem, Response, Seen, SignedIn};

use super::own_order::{own_order, present_tickets};
use super::views::{OrderView, shown};
use crate::Ports;

/// Shows an order of the signed-in user.
#[utoipa::path(
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 200, description = "The order", body = OrderView),
        (status = 404, description = "No such order of the signed-in user"),
    ),
    security(("session" = [])),
)]
#[get("/api/orders/{id}")]
pub(crate) async fn show_order(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<OrderId>,
    seen: Seen,
) -> Result<Response, Problem> {
    let order = [own_order(&ports, &who, id.0, &seen).await?];
    let tickets = present_tickets(&ports, &order).await?;
    let [order] = order;
    Ok(shown(&order, &tickets))
}
