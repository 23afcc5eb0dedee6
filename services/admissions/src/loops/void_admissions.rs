//! Voids the admissions of cancelled shows, page by page.

use std::time::Duration;

use contract::ShowId;
use store::{Never, Query, Stop, Tx, Unavailable};

use crate::Ports;
use crate::domain::{Admission, Show};
use crate::issuing;

/// Admissions per step: few enough that the slowest server commits them well within the timeout of
/// an operation.
const PAGE: u32 = 100;

/// Longest wait between two steps, after which shows that another replica has copied are found.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Loop over cancelled shows.
#[derive(Clone)]
pub(crate) struct VoidAdmissions(pub(crate) Ports);

impl VoidAdmissions {
    /// Voids a page of admissions. Returns the number of steps.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let Self(ports) = self;
        let voiding = Query::on("voiding").equals(true).limit(1);
        let shows: Vec<Show> = ports.store.query(voiding).await?;
        let Some(Show { id, .. }) = shows.into_iter().next() else { return Ok(0) };
        let live = Query::on("live_by_show").equals(id).limit(PAGE);
        let live: Vec<Admission> = ports.store.query(live).await?;
        let counter = ports.counter;
        let voiding = move |tx: &mut Tx<'_>| void_all(tx, id, &live, counter);
        let voiding = ports.store.transact(voiding);
        let cannot = |failure| Unavailable::caused_by("cannot void admissions", failure);
        voiding.await.map_err(cannot)?;
        Ok(1)
    }

    /// Waits until a show may have been cancelled.
    pub(crate) async fn wait(&self) {
        let Self(ports) = self;
        let latest = ports.clock.now().plus(WAIT_MAX);
        ports.clock.sleep_until_or_notified(latest, &ports.cancelled).await;
    }
}

/// Admissions that were issued since the show was copied as cancelled are void from the beginning:
/// without a live one nothing remains to be done.
fn void_all(
    tx: &mut Tx<'_>,
    show: ShowId,
    live: &[Admission],
    counter: u32,
) -> Result<(), Stop<Never>> {
    if live.is_empty() {
        if let Some(show) = tx.get::<Show>(show)? {
            tx.save(show.voided());
        }
        return Ok(());
    }
    let ids: Vec<_> = live.iter().map(|admission| admission.state.id).collect();
    let live: Vec<Admission> = tx.get_all::<Admission>(&ids)?.into_iter().flatten().collect();
    Ok(issuing::void_all(tx, &live, counter)?)
}
