//! The replicas of a service share its store: the durable consumer delivers a revocation to one of
//! them, which stores and applies a copy. Each of the others polls for new copies.

use std::sync::Arc;
use std::time::Duration;

use store::{Position, Query, Store, Unavailable};
use tokio::sync::Mutex;

use super::{PAGE, Revocation};
use crate::{Loop, Platform};

/// Period of reading copies: a message takes effect on all replicas within a second.
const POLL_PERIOD: Duration = Duration::from_millis(250);

/// Overlap of a poll with earlier times. A copy has the time of its replica's clock, and is visible
/// once committed: the offset of clocks with NTP plus a healthy commit are far below this.
const POLL_OVERLAP: Duration = Duration::from_secs(5);

/// Overlap of an extended poll: a commit whose outcome was resolved after a fail-over, or a wrong
/// clock. Beyond that a clock is so wrong that tokens are judged wrongly too.
const EXTENDED_POLL_OVERLAP: Duration = Duration::from_mins(5);

/// Polls between two extended ones: every ten seconds.
const POLLS_PER_EXTENDED_POLL: u32 = 40;

/// One scan of the newest copies, one page per step.
#[derive(Default)]
struct Scan {
    /// Scans before this one.
    count: u32,
    /// The position of the scan.
    after: Option<Position>,
}

/// The loop that applies the revocations that other replicas of the service stored.
pub(crate) fn follow(service: &str, store: &Store, platform: &Platform) -> Loop {
    let timing = (POLL_PERIOD, platform.clock.clone());
    let ports = (store.clone(), platform.clone(), Arc::<Mutex<Scan>>::default());
    let step = |(store, platform, scan): (Store, Platform, Arc<Mutex<Scan>>)| async move {
        apply_page(&store, &platform, &mut *scan.lock().await).await
    };
    Loop::periodic(format!("{service}.follow_replicas"), timing, ports, step)
}

/// Applies a page of the newest copies; returns their number, or 0 for the last page of a scan.
async fn apply_page(
    store: &Store,
    platform: &Platform,
    scan: &mut Scan,
) -> Result<usize, Unavailable> {
    let is_extended = scan.count.is_multiple_of(POLLS_PER_EXTENDED_POLL);
    let overlap = if is_extended { EXTENDED_POLL_OVERLAP } else { POLL_OVERLAP };
    let newest = Query::on("by_arrival").from(platform.clock.now().minus(overlap));
    let newest = newest.after(scan.after.clone()).limit(PAGE);
    let page = store.query::<Revocation>(newest.clone()).await?;
    for copy in &page {
        platform.sessions.revocations.apply(&copy.state);
    }
    let is_full = page.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
    if let Some(last) = page.last().filter(|_| is_full) {
        scan.after = Some(newest.position_of(last));
        return Ok(page.len());
    }
    *scan = Scan { count: scan.count.wrapping_add(1), after: None };
    Ok(0)
}
