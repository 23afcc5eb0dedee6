//! Sets the metric of the age of the oldest letter whose attempt is overdue.

use std::time::Duration;

use store::{Query, Unavailable};

use crate::Ports;
use crate::domain::Letter;

pub(crate) const PERIOD: Duration = Duration::from_secs(30);

/// Publishes the time since the oldest due letter was due.
pub(crate) async fn show_letters(ports: Ports) -> Result<usize, Unavailable> {
    let now = ports.clock.now();
    let query = Query::on("owed").equals(true).to(now).limit(1);
    let oldest: Vec<Letter> = ports.store.query(query).await?;
    let age = oldest.first().and_then(Letter::due_at).map(|due_at| now.since(due_at));
    metrics::gauge!("mails_overdue_age_seconds").set(age.unwrap_or_default().as_secs_f64());
    Ok(0)
}
