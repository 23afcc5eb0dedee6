//! The replicas of storefront share its store: a message reaches one of them, which stores the
//! change; the others poll for new ones. Embedded engines have one process, and store none.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use contract::{Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Collection, Index, Loaded, Query, Tx, Unavailable};
use tokio::sync::Mutex;

use super::hub::{Hub, OrderEvent};
use super::topic::Topic;
use crate::Ports;

/// Changes in one read.
const PAGE: u32 = 500;

/// Overlap of a read with earlier times. A change has the time of its replica's clock, and is
/// visible once committed.
const OVERLAP: Duration = Duration::from_secs(5);

/// Period of the reads: a change reaches the streams of other replicas this much later.
pub(crate) const FOLLOW_PERIOD: Duration = Duration::from_millis(100);

/// How long changes are kept: far longer than two reads of a replica are apart.
pub(crate) const CHANGES_KEPT: Duration = Duration::from_mins(1);

/// Changes of the last minute, by topic.
pub(crate) static CHANGES: Collection =
    Collection::indexed("changes", &[Index { name: "by_arrival", fields: &["keptAt"] }]);

/// The last change of a topic, of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    topic: String,
    kept_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<KeptEvent>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct KeptEvent {
    buyer: UserId,
    name: String,
    data: Value,
}

store::document!(Change, CHANGES, |change| change.id(), "keptAt" => change.kept_at);

impl Change {
    /// Each kind of event of an order has a document of its own: two of one period are both sent.
    fn id(&self) -> String {
        match &self.event {
            Some(event) => format!("{} {}", self.topic, event.name),
            None => self.topic.clone(),
        }
    }
}

/// Stores a change for the other replicas, if there may be any.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    hub: &Hub,
    topic: Topic,
    event: Option<&OrderEvent>,
) -> Loaded<()> {
    if !hub.is_shared {
        return Ok(());
    }
    let event = event.map(|event| KeptEvent {
        buyer: event.buyer,
        name: event.name.clone(),
        data: event.data.clone(),
    });
    let change = Change { topic: topic.to_string(), kept_at: tx.now(), event };
    tx.get::<Change>(change.id())?;
    tx.put(change);
    Ok(())
}

/// The changes that this replica knows.
pub(crate) type Known = Arc<Mutex<HashMap<String, Timestamp>>>;

/// Notes the changes that other replicas have stored. Returns 0, so that the next read is a period
/// later.
pub(crate) async fn follow((ports, known): (Ports, Known)) -> Result<usize, Unavailable> {
    let mut known = known.lock().await;
    let since = ports.clock.now().minus(OVERLAP);
    known.retain(|_, kept_at| *kept_at >= since);
    let newest = Query::on("by_arrival").from(since).limit(PAGE);
    let mut pages = ports.store.pages_of::<Change>(newest);
    while let Some(page) = pages.next().await? {
        for change in page {
            let kept_at = Some(change.kept_at);
            if known.insert(change.id(), change.kept_at) != kept_at {
                note(&ports.live, change);
            }
        }
    }
    Ok(0)
}

fn note(hub: &Hub, change: Change) {
    match (change.topic.parse::<Topic>(), change.event) {
        (Ok(Topic::Ticket(id)), _) => hub.stock_changed(id),
        (Ok(Topic::Order(order)), Some(KeptEvent { buyer, name, data })) => {
            hub.order_changed(OrderEvent { order, buyer, name, data });
        }
        (Ok(Topic::Order(_)) | Err(_), _) => {}
    }
}
