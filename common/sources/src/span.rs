//! Spans: what was done when, in which trace, as OpenTelemetry has it. Nothing is recorded, and nothing costs, until somebody asks for it.
//!
//! Not the tracing crates' own spans: which trace a request belongs to is known here only when it has joined the trace of an aggregate, and what is not
//! recorded must not slow an on-sale.

use std::borrow::Cow;
use std::cell::RefCell;
use std::future::Future;
use std::sync::OnceLock;
use std::time::SystemTime;

use rand::rngs::SmallRng;
use rand::{RngCore, SeedableRng};
use tokio::sync::mpsc;

use crate::trace::{Scope, Trace, current_trace};

/// Spans that may wait to be exported: some seconds of a busy service. Past that they are dropped, since work comes before what is told of it.
pub const WAITING_MAX: usize = 16_384;

static RECORDER: OnceLock<mpsc::Sender<FinishedSpan>> = OnceLock::new();

/// What kind of work a span is, in OpenTelemetry's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// A request that is answered.
    Server,
    /// A request to somebody else.
    Client,
    /// A message that is sent.
    Producer,
    /// A message that is handled.
    Consumer,
    /// Anything within.
    Internal,
}

/// A span that has ended.
#[derive(Debug, Clone)]
pub struct FinishedSpan {
    /// What was done: an operation id, `auth.on_session_revoked`, `commit`.
    pub name: Cow<'static, str>,
    /// What kind of work it is.
    pub kind: SpanKind,
    /// Its place: the trace and its own id.
    pub place: Trace,
    /// The span it is part of.
    pub parent: Option<Trace>,
    /// The place in another trace that it also belongs to.
    pub link: Option<Trace>,
    /// When it began.
    pub started: SystemTime,
    /// When it ended.
    pub ended: SystemTime,
    /// What else is to be known.
    pub attributes: Vec<(&'static str, String)>,
    /// Whether it failed, by a fault of ours.
    pub is_failed: bool,
}

/// From now on spans of sampled traces are recorded; they come out of the receiver. `None` if somebody records already.
#[must_use]
pub fn record_spans() -> Option<mpsc::Receiver<FinishedSpan>> {
    let (recorder, finished) = mpsc::channel(WAITING_MAX);
    RECORDER.set(recorder).is_ok().then_some(finished)
}

/// Whether anything is recorded.
#[must_use]
pub fn is_recording() -> bool {
    RECORDER.get().is_some()
}

/// Whether spans of this trace are recorded.
#[must_use]
pub fn is_recorded(trace: &Trace) -> bool {
    trace.is_sampled() && is_recording()
}

/// The present moment, for the start of a span.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "spans are for people's eyes; nothing is decided by when they were"
)]
pub fn moment() -> SystemTime {
    SystemTime::now()
}

/// Hands a span to the exporter; one too many is dropped and counted.
pub fn record(span: FinishedSpan) {
    if let Some(recorder) = RECORDER.get()
        && recorder.try_send(span).is_err()
    {
        metrics::counter!("trace_spans_dropped_total").increment(1);
    }
}

/// A new span's id.
#[must_use]
pub fn new_place(in_trace: Trace) -> Trace {
    in_trace.with_span(RANDOM.with_borrow_mut(RngCore::next_u64))
}

thread_local! {
    /// Span ids need be unique in their trace, no more.
    static RANDOM: RefCell<SmallRng> = RefCell::new(SmallRng::seed_from_u64(seed()));
}

fn seed() -> u64 {
    let mut seed = [0; 8];
    // Without random numbers of the system's the process does not start at all.
    let _ = getrandom::fill(&mut seed);
    u64::from_be_bytes(seed)
}

/// A span under way; recorded when it is dropped. Empty where nothing is recorded.
#[derive(Debug, Default)]
pub struct Span(Option<Box<FinishedSpan>>);

impl Span {
    /// A span that is part of another one.
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

    /// A span that is part of what the running task does.
    #[must_use]
    pub fn here(name: impl Into<Cow<'static, str>>, kind: SpanKind) -> Self {
        current_trace().map_or_else(Self::default, |parent| Self::within(parent, name, kind))
    }

    /// Its place, for what is done in it; `None` where nothing is recorded.
    #[must_use]
    pub fn place(&self) -> Option<Trace> {
        self.0.as_ref().map(|span| span.place)
    }

    /// When it began, if that was before it was known.
    pub fn since(&mut self, started: SystemTime) {
        if let Some(span) = &mut self.0 {
            span.started = started;
        }
    }

    /// Something else that is to be known of it.
    pub fn say(&mut self, key: &'static str, value: impl FnOnce() -> String) {
        if let Some(span) = &mut self.0 {
            span.attributes.push((key, value()));
        }
    }

    /// It failed.
    pub fn fail(&mut self, why: impl FnOnce() -> String) {
        if let Some(span) = &mut self.0 {
            span.is_failed = true;
            span.attributes.push(("error.message", why()));
        }
    }

    /// Runs `work` in it, which goes on without it where nothing is recorded.
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
