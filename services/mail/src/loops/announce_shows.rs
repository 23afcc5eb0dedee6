//! Announces the changes of shows: the buyers of each are owed a letter.

use std::time::Duration;

use store::{Never, Position, Query, Stop, Tx, Unavailable};

use crate::Ports;
use crate::domain::{Announcement, Booking, Content, Letter, Show};
use crate::letters::{Owed, owe};

/// Bookings per step: few enough that the slowest server commits their letters well within the
/// timeout of an operation.
const PAGE: u32 = 100;

/// Longest wait between two steps, after which shows that another replica has copied are found.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Loop over announcements in progress, oldest first.
#[derive(Clone)]
pub(crate) struct AnnounceShows(pub(crate) Ports);

impl AnnounceShows {
    /// Creates the letters of a page of bookings. Returns the number of steps.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let Self(ports) = self;
        let query = Query::on("announced").equals(true).limit(1);
        let announced: Vec<Show> = ports.store.query(query).await?;
        let Some(show) = announced.into_iter().next() else { return Ok(0) };
        let after = show.announcement.as_ref().and_then(|announced| announced.after.clone());
        let position = after.map(|id| Position { key: show.state.id.into(), id });
        let query = Query::on("by_show").equals(show.state.id).after(position).limit(PAGE);
        let bookings: Vec<Booking> = ports.store.query(query).await?;
        let announcing = move |tx: &mut Tx<'_>| announce(tx, &show, &bookings);
        let cannot = |failure| Unavailable::caused_by("cannot announce a show", failure);
        ports.notify_sender(ports.store.transact(announcing).await.map_err(cannot)?);
        Ok(1)
    }

    /// Waits until a show may have changed.
    pub(crate) async fn wait(&self) {
        let Self(ports) = self;
        let latest = ports.clock.now().plus(WAIT_MAX);
        ports.clock.sleep_until_or_notified(latest, &ports.announced).await;
    }
}

fn announce(tx: &mut Tx<'_>, read: &Show, bookings: &[Booking]) -> Result<Owed, Stop<Never>> {
    let now = tx.now();
    let Some(show) = tx.get::<Show>(read.state.id)? else { return Ok(Owed::Nothing) };
    // The show has changed since, and its announcement began again, or another replica went on.
    if show != *read {
        return Ok(Owed::Nothing);
    }
    let Some(announcement) = &show.announcement else { return Ok(Owed::Nothing) };
    let times = (announcement.since, now);
    let letters = bookings.iter().filter_map(|booking| {
        let change = booking.change_of(&show.state)?;
        let id = change.letter_id();
        Letter::to_account(id, booking.buyer, Content::ShowChange(change), times)
    });
    let owed = owe(tx, letters.collect())?;
    let announcement = bookings.last().map(|last| Announcement {
        since: announcement.since,
        after: Some(last.order_id.to_string()),
    });
    tx.save(Show { announcement, ..show });
    Ok(owed)
}
