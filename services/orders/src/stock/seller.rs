//! Bans of sellers, and the inventories that follow them.

use bus::Handled;
use contract::ticket::TicketState;
use contract::user::UserState;
use contract::{TicketId, inventory};
use store::{Failure, Loaded, Query, Stop, Store, Tx};

use super::by_seller::complete_index;
use crate::domain::{Inventory, Refusal, Seller};

/// Inventories per commit.
const PAGE: u32 = 100;

/// Creates the inventory of a new ticket, with the ban of its seller. Creates the missing copy of a
/// seller, so that a concurrent ban conflicts with this decision instead of missing the inventory.
pub(crate) fn first(tx: &mut Tx<'_>, ticket: TicketState) -> Loaded<Inventory> {
    let known = tx.get::<Seller>(ticket.seller)?;
    let seller = known.unwrap_or(Seller::unknown(ticket.seller));
    if known.is_none() {
        tx.insert(seller);
    }
    Ok(Inventory::of(ticket).of_seller(&seller))
}

/// Copies an account, and updates every inventory of the seller. Orders of a ticket are refused
/// after the commit of its inventory. A repeat after a failure continues after the last commit.
/// Errors: [`Failure::Busy`] and [`Failure::Unavailable`] of the store.
pub(crate) async fn follow(store: &Store, account: UserState) -> Result<Handled, Failure<Refusal>> {
    complete_index(store).await?;
    let copying = store.transact(move |tx| copy(tx, &account));
    let (seller, followed) = copying.await?;
    let behind = i64::try_from(seller.version).unwrap_or(i64::MAX) - 1;
    loop {
        let query = Query::on("by_seller").equals(seller.id).to(behind).limit(PAGE);
        let page: Vec<Inventory> = store.query(query).await?;
        if page.is_empty() {
            return Ok(followed);
        }
        let tickets: Vec<_> = page.iter().map(|inventory| inventory.ticket_id).collect();
        store.transact(move |tx| follow_page(tx, &seller, &tickets)).await?;
    }
}

/// Copies an account from a message.
fn copy(tx: &mut Tx<'_>, account: &UserState) -> Result<(Seller, Handled), Stop<Refusal>> {
    let known = tx.get::<Seller>(account.id)?.unwrap_or(Seller::unknown(account.id));
    let Some(seller) = known.follow(account) else { return Ok((known, Handled::AlreadyApplied)) };
    tx.put(seller);
    Ok((seller, Handled::Applied))
}

fn follow_page(
    tx: &mut Tx<'_>,
    seller: &Seller,
    tickets: &[TicketId],
) -> Result<(), Stop<Refusal>> {
    for inventory in tx.get_all::<Inventory>(tickets)?.into_iter().flatten() {
        if let Some(followed) = inventory.follow_seller(seller) {
            tx.publish(inventory::CHANGED.of(followed.state()));
            tx.save(followed);
        }
    }
    Ok(())
}
