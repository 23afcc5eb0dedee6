//! Read-your-writes: reads wait for the stock that their client has seen in a response of orders.

use contract::inventory::InventoryState;
use contract::{Id, TicketId};
use futures::future::try_join_all;
use store::Unavailable;
use web::Seen;
use web::seen::SEEN_WAIT_MAX;

use crate::Ports;
use crate::domain::Ticket;

/// Loads a ticket with at least the version of its stock that the client has seen. Returns the
/// present ticket after the maximum wait.
pub(crate) async fn find(
    ports: &Ports,
    id: TicketId,
    seen: &Seen,
) -> Result<Option<Ticket>, Unavailable> {
    match seen.version_of::<InventoryState>(id.untyped()) {
        Some(version) => follow_stock(ports, id.untyped(), version).await,
        None => ports.store.find(&id.to_string()).await,
    }
}

/// Waits until every ticket has the version of its stock that the client has seen, up to the
/// maximum wait.
pub(crate) async fn follow_all(ports: &Ports, seen: &Seen) -> Result<(), Unavailable> {
    let following = seen.all_of::<InventoryState>();
    try_join_all(following.map(|(id, version)| follow_stock(ports, id, version))).await?;
    Ok(())
}

async fn follow_stock(ports: &Ports, id: Id, version: u64) -> Result<Option<Ticket>, Unavailable> {
    let text = id.to_string();
    let look = || async {
        let ticket = ports.store.find::<Ticket>(&text).await?;
        // A missing ticket has no stock to wait for.
        let has_followed = ticket.as_ref().is_none_or(|ticket| ticket.stock.version >= version);
        Ok::<_, Unavailable>(has_followed.then_some(ticket))
    };
    let until = ports.clock.now().plus(SEEN_WAIT_MAX);
    match ports.arrivals.waiting_until(id, &ports.clock, until).until_found(look).await? {
        Some(ticket) => Ok(ticket),
        None => ports.store.find(&text).await,
    }
}
