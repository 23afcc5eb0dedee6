//! Admissions in the decisions that issue and void them: each change is published.

use contract::Decided;
use contract::admission::{ISSUED, VOIDED};
use contract::order::{OrderItem, OrderState};
use store::{Loaded, Tx};

use crate::domain::{Admission, to_void};

/// Issues an admission for each unit of an item that has none, and voids those beyond `kept`.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    order: &OrderState,
    item: &OrderItem,
    kept: u32,
) -> Loaded<()> {
    let now = tx.now();
    let ids = (1..=item.quantity).map(|unit| Admission::id_of(order.id, item.ticket_id, unit));
    let known = tx.get_all::<Admission>(&ids.collect::<Vec<_>>())?;
    let mut admissions = Vec::with_capacity(known.len());
    for (known, unit) in known.into_iter().zip(1..) {
        admissions.push(known.unwrap_or_else(|| {
            let issued = Admission::issue(order, item, unit, now);
            tx.publish(ISSUED.of(issued.state.clone()));
            tx.insert(issued.clone());
            issued
        }));
    }
    for admission in to_void(&admissions, kept) {
        void(tx, admission);
    }
    Ok(())
}

/// Voids an admission, unless it is void.
pub(crate) fn void(tx: &mut Tx<'_>, admission: &Admission) {
    if let Decided::Applied(voided, ()) = admission.void(tx.now()) {
        tx.publish(VOIDED.of(voided.state.clone()));
        tx.save(*voided);
    }
}
