//! Counters of events, in the decisions that change admissions.

use contract::admission::AdmissionState;
use store::{Loaded, Tx};

use crate::domain::{Counter, Counts};

/// Adds a change of an admission to the counters of its ticket and its show that have this number.
pub(crate) fn count(
    tx: &mut Tx<'_>,
    number: u32,
    admission: &AdmissionState,
    change: Counts,
) -> Loaded<()> {
    if change == Counts::default() {
        return Ok(());
    }
    let show = admission.show_id.map(|show| show.to_string());
    let events: Vec<String> =
        [Some(admission.ticket_id.to_string()), show].into_iter().flatten().collect();
    let ids: Vec<String> = events.iter().map(|event| Counter::id_of(event, number)).collect();
    for (event, known) in events.into_iter().zip(tx.get_all::<Counter>(&ids)?) {
        let counts = known.map(|known| known.counts).unwrap_or_default().plus(change);
        tx.put(Counter { event, number, counts });
    }
    Ok(())
}
