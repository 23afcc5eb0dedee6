//! The tickets on offer of a show, which follow its tickets in the same commit.

use store::{Loaded, Tx};

use crate::domain::{Show, Ticket};

/// Saves a changed ticket, and the show whose tickets on offer change with it.
pub(crate) fn save_ticket(tx: &mut Tx<'_>, before: &Ticket, after: Ticket) -> Loaded<()> {
    if before.is_on_offer() != after.is_on_offer()
        && let Some(copy) = &after.show
        && let Some(show) = tx.get::<Show>(copy.id)?
        && let Some(followed) = show.follow_offer(&after)
    {
        tx.save(followed);
    }
    tx.save(after);
    Ok(())
}
