//! Each service's copy of revoked sessions: kept in its own store, held in memory for the life of a token.

use std::time::Duration;

use bus::{Handled, Listener, Undeliverable};
use contract::session::{REVOKED, RevocationState};
use contract::{MessageType, State as _, Timestamp};
use serde::{Deserialize, Serialize};
use sources::Clock;
use store::{Collection, Document, Index, Key, Never, Position, Query, Stop, Store, Unavailable};
use web::Sessions;

use crate::service::Platform;

/// Revocations read or removed in one step.
const PAGE: u32 = 500;

/// Wait between two rounds of forgetting.
const FORGET_PERIOD: Duration = Duration::from_mins(1);

const TYPES: &[MessageType<RevocationState>] = &[REVOKED];

/// The copies.
pub static COLLECTION: Collection = Collection {
    name: "revocations",
    indexes: &[Index { name: "by_end", fields: &["forgetAfter"] }],
    searched: &[],
};

/// A revocation, as this service knows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Revocation {
    #[serde(flatten)]
    state: RevocationState,
}

impl Document for Revocation {
    const COLLECTION: &'static Collection = &COLLECTION;

    fn document_id(&self) -> String {
        self.state.id().to_string()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "forgetAfter" => self.state.forget_after.into(),
            _ => Key::Null,
        }
    }
}

/// Takes every revocation that still matters into memory; to be done before a service is ready.
///
/// # Errors
/// [`Unavailable`] when the store does not answer.
pub async fn load(store: &Store, platform: &Platform) -> Result<(), Unavailable> {
    let mut after: Option<Position> = None;
    loop {
        let query = Query::on("by_end").from(platform.clock.now()).after(after).limit(PAGE);
        let page = store.query::<Revocation>(query).await?;
        for revocation in &page {
            platform.sessions.revocations.apply(&revocation.state);
        }
        let Some(last) = page.last() else { return Ok(()) };
        let key = last.state.forget_after.into();
        after = Some(Position { key, id: last.document_id() });
    }
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
    let name = (service, "on_session_revoked");
    Listener::new(&platform.bus, &platform.clock, name, TYPES, handler).await
}

async fn on_session_revoked(
    store: &Store,
    sessions: &Sessions,
    state: RevocationState,
) -> Result<Handled, Undeliverable> {
    let kept = store.transact(move |tx| {
        let id = state.id().to_string();
        match tx.get::<Revocation>(&id)? {
            Some(known) if known.state.version() >= state.version() => {
                return Ok::<_, Stop<Never>>(Handled::AlreadyApplied);
            }
            Some(_) => tx.save(Revocation { state }),
            None => tx.insert(Revocation { state }),
        }
        Ok(Handled::Applied)
    });
    let handled = kept.await?;
    sessions.revocations.apply(&state);
    Ok(handled)
}

/// Forgets revocations that no token can claim any more; a background step.
#[derive(Clone)]
pub struct Forgetting {
    store: Store,
    sessions: Sessions,
    clock: Clock,
}

impl Forgetting {
    /// The forgetting of one service.
    #[must_use]
    pub fn new(store: Store, platform: &Platform) -> Self {
        Self { store, sessions: platform.sessions.clone(), clock: platform.clock.clone() }
    }

    /// Forgets a page of them; answers how many.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let now: Timestamp = self.clock.now();
        self.sessions.revocations.forget(now);
        let ended = Query::on("by_end").to(now).limit(PAGE);
        let ended = self.store.query::<Revocation>(ended).await?;
        if ended.is_empty() {
            return Ok(0);
        }
        let ids: Vec<String> = ended.iter().map(Document::document_id).collect();
        let removed = self.store.transact(move |tx| {
            let found = tx.get_all::<Revocation>(&ids)?;
            for revocation in found.iter().flatten() {
                tx.delete::<Revocation>(revocation.document_id());
            }
            Ok::<_, Stop<Never>>(found.len())
        });
        removed.await.map_err(|error| Unavailable::caused_by("cannot forget revocations", error))
    }

    /// Returns when the next round is due.
    pub async fn wait(&self) {
        self.clock.sleep(FORGET_PERIOD).await;
    }
}
