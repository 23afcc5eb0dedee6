//! The relay: publishes committed outbox entries in the order of their commits, then removes them.

use std::time::{Duration, UNIX_EPOCH};

use contract::envelope::{self, ReceivedEvent};
use sources::{Clock, Span, SpanKind, Trace, crash, span};
use store::{Outbox, OutboxEntry, Unavailable};

use crate::bus::Bus;
use crate::message::BusMessage;

/// Entries in one step: a few megabytes at most, published with one acknowledgement.
pub const RELAY_ENTRIES_MAX: usize = 64;

/// Period of reading the outbox in case another process has committed.
pub const POLL_PERIOD: Duration = Duration::from_secs(1);

/// Publishes the outbox of one store to the bus. After a crash between publishing and removing it
/// publishes the same ids again; the bus skips them, and consumers recognise them by their
/// versions.
#[derive(Clone)]
pub struct Relay {
    outbox: Outbox,
    bus: Bus,
    clock: Clock,
}

impl Relay {
    /// The relay of an outbox.
    #[must_use]
    pub fn new(outbox: Outbox, bus: Bus, clock: Clock) -> Self {
        Self { outbox, bus, clock }
    }

    /// Publishes the oldest entries and removes them; returns their number.
    ///
    /// # Errors
    /// [`Unavailable`] when the store or the bus does not respond; the entries stay in the outbox.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let entries = self.outbox.read(RELAY_ENTRIES_MAX).await?;
        if entries.is_empty() {
            return Ok(0);
        }
        let messages = entries.iter().map(|entry| BusMessage {
            id: entry.id.clone(),
            subject: entry.subject.clone(),
            body: entry.body.clone(),
        });
        let messages: Vec<BusMessage> = messages.collect();
        crash::point("after_commit_before_publish");
        let publish = |messages| self.bus.publish(messages);
        crash::midway("in_the_middle_of_a_relay_batch", &messages, publish).await;
        publish(messages).await?;
        for entry in &entries {
            record_spans(entry);
        }
        crash::point("after_publish_before_removal");
        self.outbox.remove(&entries).await?;
        Ok(entries.len())
    }

    /// Returns when the outbox may have entries.
    pub async fn wait(&self) {
        tokio::select! {
            biased;
            () = self.outbox.changed() => {}
            () = self.clock.sleep(POLL_PERIOD) => {}
        }
    }
}

/// Records spans from an entry's commit to its publication, in the trace of each of its messages.
fn record_spans(entry: &OutboxEntry) {
    if !span::is_recording() {
        return;
    }
    let committed = Duration::from_millis(u64::try_from(entry.committed_at.unix_ms()).unwrap_or(0));
    let events = envelope::open(&entry.body).unwrap_or_default();
    for event in events.iter().filter_map(|text| serde_json::from_str(text.get()).ok()) {
        let event: ReceivedEvent<'_> = event;
        if let Some(trace) = event.traceparent.as_deref().and_then(Trace::parse) {
            let name = format!("publish {}", event.type_name);
            let mut span = Span::within(trace, name, SpanKind::Producer);
            span.since(UNIX_EPOCH + committed);
            span.set_attribute("messaging.message.id", || event.id.to_string());
            span.set_attribute("messaging.destination.name", || entry.subject.clone());
        }
    }
}
