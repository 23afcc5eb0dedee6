//! One file a route.

mod cancel_order;
mod create_order;
mod list_orders;
mod present_tickets;
mod show_order;
mod show_timeline;
mod views;

use contract::OrderId;
use utoipa_actix_web::service_config::ServiceConfig;
use web::{Problem, SignedIn};

use crate::Ports;
use crate::domain::{Order, Refusal};

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(create_order::create_order)
        .service(list_orders::list_orders)
        .service(show_order::show_order)
        .service(show_timeline::show_timeline)
        .service(cancel_order::cancel_order);
}

/// One's own order; somebody else's is as unknown as one that there is not.
async fn own_order(ports: &Ports, who: &SignedIn, id: OrderId) -> Result<Order, Problem> {
    let order = ports.store.find::<Order>(&id.to_string()).await?;
    let own = order.filter(|order| order.state.buyer == who.user);
    own.ok_or(Problem::from(Refusal::UnknownOrder))
}
