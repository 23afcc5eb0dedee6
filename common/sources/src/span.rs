//! Spans in the terms of OpenTelemetry. Nothing is recorded, at no cost, until [`record_spans`] is
//! called.
//!
//! Not the tracing crates' own spans: a request may join another trace after it has begun, and an
//! unrecorded span must cost nothing.

use std::borrow::Cow;
use std::cell::RefCell;
use std::future::Future;
use std::sync::OnceLock;
use std::time::SystemTime;

use rand::rngs::SmallRng;
use rand::{RngCore, SeedableRng};
use tokio::sync::mpsc;

use crate::trace::{Scope, Trace, current_trace};

/// Maximum spans that wait for export: some seconds of a busy service. Beyond this they are
/// dropped, so that recording never delays work.
pub const WAITING_MAX: usize = 16_384;

static RECORDER: OnceLock<mpsc::Sender<FinishedSpan>> = OnceLock::new();

/// The kind of work of a span, as in OpenTelemetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// Handling of a request.
    Server,
    /// A request to another system.
    Client,
    /// Publishing of a message.
    Producer,
    /// Handling of a message.
    Consumer,
    /// Internal work.
    Internal,
}

/// A span that has ended.
#[derive(Debug, Clone)]
pub struct FinishedSpan {
    /// The operation: an operation id, `auth.on_session_revoked`, `commit`.
    pub name: Cow<'static, str>,
    /// The kind of work.
    pub kind: SpanKind,
    /// The trace and its own id.
    pub place: Trace,
    /// The enclosing span.
    pub parent: Option<Trace>,
    /// A related span in another trace.
    pub link: Option<Trace>,
    /// When it began.
    pub started: SystemTime,
    /// When it ended.
    pub ended: SystemTime,
    /// Attributes.
    pub attributes: Vec<(&'static str, String)>,
    /// Whether it failed because of this system.
    pub is_failed: bool,
}

/// Starts recording the spans of sampled traces, for the receiver. `None` if recording has started
/// already.
#[must_use]
pub fn record_spans() -> Option<mpsc::Receiver<FinishedSpan>> {
    let (recorder, finished) = mpsc::channel(WAITING_MAX);
    RECORDER.set(recorder).is_ok().then_some(finished)
}

/// Whether spans are recorded.
#[must_use]
pub fn is_recording() -> bool {
    RECORDER.get().is_some()
}

/// Whether spans of this trace are recorded.
#[must_use]
pub fn is_recorded(trace: &Trace) -> bool {
    trace.is_sampled() && is_recording()
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

/// Passes a span to the exporter; beyond the maximum it is dropped and counted.
pub fn record(span: FinishedSpan) {
    if let Some(recorder) = RECORDER.get()
        && recorder.try_send(span).is_err()
    {
        metrics::counter!("trace_spans_dropped_total").increment(1);
    }
}

/// The id of a new span.
#[must_use]
pub fn new_place(in_trace: Trace) -> Trace {
    in_trace.with_span(RANDOM.with_borrow_mut(RngCore::next_u64))
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
pub struct Span(Option<Box<FinishedSpan>>);

impl Span {
    /// A span within another one.
    #[must_use]
    pub fn within(parent: Trace, name: impl Into<Cow<'static, str>>, kind: SpanKind) -> Self {
        if !is_recorded(&parent) {
            return Self(None);
        }
        let now = moment();
        Self(Some(Box::new(FinishedSpan {
            name: name.into(),
            kind,
            place: new_place(parent),
            parent: Some(parent),
            link: None,
            started: now,
            ended: now,
            attributes: Vec::new(),
            is_failed: false,
        })))
    }

    /// A span within the current task's.
    #[must_use]
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
            span.started = started;
        }
    }

    /// Adds an attribute.
    pub fn set_attribute(&mut self, key: &'static str, value: impl FnOnce() -> String) {
        if let Some(span) = &mut self.0 {
            span.attributes.push((key, value()));
        }
    }

    /// Marks it as failed.
    pub fn fail(&mut self, why: impl FnOnce() -> String) {
        if let Some(span) = &mut self.0 {
            span.is_failed = true;
            span.attributes.push(("error.message", why()));
        }
    }

    /// Runs `work` in it; without recording, just runs `work`.
    pub async fn run<F: Future>(&self, work: F) -> F::Output {
        match self.place() {
            Some(place) => Scope::new(place).run(work).await,
            None => work.await,
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(mut span) = self.0.take() {
            span.ended = moment();
            record(*span);
        }
    }
}
