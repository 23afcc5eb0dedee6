//! Each service's copy of revoked sessions: kept in its own store, held in memory for the life of a token.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bus::{Handled, Listener, Undeliverable};
use contract::session::{REVOKED, RevocationState};
use contract::{MessageType, State as _, Timestamp};
use serde::{Deserialize, Serialize};
use sources::Clock;
use store::{
    Collection, Document, Index, Key, Never, NotLoaded, Position, Query, Stop, Store, Tx,
    Unavailable,
};
use tokio::sync::Mutex;
use web::session::Revocations;
use web::{Need, ReadyCheck, Sessions};

use crate::forget::Forget;
use crate::loops::Loop;
use crate::republish::Republishing;
use crate::service::Platform;

/// Revocations read at once.
const PAGE: u32 = 500;

/// Wait between two looks for what another replica kept: with it a revocation takes effect everywhere within a second.
pub const LOOK_PERIOD: Duration = Duration::from_millis(250);

/// How far back a look goes. A copy bears the time by the clock of the replica that kept it, and becomes visible when its
/// commit ends: clocks that are kept by NTP and a healthy commit together stay far below this.
const LOOK_BACK: Duration = Duration::from_secs(5);

/// How far back every so many looks goes: a commit whose outcome had to be found out over a fail-over, or a clock that is
/// off. Beyond that a clock is so wrong that tokens themselves are judged wrongly.
const LOOK_FAR_BACK: Duration = Duration::from_mins(5);

/// Of so many looks one goes far back: every ten seconds.
const LOOKS_NEAR: u32 = 40;

/// Wait between two rounds of forgetting in memory.
const FORGET_PERIOD: Duration = Duration::from_mins(1);

const TYPES: &[MessageType<RevocationState>] = &[REVOKED];

/// The listener, and with the service's name before it its consumer.
const LISTENER: &str = "on_session_revoked";

/// The copies.
pub static COLLECTION: Collection = Collection {
    name: "revocations",
    indexes: &[
        Index { name: "by_end", fields: &["forgetAfter"] },
        Index { name: "by_arrival", fields: &["keptAt"] },
    ],
    searched: &[],
};

/// A revocation, as this service knows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Revocation {
    #[serde(flatten)]
    state: RevocationState,
    /// When this copy was kept; unknown of those that were kept before it was recorded.
    #[serde(default)]
    kept_at: Option<Timestamp>,
}

impl Document for Revocation {
    const COLLECTION: &'static Collection = &COLLECTION;

    fn document_id(&self) -> String {
        self.state.id().to_string()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "forgetAfter" => self.state.forget_after.into(),
            "keptAt" => self.kept_at.into(),
            _ => Key::Null,
        }
    }
}

/// Takes every revocation that still matters into memory; to be done before a service is ready.
///
/// # Errors
/// [`Unavailable`] when the store does not answer.
pub async fn load(store: &Store, platform: &Platform) -> Result<(), Unavailable> {
    for revocation in in_force(store, platform.clock.now()).await? {
        platform.sessions.revocations.apply(&revocation);
    }
    Ok(())
}

/// Every revocation that a store keeps and that still matters at this time, the first to be forgotten first.
///
/// # Errors
/// [`Unavailable`] when the store does not answer.
pub async fn in_force(store: &Store, now: Timestamp) -> Result<Vec<RevocationState>, Unavailable> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let query = Query::on("by_end").from(now).after(after).limit(PAGE);
        let page = store.query::<Revocation>(query).await?;
        found.extend(page.iter().map(|revocation| revocation.state));
        let Some(last) = page.last() else { return Ok(found) };
        let key = last.state.forget_after.into();
        after = Some(Position { key, id: last.document_id() });
    }
}

/// Publishes a revocation and keeps the copy of it in the same commit, so that whoever revokes knows it after a restart
/// without waiting for its own message. To be applied to the process's sessions once it is committed.
///
/// # Errors
/// [`NotLoaded`], to be passed on with `?`.
pub fn publish(tx: &mut Tx<'_>, state: RevocationState) -> Result<(), NotLoaded> {
    keep(tx, state)?;
    tx.publish(REVOKED.of(state));
    Ok(())
}

/// Keeps the copy of a revocation, unless it is known.
fn keep(tx: &mut Tx<'_>, state: RevocationState) -> Result<Handled, NotLoaded> {
    let kept = Revocation { state, kept_at: Some(tx.now()) };
    let known = tx.get::<Revocation>(state.id())?;
    if known.is_some_and(|known| known.state.version() >= state.version()) {
        return Ok(Handled::AlreadyApplied);
    }
    tx.put(kept);
    Ok(Handled::Applied)
}

/// Nobody is let in by a process that was away until it knows who was put out meanwhile: the listener has settled
/// everything that was published before some moment since the start.
#[must_use]
pub fn caught_up(service: &'static str, platform: &Platform) -> ReadyCheck {
    let (bus, caught_up) = (platform.bus.clone(), Arc::new(AtomicBool::new(false)));
    let consumer = format!("{service}.{LISTENER}");
    let check = move || {
        let (bus, caught_up, consumer) = (bus.clone(), Arc::clone(&caught_up), consumer.clone());
        let checking: web::health::Checking = Box::pin(async move {
            if caught_up.load(Ordering::Relaxed) {
                return Ok(());
            }
            let lag = bus.lag().await?.into_iter().find(|lag| lag.consumer == consumer);
            let unsettled = lag.map_or(0, |lag| lag.unsettled);
            if unsettled > 0 {
                let missing = format!("{unsettled} revocations are still to be read");
                return Err(Unavailable::new(missing));
            }
            caught_up.store(true, Ordering::Relaxed);
            Ok(())
        });
        checking
    };
    let name = format!("{service} revocations");
    ReadyCheck { name, need: Need::Always, check: Arc::new(check) }
}

/// The listener `on_session_revoked`: keeps the copy, then applies it.
///
/// # Errors
/// [`Unavailable`] when the bus does not answer.
pub async fn listener(
    service: &'static str,
    store: &Store,
    platform: &Platform,
) -> Result<Listener, Unavailable> {
    let (store, sessions) = (store.clone(), platform.sessions.clone());
    let handler = move |received: bus::Received<RevocationState>| {
        let (store, sessions) = (store.clone(), sessions.clone());
        async move { on_session_revoked(&store, &sessions, received.state).await }
    };
    let name = (service, LISTENER);
    Listener::new(&platform.bus, &platform.clock, name, TYPES, handler).await
}

async fn on_session_revoked(
    store: &Store,
    sessions: &Sessions,
    state: RevocationState,
) -> Result<Handled, Undeliverable> {
    let handled = store.transact(move |tx| Ok::<_, Stop<Never>>(keep(tx, state)?)).await?;
    sessions.revocations.apply(&state);
    Ok(handled)
}

/// The loops that forget revocations that no token can claim any more: in memory, and in the store.
#[must_use]
pub fn forgetting(service: &'static str, store: &Store, platform: &Platform) -> [Loop; 2] {
    let (sessions, clock) = (platform.sessions.clone(), platform.clock.clone());
    let waiting = clock.clone();
    let in_memory = Loop::new(
        format!("{service}.forget_revocations_in_memory"),
        move || {
            sessions.revocations.forget(clock.now());
            std::future::ready(Ok(0))
        },
        move || {
            let clock = waiting.clone();
            async move { clock.sleep(FORGET_PERIOD).await }
        },
    );
    let (store, clock) = (store.clone(), platform.clock.clone());
    let stored = Forget::<Revocation>::new(store, clock, "by_end", Duration::ZERO);
    [in_memory, crate::steps!(format!("{service}.forget_revocations"), stored)]
}

/// Takes into memory what other replicas of the service kept: they share its store and its consumer, so that each message
/// reaches only one of them.
#[derive(Clone)]
pub(crate) struct FollowReplicas {
    store: Store,
    clock: Clock,
    revocations: Revocations,
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

impl FollowReplicas {
    pub(crate) fn new(store: &Store, platform: &Platform) -> Self {
        Self {
            store: store.clone(),
            clock: platform.clock.clone(),
            revocations: platform.sessions.revocations.clone(),
            look: Arc::default(),
        }
    }

    /// Takes in a page of the newest copies; answers how many, or 0 for the last page of a look.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let mut look = self.look.lock().await;
        let back = if look.count % LOOKS_NEAR == 0 { LOOK_FAR_BACK } else { LOOK_BACK };
        let newest = Query::on("by_arrival").from(self.clock.now().minus(back));
        let page = newest.after(look.after.clone()).limit(PAGE);
        let page = self.store.query::<Revocation>(page).await?;
        for revocation in &page {
            self.revocations.apply(&revocation.state);
        }
        let is_full = page.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
        if let Some(last) = page.last().filter(|_| is_full) {
            let key = last.kept_at.into();
            look.after = Some(Position { key, id: last.document_id() });
            return Ok(page.len());
        }
        *look = Look { count: look.count.wrapping_add(1), after: None };
        Ok(0)
    }

    /// Returns when the next look is due.
    pub(crate) async fn wait(&self) {
        self.clock.sleep(LOOK_PERIOD).await;
    }
}

/// Publishes every revocation that still matters again, for services that lost their copies of them; answers how many.
///
/// # Errors
/// [`Unavailable`] when the store does not answer.
pub async fn republish(republishing: &Republishing) -> Result<u64, Unavailable> {
    let now = republishing.now();
    let message = move |Revocation { state, .. }: &Revocation| {
        (state.forget_after > now).then(|| REVOKED.of(*state))
    };
    republishing.all(message).await
}
