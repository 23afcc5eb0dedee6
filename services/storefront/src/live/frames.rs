//! Frames of a stream, made once for all streams.

use std::sync::Arc;
use std::time::Duration;

use ::service::loops::Pace;
use bytes::Bytes;
use contract::inventory;
use contract::{TicketId, Timestamp};
use serde_json::{Value, json};
use store::{Store, Unavailable};

use super::hub::{Batch, Frame};
use super::topic::Topic;
use crate::Ports;
use crate::domain::Offer;

/// Pace of the frames: the first change after a quiet time is sent at once; during a sale there is
/// about one frame a second, with time for the copy before and for every stream after it.
pub(crate) const PACE: Pace =
    Pace { burst: 1, period: Duration::from_millis(800), full: usize::MAX };

/// Period of counting the streams while nothing changes.
const COUNT_PERIOD: Duration = Duration::from_secs(5);

/// Sends the changes to the streams. Clones share them.
#[derive(Clone)]
pub(crate) struct Frames(pub(crate) Ports);

impl Frames {
    /// Waits for a change, or until the streams are counted again.
    pub(crate) async fn wait(&self) {
        let Self(ports) = self;
        tokio::select! {
            () = ports.live.news.notified() => {}
            () = ports.clock.sleep(COUNT_PERIOD) => {}
        }
    }

    /// Sends the changes since the last frames; returns the number of frames.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let Self(ports) = self;
        let hub = &ports.live;
        let streams = u32::try_from(hub.places.taken()).unwrap_or(u32::MAX);
        metrics::gauge!("live_streams").set(f64::from(streams));
        let pending = std::mem::take(&mut *hub.pending.lock());
        let now = ports.clock.now();
        let stock = stock(&ports.store, pending.tickets.iter().copied(), now).await;
        let mut frames = match stock {
            Ok(frames) => frames,
            Err(unavailable) => {
                hub.wait_again(pending);
                return Err(unavailable);
            }
        };
        for event in pending.orders.into_values().flatten() {
            let bytes = frame(&event.name, now, &event.data);
            frames.push(Frame {
                topic: Topic::Order(event.order),
                owner: Some(event.buyer),
                bytes,
            });
        }
        let sent = frames.len();
        if sent > 0 {
            // Without streams there is no receiver.
            let _ = hub.batches.send(Arc::new(Batch(frames)));
        }
        Ok(sent)
    }
}

/// The frames of the present stock of tickets.
pub(super) async fn stock(
    store: &Store,
    tickets: impl IntoIterator<Item = TicketId>,
    now: Timestamp,
) -> Result<Vec<Frame>, Unavailable> {
    let offers = store.find_all::<Offer>(tickets).await?;
    let of_offer = |offer: Offer| {
        let (ticket, stock) = (offer.ticket.as_ref(), offer.stock.as_ref());
        let data = json!({
            "ticketId": offer.id,
            "version": stock.map_or(0, |stock| stock.version),
            "ticketVersion": ticket.map_or(0, |ticket| ticket.version),
            "available": offer.available(),
        });
        let bytes = frame(inventory::CHANGED.name(), now, &data);
        Frame { topic: Topic::Ticket(offer.id), owner: None, bytes }
    };
    Ok(offers.into_iter().flatten().map(of_offer).collect())
}

/// One event of a stream (HTML Living Standard, 9.2). JSON text has no line breaks.
pub(super) fn frame(event: &str, at: Timestamp, data: &Value) -> Bytes {
    format!("event: {event}\nid: {}\ndata: {data}\n\n", at.unix_ms()).into()
}
