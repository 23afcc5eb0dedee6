//! Sets the metric of the age of the oldest incomplete export and erasure.

use std::time::Duration;

use sources::Clock;
use store::{Query, Store, Unavailable};

use crate::domain::PersonRequest;

/// Period of the steps.
const PERIOD: Duration = Duration::from_secs(30);

/// Loop that sets the metric.
#[derive(Clone)]
pub struct ShowPersonRequests {
    store: Store,
    clock: Clock,
}

impl ShowPersonRequests {
    /// Creates the loop for a store.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Runs one step.
    ///
    /// # Errors
    /// [`Unavailable`] if the store is unreachable.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        for kind in PersonRequest::KINDS {
            let age = self.oldest(kind).await?.unwrap_or_default();
            metrics::gauge!("person_requests_unfinished_age_seconds", "kind" => kind)
                .set(age.as_secs_f64());
        }
        Ok(0)
    }

    /// Age of the oldest incomplete request of a kind.
    ///
    /// # Errors
    /// [`Unavailable`] if the store is unreachable.
    pub async fn oldest(&self, kind: &'static str) -> Result<Option<Duration>, Unavailable> {
        let query = Query::on("unfinished").equals(kind).limit(1);
        let oldest: Vec<PersonRequest> = self.store.query(query).await?;
        let now = self.clock.now();
        Ok(oldest.first().map(|request| now.since(request.requested_at)))
    }

    /// Waits until the next step is due.
    pub async fn wait(&self) {
        self.clock.sleep(PERIOD).await;
    }
}
