//! Broadcast subscriptions: every replica of a service applies each message, in memory.
//!
//! The durable consumer of the subscription delivers a message to one replica, whose handler stores a copy of it and applies it.
//! The others share the store: each reads the copies that were stored since it last looked, and applies them.

use std::sync::Arc;
use std::time::Duration;

use contract::Timestamp;
use sources::Clock;
use store::{Document, Position, Query, Store, Unavailable};
use tokio::sync::Mutex;

/// Copies read at once.
const PAGE: u32 = 500;

/// Wait between two looks for what another replica stored: with it a message takes effect everywhere within a second.
pub const LOOK_PERIOD: Duration = Duration::from_millis(250);

/// How far back a look goes. A copy bears the time by the clock of the replica that stored it, and becomes visible when its
/// commit ends: clocks that are kept by NTP and a healthy commit together stay far below this.
const LOOK_BACK: Duration = Duration::from_secs(5);

/// How far back every so many looks goes: a commit whose outcome had to be found out over a fail-over, or a clock that is
/// off. Beyond that a clock is so wrong that tokens themselves are judged wrongly.
const LOOK_FAR_BACK: Duration = Duration::from_mins(5);

/// Of so many looks one goes far back: every ten seconds.
const LOOKS_NEAR: u32 = 40;

/// A stored copy of a message that every replica applies.
pub trait Copied: Document {
    /// The index of copies by the time at which they were stored.
    const BY_ARRIVAL: &'static str;

    /// When this copy was stored; unknown of those that were stored before it was recorded.
    fn kept_at(&self) -> Option<Timestamp>;
}

/// Applies what other replicas of the service stored. Applying a copy again changes nothing.
pub struct FollowReplicas<D> {
    store: Store,
    clock: Clock,
    apply: Arc<dyn Fn(&D) + Send + Sync>,
    look: Arc<Mutex<Look>>,
}

/// One look through the newest copies, a page a step.
#[derive(Default)]
struct Look {
    /// Looks before this one.
    count: u32,
    /// Where this one goes on.
    after: Option<Position>,
}

impl<D> Clone for FollowReplicas<D> {
    fn clone(&self) -> Self {
        let Self { store, clock, apply, look } = self;
        let (store, clock) = (store.clone(), clock.clone());
        Self { store, clock, apply: Arc::clone(apply), look: Arc::clone(look) }
    }
}

impl<D: Copied> FollowReplicas<D> {
    /// Reads copies from this store.
    pub fn new(store: Store, clock: Clock, apply: impl Fn(&D) + Send + Sync + 'static) -> Self {
        Self { store, clock, apply: Arc::new(apply), look: Arc::default() }
    }

    /// Applies a page of the newest copies; returns how many, or 0 for the last page of a look.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let mut look = self.look.lock().await;
        let back = if look.count % LOOKS_NEAR == 0 { LOOK_FAR_BACK } else { LOOK_BACK };
        let newest = Query::on(D::BY_ARRIVAL).from(self.clock.now().minus(back));
        let page = self.store.query::<D>(newest.after(look.after.clone()).limit(PAGE)).await?;
        for copy in &page {
            (self.apply)(copy);
        }
        let is_full = page.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
        if let Some(last) = page.last().filter(|_| is_full) {
            let key = last.kept_at().into();
            look.after = Some(Position { key, id: last.document_id() });
            return Ok(page.len());
        }
        *look = Look { count: look.count.wrapping_add(1), after: None };
        Ok(0)
    }

    /// Returns when the next look is due.
    pub async fn wait(&self) {
        self.clock.sleep(LOOK_PERIOD).await;
    }
}
