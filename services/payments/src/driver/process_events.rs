//! Processes the provider's events, each once, soon after its receipt. An event's only effect is an
//! inquiry: its content is not trusted.

use std::sync::Arc;
use std::time::Duration;

use contract::{PaymentId, Timestamp};
use futures::future::try_join_all;
use parking_lot::Mutex;
use store::{Query, Stop, Tx, Unavailable};

use crate::domain::{
    Command, EventObject, EventResult, Payment, ProviderEvent, Refund, Task, refund,
};
use crate::refusal::Decision;
use crate::{Ports, commands};

/// Maximum number of events per step; they share a commit.
const PAGE: u32 = 100;

/// Longest wait for events, so that events received by another process are found.
const WAIT_MAX: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(crate) struct ProcessEvents {
    ports: Ports,
    /// When the next known event is due.
    next_at: Arc<Mutex<Option<Timestamp>>>,
}

impl ProcessEvents {
    pub(crate) fn new(ports: Ports) -> Self {
        Self { ports, next_at: Arc::default() }
    }

    /// Processes the due events, up to a page; returns their number.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let now = self.ports.clock.now();
        let waiting = Query::on("waiting").limit(PAGE);
        let waiting: Vec<ProviderEvent> = self.ports.store.query(waiting).await?;
        let is_due = |event: &&ProviderEvent| event.due_at().is_some_and(|at| at <= now);
        let due: Vec<&ProviderEvent> = waiting.iter().take_while(is_due).collect();
        *self.next_at.lock() = waiting.get(due.len()).and_then(ProviderEvent::due_at);
        let done = due.len();
        try_join_all(due.into_iter().map(|event| self.process_event(event))).await?;
        Ok(done)
    }

    async fn process_event(&self, event: &ProviderEvent) -> Result<(), Unavailable> {
        let found = self.payment_of(event).await?;
        let (id, event_type) = (&event.id, &event.event_type);
        let processed = id.clone();
        let processing = move |tx: &mut Tx<'_>| process_once(tx, &processed, found);
        let failed = "event was not processed";
        let processed = self.ports.decide("event", id, failed, processing).await?;
        let Some(end) = processed.flatten() else { return Ok(()) };
        metrics::counter!("provider_events_total", "end" => end.to_string()).increment(1);
        match end {
            EventResult::InquiryRequested => {
                self.ports.payments.request_scan();
                self.ports.refunds.request_scan();
            }
            EventResult::Unknown => {
                tracing::warn!(event = id, event_type, "event of an unknown object");
            }
            EventResult::NoNews | EventResult::Ignored | EventResult::LeftAlone => {}
        }
        Ok(())
    }

    /// The payment with the event's reference, if the event does not contain the payment's id.
    async fn payment_of(&self, event: &ProviderEvent) -> Result<Option<PaymentId>, Unavailable> {
        let EventObject::Payment { reference, payment_id: None, .. } = &event.object else {
            return Ok(None);
        };
        let found = self.ports.payment_by_reference(reference).await?;
        Ok(found.map(|payment| payment.id))
    }

    pub(crate) async fn wait(&self) {
        let clock = &self.ports.clock;
        let latest = clock.now().plus(WAIT_MAX);
        let next_at = (*self.next_at.lock()).map_or(latest, |at| at.min(latest));
        clock.sleep_until_or_notified(next_at, &self.ports.events).await;
    }
}

/// `None` if the event is undecided, or was processed before.
fn process_once(
    tx: &mut Tx<'_>,
    id: &str,
    found: Option<PaymentId>,
) -> Decision<Option<EventResult>> {
    let Some(event) = tx.get::<ProviderEvent>(id)? else { return Ok(None) };
    if event.due_at().is_none() {
        return Ok(None);
    }
    let savepoint = tx.savepoint();
    let end = match process(tx, &event, found) {
        Ok(end) => end,
        Err(Stop::Refused(refusal)) => {
            tx.roll_back_to(savepoint);
            tracing::warn!(event = id, %refusal, "event cannot be processed now");
            EventResult::LeftAlone
        }
        Err(stop) => return Err(stop),
    };
    let now = tx.now();
    let event = match end {
        EventResult::InquiryRequested | EventResult::NoNews | EventResult::Ignored => {
            event.ended(end, now)
        }
        EventResult::Unknown | EventResult::LeftAlone => event.postponed(end, now),
    };
    let is_done = event.due_at().is_none();
    tx.save(event);
    Ok(is_done.then_some(end))
}

/// [`EventResult::Unknown`] (the object may be stored later) and [`EventResult::LeftAlone`] (a call
/// is in progress, whose result may be older than the event) are to be retried.
fn process(
    tx: &mut Tx<'_>,
    event: &ProviderEvent,
    found: Option<PaymentId>,
) -> Decision<EventResult> {
    match &event.object {
        EventObject::Payment { payment_id, reported, .. } => {
            let Some(id) = payment_id.or(found) else { return Ok(EventResult::Unknown) };
            let Some(payment) = tx.get::<Payment>(id)? else { return Ok(EventResult::Unknown) };
            if !payment.is_news(*reported) {
                return Ok(EventResult::NoNews);
            }
            if payment.task() != Task::Nothing {
                return Ok(EventResult::LeftAlone);
            }
            commands::pay::apply(tx, id, Command::Inquire)?;
            Ok(EventResult::InquiryRequested)
        }
        EventObject::Refund { refund_id, .. } => {
            let Some(id) = *refund_id else { return Ok(EventResult::Unknown) };
            let Some(refund) = tx.get::<Refund>(id)? else { return Ok(EventResult::Unknown) };
            if refund.task() != refund::Task::Nothing {
                return Ok(EventResult::LeftAlone);
            }
            let inquiring = commands::refund::apply(tx, id, refund::Command::Inquire)?;
            let is_known = inquiring == refund;
            Ok(if is_known { EventResult::NoNews } else { EventResult::InquiryRequested })
        }
        EventObject::Other => Ok(EventResult::Ignored),
    }
}
