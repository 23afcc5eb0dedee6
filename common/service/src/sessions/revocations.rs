//! Each service's copy of revoked sessions: stored, and in memory for the lifetime of a token.

pub(crate) mod replicas;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bus::{Handled, Listener, Undeliverable};
use contract::catalogue::services::ON_SESSION_REVOKED;
use contract::session::{REVOKED, RevocationState};
use contract::{MessageType, State as _, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Collection, Index, Loaded, Never, Query, Stop, Store, Tx, Unavailable};
use web::{Impact, ReadyCheck, Sessions};

use crate::{Loop, Platform, Republisher};

/// Revocations in one read.
const PAGE: u32 = 500;

/// Period of removing expired revocations from memory.
const FORGET_PERIOD: Duration = Duration::from_mins(1);

const TYPES: &[MessageType<RevocationState>] = &[REVOKED];

/// The copies.
pub static COLLECTION: Collection = Collection::indexed(
    "revocations",
    &[
        Index { name: "by_end", fields: &["forgetAfter"] },
        Index { name: "by_arrival", fields: &["keptAt"] },
    ],
);

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Revocation {
    #[serde(flatten)]
    state: RevocationState,
    /// When this copy was stored; unknown for copies older than this field.
    #[serde(default)]
    kept_at: Option<Timestamp>,
}

store::document!(Revocation, COLLECTION, |revocation| revocation.state.id(),
    "forgetAfter" => revocation.state.forget_after,
    "keptAt" => revocation.kept_at,
);

/// Loads every active revocation into memory, before a service is ready.
///
/// # Errors
/// [`Unavailable`] when the store does not respond.
pub async fn load(store: &Store, platform: &Platform) -> Result<(), Unavailable> {
    for revocation in active(store, platform.clock.now()).await? {
        platform.sessions.revocations.apply(&revocation);
    }
    Ok(())
}

/// Every revocation in a store that is active at this time, the first to expire first.
///
/// # Errors
/// [`Unavailable`] when the store does not respond.
pub async fn active(store: &Store, now: Timestamp) -> Result<Vec<RevocationState>, Unavailable> {
    let active = store.pages_of::<Revocation>(Query::on("by_end").from(now).limit(PAGE));
    Ok(active.all().await?.iter().map(|revocation| revocation.state).collect())
}

/// Publishes a revocation and stores its copy in the same commit: the revoking service has it after
/// a restart without its own message. The caller applies it to the sessions once committed.
///
/// # Errors
/// As [`Tx::get`].
pub fn publish(tx: &mut Tx<'_>, state: RevocationState) -> Loaded<()> {
    keep(tx, state)?;
    tx.publish(REVOKED.of(state));
    Ok(())
}

/// Stores the copy of a revocation, unless it exists.
fn keep(tx: &mut Tx<'_>, state: RevocationState) -> Loaded<Handled> {
    let kept = Revocation { state, kept_at: Some(tx.now()) };
    let known = tx.get::<Revocation>(state.id())?;
    if known.is_some_and(|known| known.state.version() >= state.version()) {
        return Ok(Handled::AlreadyApplied);
    }
    tx.put(kept);
    Ok(Handled::Applied)
}

/// A restarted process accepts no session until it has read the revocations of the meantime: the
/// listener has settled every message that was published before some moment since the start.
pub(crate) fn caught_up(service: &'static str, platform: &Platform) -> ReadyCheck {
    let (bus, caught_up) = (platform.bus.clone(), Arc::new(AtomicBool::new(false)));
    let consumer = ON_SESSION_REVOKED.consumer_of(service);
    let check = move || {
        let (bus, caught_up, consumer) = (bus.clone(), Arc::clone(&caught_up), consumer.clone());
        async move {
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
        }
    };
    ReadyCheck::new(format!("{service} revocations"), Impact::Unready, check)
}

/// The listener `on_session_revoked`: stores the copy, then applies it.
pub(crate) async fn listener(
    service: &'static str,
    store: &Store,
    platform: &Platform,
) -> Result<Listener, Unavailable> {
    let (store, sessions) = (store.clone(), platform.sessions.clone());
    let handler = move |received: bus::Received<RevocationState>| {
        let (store, sessions) = (store.clone(), sessions.clone());
        async move { on_session_revoked(&store, &sessions, received.state).await }
    };
    let name = (service, ON_SESSION_REVOKED);
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

/// The loops that remove expired revocations: from memory, and from the store.
pub(crate) fn forgetting(service: &'static str, store: &Store, platform: &Platform) -> [Loop; 2] {
    let in_memory = Loop::periodic(
        format!("{service}.forget_revocations_in_memory"),
        (FORGET_PERIOD, platform.clock.clone()),
        platform.clone(),
        |Platform { sessions, clock, .. }| {
            sessions.revocations.forget(clock.now());
            std::future::ready(Ok(0))
        },
    );
    let stored = Loop::forgetting::<Revocation>(
        format!("{service}.forget_revocations"),
        (store, &platform.clock),
        ("by_end", Duration::ZERO),
    );
    [in_memory, stored]
}

/// Publishes active revocations again, for services that lost copies; returns their number.
///
/// # Errors
/// [`Unavailable`] when the store does not respond.
pub async fn republish(republishing: &Republisher) -> Result<u64, Unavailable> {
    let now = republishing.now();
    let message = move |Revocation { state, .. }: &Revocation| {
        (state.forget_after > now).then(|| REVOKED.of(*state))
    };
    republishing.all(message).await
}
