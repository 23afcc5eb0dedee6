//! Shows as a metric how long the oldest export and the oldest erasure have lacked the part of a service.

use std::time::Duration;

use sources::Clock;
use store::{Query, Store, Unavailable};

use crate::domain::PersonRequest;

/// Wait between two steps.
const PERIOD: Duration = Duration::from_secs(30);

/// The loop that shows them.
#[derive(Clone)]
pub struct ShowPersonRequests {
    store: Store,
    clock: Clock,
}

impl ShowPersonRequests {
    /// The loop of one store.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// One step.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        for kind in PersonRequest::KINDS {
            let age = self.oldest(kind).await?.unwrap_or_default();
            metrics::gauge!("person_requests_unfinished_age_seconds", "kind" => kind)
                .set(age.as_secs_f64());
        }
        Ok(0)
    }

    /// Age of the oldest request of this kind that has not ended.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn oldest(&self, kind: &'static str) -> Result<Option<Duration>, Unavailable> {
        let query = Query::on("unfinished").equals(kind).limit(1);
        let oldest: Vec<PersonRequest> = self.store.query(query).await?;
        let now = self.clock.now();
        Ok(oldest.first().map(|request| now.since(request.requested_at)))
    }

    /// Returns when the next step is due.
    pub async fn wait(&self) {
        self.clock.sleep(PERIOD).await;
    }
}
