//! The trace that the present work belongs to, carried from request to message to listener (W3C Trace Context).

use std::future::Future;
use std::sync::Arc;

tokio::task_local! {
    static TRACE: Trace;
}

/// A `traceparent` header's value, such as `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    traceparent: Arc<str>,
}

impl Trace {
    /// A new trace with this identity.
    #[must_use]
    pub fn new(trace_id: [u8; 16], span_id: [u8; 8]) -> Self {
        let trace_id = u128::from_be_bytes(trace_id).max(1);
        let span_id = u64::from_be_bytes(span_id).max(1);
        Self { traceparent: format!("00-{trace_id:032x}-{span_id:016x}-01").into() }
    }

    /// The trace that a `traceparent` names; `None` if it is not a valid one.
    #[must_use]
    pub fn parse(traceparent: &str) -> Option<Self> {
        let mut parts = traceparent.split('-');
        let (version, trace_id, span_id, flags) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let hex = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        let some_bit = |part: &str| part.bytes().any(|b| b != b'0');
        let valid = parts.next().is_none()
            && version == "00"
            && hex(trace_id, 32)
            && some_bit(trace_id)
            && hex(span_id, 16)
            && some_bit(span_id)
            && hex(flags, 2);
        valid.then(|| Self { traceparent: traceparent.into() })
    }

    /// The header's value.
    #[must_use]
    pub fn traceparent(&self) -> &str {
        &self.traceparent
    }

    /// The 32 hex digits that the whole trace shares.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        self.traceparent.split('-').nth(1).unwrap_or_default()
    }
}

/// The trace that the running task works for, if any.
#[must_use]
pub fn current_trace() -> Option<Trace> {
    TRACE.try_with(Clone::clone).ok()
}

/// Runs `work` as part of `trace`.
pub async fn with_trace<F: Future>(trace: Trace, work: F) -> F::Output {
    TRACE.scope(trace, work).await
}
