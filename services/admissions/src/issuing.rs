//! Admissions in the decisions that issue and void them: each change is published.

use contract::Decided;
use contract::admission::{ISSUED, VOIDED};
use contract::order::{OrderItem, OrderState};
use store::{Loaded, Tx};

use crate::domain::{Admission, to_void};
use crate::transferring;

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
    let ended: Vec<Admission> = to_void(&admissions, kept).into_iter().cloned().collect();
    void_all(tx, &ended)
}

/// Voids admissions, unless they are void, and ends the transfers that offer them.
pub(crate) fn void_all(tx: &mut Tx<'_>, admissions: &[Admission]) -> Loaded<()> {
    transferring::end_of(tx, admissions)?;
    for admission in admissions {
        if let Decided::Applied(voided, ()) = admission.void(tx.now()) {
            tx.publish(VOIDED.of(voided.state.clone()));
            tx.save(*voided);
        }
    }
    Ok(())
}
