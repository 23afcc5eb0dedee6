//! DELETE /api/orders/{id}

use actix_web::delete;
use actix_web::web::Data;
use contract::inventory::InventoryState;
use contract::{OrderId, TicketId, UserId};
use store::{Stop, Tx};
use web::{PathId, Preconditions, Problem, Response, SignedIn};

use super::views::shown;
use crate::Ports;
use crate::domain::{Cause, Command, Inventory, Order, Refusal};
use crate::stock::{self, Effect};

/// Cancels an order of the signed-in user; its units are available again at once.
#[utoipa::path(
    params(
        ("id" = OrderId, Path, description = "The order"),
        ("If-Match" = Option<String>, Header, description = "ETag of the order that was read; 412 if the order has another version"),
    ),
    responses(
        (status = 204, description = "Cancelled, or was already cancelled"),
        (status = 404, description = "No such order of the signed-in user"),
        (status = 409, description = "`order_complete`"),
    ),
    security(("session" = [])),
)]
#[delete("/api/orders/{id}")]
pub(crate) async fn cancel_order(
    ports: Data<Ports>,
    who: SignedIn,
    id: PathId<OrderId>,
    preconditions: Preconditions,
) -> Result<Response, Problem> {
    let (order_id, buyer) = (id.0, who.user);
    sources::join_trace_of(order_id);
    let cause = Cause::Request { id: Some(web::current_request_id().to_string()) };
    let cancelling =
        ports.store.transact(move |tx| cancel(tx, order_id, buyer, (&preconditions, &cause)));
    let (effect, stock) = cancelling.await?;
    effect.count();
    Ok(stock.iter().fold(Response::no_content(), Response::seen))
}

/// Cancels an order; returns its effect and the stock of its tickets.
fn cancel(
    tx: &mut Tx<'_>,
    order_id: OrderId,
    buyer: UserId,
    (preconditions, cause): (&Preconditions, &Cause),
) -> Result<(Effect, Vec<InventoryState>), Stop<Refusal>> {
    let order = tx.get::<Order>(order_id)?.filter(|order| order.state.buyer == buyer);
    let order = order.ok_or(Refusal::UnknownOrder)?;
    let items: Vec<TicketId> = order.state.items.iter().map(|item| item.ticket_id).collect();
    let tickets = tx.get_all::<Inventory>(&items)?.into_iter().flatten();
    let tickets = tickets.map(|inventory| (inventory.ticket_id, inventory)).collect();
    preconditions.check(order.state.version, || shown(&order, &tickets)).map_err(Refusal::from)?;
    let effect = stock::command(tx, order_id, Command::Cancel, cause)?;
    let stock = tx.get_all::<Inventory>(&items)?.into_iter().flatten();
    Ok((effect, stock.map(|inventory| inventory.state()).collect()))
}
