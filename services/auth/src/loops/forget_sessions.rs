//! Forgets sessions whose tokens have ended, and sign-up keys that no client repeats any more.

use std::time::Duration;

use store::{Document, Failure, Never, Query, Stop, Unavailable};

use crate::Ports;
use crate::documents::SignUpKey;
use crate::domain::Session;

/// How long a sign-up key is kept, as all idempotency keys are.
const KEYS_KEPT: Duration = web::idempotency::ANSWERS_KEPT;

/// Wait between two rounds.
const PERIOD: Duration = Duration::from_mins(1);

/// Documents forgotten in one step.
const PAGE: u32 = 500;

/// The sweep of sessions that are over.
#[derive(Clone)]
pub struct ForgetSessions {
    ports: Ports,
}

impl ForgetSessions {
    /// The sweep of one store.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Forgets a page of each; answers how many.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let now = self.ports.clock.now();
        let sessions = self.forget::<Session>(Query::on("by_end").to(now)).await?;
        let keys = Query::on("by_age").to(now.minus(KEYS_KEPT));
        Ok(sessions + self.forget::<SignUpKey>(keys).await?)
    }

    async fn forget<D: Document>(&self, old: Query) -> Result<usize, Unavailable> {
        let old: Vec<D> = self.ports.store.query(old.limit(PAGE)).await?;
        if old.is_empty() {
            return Ok(0);
        }
        let ids: Vec<String> = old.iter().map(Document::document_id).collect();
        let forgotten = self.ports.store.transact(move |tx| {
            let found = tx.get_all::<D>(&ids)?;
            for document in found.iter().flatten() {
                tx.delete::<D>(document.document_id());
            }
            Ok::<_, Stop<Never>>(found.len())
        });
        forgotten.await.map_err(|error: Failure<Never>| {
            Unavailable::caused_by("cannot forget sessions", error)
        })
    }

    /// Returns when the next round is due.
    pub async fn wait(&self) {
        self.ports.clock.sleep(PERIOD).await;
    }
}
