//! The trace of the current work, carried from request to message to listener (W3C Trace Context).

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use contract::Id;
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use sha2::{Digest as _, Sha256};

tokio::task_local! {
    static CURRENT: Scope;
}

/// A span context: the content of a `traceparent` header such as
/// `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    id: u128,
    span: u64,
    flags: u8,
}

/// The flag of a sampled trace, whose spans are recorded.
const SAMPLED: u8 = 1;

/// Traces whose id ends in less than this are sampled, as in OpenTelemetry's `TraceIdRatioBased`
/// sampler, so that every service decides alike.
static SAMPLED_BELOW: AtomicU64 = AtomicU64::new(u64::MAX);

/// Sets the share of sampled new traces, in parts per million.
pub fn sample(per_million: u32) {
    let below = u64::MAX / 1_000_000 * u64::from(per_million.min(1_000_000));
    let below = if per_million >= 1_000_000 { u64::MAX } else { below };
    SAMPLED_BELOW.store(below, Ordering::Relaxed);
}

impl Trace {
    /// A new trace with these ids.
    #[must_use]
    pub fn new(trace_id: [u8; 16], span_id: [u8; 8]) -> Self {
        let trace_id = u128::from_be_bytes(trace_id).max(1);
        let low = u64::try_from(trace_id & u128::from(u64::MAX)).unwrap_or(0);
        let flags = if low <= SAMPLED_BELOW.load(Ordering::Relaxed) { SAMPLED } else { 0 };
        Self { id: trace_id, span: u64::from_be_bytes(span_id).max(1), flags }
    }

    /// The trace of an aggregate's life, at its first span. It follows from the aggregate's id, so
    /// every service can compute it.
    #[must_use]
    pub fn of(aggregate: impl Into<Id>) -> Self {
        let digest = Sha256::digest(aggregate.into().to_bytes());
        let (trace_id, rest) = digest.split_first_chunk().unwrap_or((&[0; 16], &[]));
        Self::new(*trace_id, rest.first_chunk().copied().unwrap_or_default())
    }

    /// The span context of a `traceparent`; `None` if it is invalid.
    #[must_use]
    pub fn parse(traceparent: &str) -> Option<Self> {
        let mut parts = traceparent.split('-');
        let (version, trace_id, span_id, flags) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_hex = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        let valid = parts.next().is_none()
            && version == "00"
            && is_hex(trace_id, 32)
            && is_hex(span_id, 16)
            && is_hex(flags, 2);
        if !valid {
            return None;
        }
        let trace_id = u128::from_str_radix(trace_id, 16).ok().filter(|id| *id != 0)?;
        let span_id = u64::from_str_radix(span_id, 16).ok().filter(|id| *id != 0)?;
        Some(Self { id: trace_id, span: span_id, flags: u8::from_str_radix(flags, 16).ok()? })
    }

    /// The header's value.
    #[must_use]
    pub fn traceparent(&self) -> String {
        format!("00-{:032x}-{:016x}-{:02x}", self.id, self.span, self.flags)
    }

    /// The 32 hex digits of the trace id.
    #[must_use]
    pub fn trace_id(&self) -> String {
        format!("{:032x}", self.id)
    }

    /// The span context as the exporter reads it.
    pub(crate) fn context(self) -> SpanContext {
        let (id, flags) = (TraceId::from(self.id), TraceFlags::new(self.flags));
        SpanContext::new(id, self.span_id(), flags, false, TraceState::NONE)
    }

    /// The span id as the exporter reads it.
    pub(crate) fn span_id(self) -> SpanId {
        SpanId::from(self.span)
    }

    /// Whether spans of it are recorded.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED == SAMPLED
    }

    pub(crate) fn with_span(self, span_id: u64) -> Self {
        Self { span: span_id.max(1), ..self }
    }
}

/// The trace of a piece of work, which may join the trace of an aggregate later. Clones share it.
#[derive(Debug, Clone)]
pub struct Scope {
    trace: Trace,
    joined: Arc<OnceLock<Joined>>,
}

/// A span context in the trace of an aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// The span context.
    pub place: Trace,
    /// The first span of that trace; none if `place` is that span.
    pub parent: Option<Trace>,
}

impl Scope {
    /// Work that belongs to this trace.
    #[must_use]
    pub fn new(trace: Trace) -> Self {
        Self { trace, joined: Arc::default() }
    }

    /// Runs `work` in it.
    pub async fn run<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// The span context in the trace of an aggregate that the work joined, if any.
    #[must_use]
    pub fn joined(&self) -> Option<Joined> {
        self.joined.get().copied()
    }

    fn current(&self) -> Trace {
        self.joined.get().map_or(self.trace, |joined| joined.place)
    }
}

/// The trace of the running task, if any.
#[must_use]
pub fn current_trace() -> Option<Trace> {
    CURRENT.try_with(Scope::current).ok()
}

/// Runs `work` as part of `trace`.
pub async fn with_trace<F: Future>(trace: Trace, work: F) -> F::Output {
    Scope::new(trace).run(work).await
}

/// Joins the trace of this aggregate, which the running task creates, as its first span.
pub fn begin_trace_of(aggregate: impl Into<Id>) {
    join(|_| Joined { place: Trace::of(aggregate), parent: None });
}

/// Joins the trace of this aggregate.
pub fn join_trace_of(aggregate: impl Into<Id>) {
    let first = Trace::of(aggregate);
    join(|own| Joined { place: first.with_span(own.span), parent: Some(first) });
}

/// The first aggregate counts: a request is about one.
fn join(place: impl FnOnce(Trace) -> Joined) {
    // Outside of a task there is nothing to join.
    let _ = CURRENT.try_with(|scope| *scope.joined.get_or_init(|| place(scope.trace)));
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_survives_a_round_trip() {
        assert_eq!(Trace::parse(HEADER).map(|trace| trace.traceparent()).as_deref(), Some(HEADER));
        let unsampled = HEADER.replace("-01", "-00");
        assert!(Trace::parse(&unsampled).is_some_and(|trace| !trace.is_sampled()));
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-00",
            "00-+bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        ] {
            assert_eq!(Trace::parse(bad), None, "{bad}");
        }
    }

    #[tokio::test]
    async fn a_request_about_an_aggregate_joins_the_trace_of_the_aggregate() {
        let id = Id::from_bytes([7; 12]);
        let other_id = Id::from_bytes([8; 12]);
        let (first, own) = (Trace::of(id), Trace::new([1; 16], [2; 8]));
        assert_ne!(first.trace_id(), Trace::of(other_id).trace_id());
        let scope = Scope::new(own);
        let work = async {
            assert_eq!(current_trace(), Some(own));
            join_trace_of(id);
            join_trace_of(other_id);
            current_trace()
        };
        let joined = scope.clone().run(work).await;
        assert_eq!(joined, Some(first.with_span(own.span)));
        assert_eq!(scope.joined().map(|joined| joined.place), joined);
        assert_eq!(scope.joined().and_then(|joined| joined.parent), Some(first));
        begin_trace_of(id);
        assert_eq!(current_trace(), None);
        let beginning = with_trace(own, async {
            begin_trace_of(id);
            current_trace()
        });
        assert_eq!(beginning.await, Some(first));
    }

    #[test]
    fn a_share_of_the_traces_is_recorded() {
        let traces = || {
            (0..1_000_u64).map(|n| {
                Trace::new(
                    [n.to_be_bytes(), (n << 54).to_be_bytes()]
                        .concat()
                        .try_into()
                        .unwrap_or_default(),
                    [1; 8],
                )
            })
        };
        sample(250_000);
        let recorded = traces().filter(Trace::is_sampled).count();
        sample(1_000_000);
        assert!((200..300).contains(&recorded), "{recorded}");
        assert_eq!(traces().filter(Trace::is_sampled).count(), 1_000);
    }
}
