//! Reads that show what their client has seen acknowledged by another service.

use contract::inventory::InventoryState;
use contract::{Id, TicketId};
use futures::future::try_join_all;
use store::Unavailable;
use web::Seen;
use web::seen::SEEN_WAIT_MAX;

use crate::Ports;
use crate::domain::Ticket;

/// A ticket, with its stock at least as new as the client has seen it; as it is when that takes longer than the bound of a wait.
///
/// # Errors
/// [`Unavailable`] when the store does not answer.
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

/// Waits, within the bound, until every ticket whose stock the client has seen shows it.
///
/// # Errors
/// [`Unavailable`] when the store does not answer.
pub(crate) async fn follow_all(ports: &Ports, seen: &Seen) -> Result<(), Unavailable> {
    let following = seen.all_of::<InventoryState>();
    try_join_all(following.map(|(id, version)| follow_stock(ports, id, version))).await?;
    Ok(())
}

async fn follow_stock(ports: &Ports, id: Id, version: u64) -> Result<Option<Ticket>, Unavailable> {
    let text = id.to_string();
    let look = || async {
        let ticket = ports.store.find::<Ticket>(&text).await?;
        // A ticket that is not there has no stock to wait for.
        let has_followed = ticket.as_ref().is_none_or(|ticket| ticket.stock.version >= version);
        Ok::<_, Unavailable>(has_followed.then_some(ticket))
    };
    let until = ports.clock.now().plus(SEEN_WAIT_MAX);
    match ports.stock.waiting_until(id, &ports.clock, until).until_found(look).await? {
        Some(ticket) => Ok(ticket),
        None => ports.store.find(&text).await,
    }
}
