//! Sets the metric of the age of the oldest incomplete export and erasure.

use std::time::Duration;

use sources::Clock;
use store::{Query, Store, Unavailable};

use crate::Ports;
use crate::domain::PersonRequest;

pub(crate) const PERIOD: Duration = Duration::from_secs(30);

/// Publishes the age of the oldest unfinished request of each kind.
pub(crate) async fn show_person_requests(ports: Ports) -> Result<usize, Unavailable> {
    for kind in PersonRequest::KINDS {
        let age = oldest(&ports.store, &ports.clock, kind).await?.unwrap_or_default();
        metrics::gauge!("person_requests_unfinished_age_seconds", "kind" => kind)
            .set(age.as_secs_f64());
    }
    Ok(0)
}

/// Age of the oldest incomplete request of a kind.
///
/// # Errors
/// [`Unavailable`] if the store is unreachable.
pub async fn oldest(
    store: &Store,
    clock: &Clock,
    kind: &'static str,
) -> Result<Option<Duration>, Unavailable> {
    let query = Query::on("unfinished").equals(kind).limit(1);
    let oldest: Vec<PersonRequest> = store.query(query).await?;
    Ok(oldest.first().map(|request| clock.now().since(request.requested_at)))
}
