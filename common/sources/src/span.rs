//! Spans in the terms of OpenTelemetry. Nothing is recorded, at no cost, until [`record_spans`] is
//! called.
//!
//! Not the tracing crates' own spans: a request may join another trace after it has begun, and an
//! unrecorded span must cost nothing.

use std::borrow::Cow;
use std::cell::RefCell;
use std::future::Future;
use std::sync::{LazyLock, OnceLock};
use std::time::SystemTime;

pub use opentelemetry::trace::SpanKind;
use opentelemetry::trace::{Link, SpanId, Status};
use opentelemetry::{InstrumentationScope, KeyValue, Value};
pub use opentelemetry_sdk::trace::SpanData;
use opentelemetry_sdk::trace::{SpanEvents, SpanLinks};
use rand::rngs::SmallRng;
use rand::{RngCore, SeedableRng};
use tokio::sync::mpsc;

use crate::trace::{Scope, Trace, current_trace};

/// Maximum spans that wait for export: some seconds of a busy service. Beyond this they are
/// dropped, so that recording never delays work.
pub const WAITING_MAX: usize = 16_384;

static RECORDER: OnceLock<mpsc::Sender<SpanData>> = OnceLock::new();

/// The source of all spans.
static SCOPE: LazyLock<InstrumentationScope> =
    LazyLock::new(|| InstrumentationScope::builder("boxoffice").build());

/// Starts recording the spans of sampled traces, for the receiver; `None` if already started.
#[must_use]
pub fn record_spans() -> Option<mpsc::Receiver<SpanData>> {
    let (recorder, finished) = mpsc::channel(WAITING_MAX);
    RECORDER.set(recorder).is_ok().then_some(finished)
}

/// Whether spans are recorded.
#[must_use]
pub fn is_recording() -> bool {
    RECORDER.get().is_some()
}

/// The current time, for the start of a span.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "spans are for people's eyes; nothing is decided by when they were"
)]
pub fn moment() -> SystemTime {
    SystemTime::now()
}

thread_local! {
    /// Span ids must be unique in their trace, no more.
    static RANDOM: RefCell<SmallRng> = RefCell::new(SmallRng::seed_from_u64(seed()));
}

fn seed() -> u64 {
    let mut seed = [0; 8];
    // Without random numbers of the system the process does not start at all.
    let _ = getrandom::fill(&mut seed);
    u64::from_be_bytes(seed)
}

/// A running span; recorded when it is dropped. Empty where nothing is recorded.
#[derive(Debug, Default)]
#[must_use]
pub struct Span(Option<Box<Running>>);

#[derive(Debug)]
struct Running {
    place: Trace,
    data: SpanData,
}

impl Span {
    /// The span with this trace context.
    pub fn at(
        place: Trace,
        parent: Option<Trace>,
        name: impl Into<Cow<'static, str>>,
        kind: SpanKind,
    ) -> Self {
        if !(place.is_sampled() && is_recording()) {
            return Self(None);
        }
        let now = moment();
        let data = SpanData {
            span_context: place.context(),
            parent_span_id: parent.map_or(SpanId::INVALID, Trace::span_id),
            parent_span_is_remote: false,
            span_kind: kind,
            name: name.into(),
            start_time: now,
            end_time: now,
            attributes: Vec::new(),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: Status::Unset,
            instrumentation_scope: SCOPE.clone(),
        };
        Self(Some(Box::new(Running { place, data })))
    }

    /// A span within another one.
    pub fn within(parent: Trace, name: impl Into<Cow<'static, str>>, kind: SpanKind) -> Self {
        if !is_recording() {
            return Self(None);
        }
        let id = RANDOM.with_borrow_mut(RngCore::next_u64);
        Self::at(parent.with_span(id), Some(parent), name, kind)
    }

    /// A span within the current task's.
    pub fn here(name: impl Into<Cow<'static, str>>, kind: SpanKind) -> Self {
        current_trace().map_or_else(Self::default, |parent| Self::within(parent, name, kind))
    }

    /// Its trace context, for the work in it; `None` where nothing is recorded.
    #[must_use]
    pub fn place(&self) -> Option<Trace> {
        self.0.as_ref().map(|span| span.place)
    }

    /// Sets an earlier start.
    pub fn since(&mut self, started: SystemTime) {
        if let Some(span) = &mut self.0 {
            span.data.start_time = started;
        }
    }

    /// Links a related span of another trace.
    pub fn link(&mut self, related: Trace) {
        if let Some(span) = &mut self.0 {
            span.data.links.links.push(Link::with_context(related.context()));
        }
    }

    /// Adds an attribute.
    pub fn set_attribute<V: Into<Value>>(&mut self, key: &'static str, value: impl FnOnce() -> V) {
        if let Some(span) = &mut self.0 {
            span.data.attributes.push(KeyValue::new(key, value()));
        }
    }

    /// Marks it as failed because of this system.
    pub fn set_failed(&mut self) {
        if let Some(span) = &mut self.0 {
            span.data.status = Status::error("");
        }
    }

    /// Marks it as failed, with the reason.
    pub fn fail(&mut self, why: impl FnOnce() -> String) {
        self.set_failed();
        self.set_attribute("error.message", why);
    }

    /// Runs `work` in it; without recording, just runs `work`.
    pub async fn run<F: Future>(&self, work: F) -> F::Output {
        match self.place() {
            Some(place) => Scope::new(place).run(work).await,
            None => work.await,
        }
    }
}

/// Passes the span to the exporter; beyond the maximum it is dropped and counted.
impl Drop for Span {
    fn drop(&mut self) {
        let (Some(Running { mut data, .. }), Some(recorder)) =
            (self.0.take().map(|running| *running), RECORDER.get())
        else {
            return;
        };
        data.end_time = moment().max(data.start_time);
        if recorder.try_send(data).is_err() {
            metrics::counter!("trace_spans_dropped_total").increment(1);
        }
    }
}
