//! Admissions in the decisions that issue and void them: each change is published and counted.

use contract::Decided;
use contract::admission::{ISSUED, VOIDED};
use contract::order::{OrderItem, OrderState};
use store::{Loaded, Tx};

use crate::counting::count;
use crate::domain::{Admission, Counts, to_void};
use crate::transferring;

/// Issues an admission for each unit of an item that has none, and voids those beyond `kept`.
/// `counter` is the number of the counters that this replica changes.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    order: &OrderState,
    (item, kept): (&OrderItem, u32),
    counter: u32,
) -> Loaded<()> {
    let now = tx.now();
    let ids = (1..=item.quantity).map(|unit| Admission::id_of(order.id, item.ticket_id, unit));
    let known = tx.get_all::<Admission>(&ids.collect::<Vec<_>>())?;
    let (mut admissions, mut new) = (Vec::with_capacity(known.len()), Counts::default());
    for (known, unit) in known.into_iter().zip(1..) {
        let admission = if let Some(known) = known {
            known
        } else {
            let issued = Admission::issue(order, item, unit, now);
            tx.publish(ISSUED.of(issued.state.clone()));
            tx.insert(issued.clone());
            new = new.plus(Counts::between(None, issued.state.status));
            issued
        };
        admissions.push(admission);
    }
    if let Some(first) = admissions.first() {
        count(tx, counter, &first.state, new)?;
    }
    let ended: Vec<Admission> = to_void(&admissions, kept).into_iter().cloned().collect();
    void_all(tx, &ended, counter)
}

/// Voids admissions, unless they are void, and ends the transfers that offer them.
pub(crate) fn void_all(tx: &mut Tx<'_>, admissions: &[Admission], counter: u32) -> Loaded<()> {
    transferring::end_of(tx, admissions)?;
    for admission in admissions {
        if let Decided::Applied(voided, ()) = admission.void(tx.now()) {
            let change = Counts::between(Some(admission.state.status), voided.state.status);
            count(tx, counter, &voided.state, change)?;
            tx.publish(VOIDED.of(voided.state.clone()));
            tx.save(*voided);
        }
    }
    Ok(())
}
