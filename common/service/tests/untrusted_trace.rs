//! The trace context of a request. The sampler is global, so this test has a program of its own.

use opentelemetry::trace::{SpanContext, SpanId};
use reqwest::Method;
use sources::span::{SpanData, record_spans};
use testing::Platforms;

use crate::kiosk;

#[tokio::test]
async fn a_foreign_trace_context_is_only_a_link() {
    let mut recorded = record_spans().unwrap();
    let platforms = Platforms::in_memory();
    let app = kiosk::app(&platforms).await;
    let mut spans_of = async |traceparent: &str| {
        let request = app.request(Method::GET, "/health/live", None);
        let request = request.header("traceparent", traceparent);
        app.send(request.header("tracestate", "x=y").header("baggage", "x=y")).await.expect(200);
        std::iter::from_fn(|| recorded.try_recv().ok()).collect::<Vec<_>>()
    };
    let sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let unsampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

    sources::sample(0);
    for given in [sampled, unsampled] {
        assert!(spans_of(given).await.is_empty(), "{given} has nothing recorded");
    }
    sources::sample(1_000_000);
    for given in [sampled, unsampled] {
        let spans = spans_of(given).await;
        assert_eq!(spans.len(), 1, "{given} keeps nothing from being recorded");
        assert_eq!(links(&spans[0]), [given]);
        assert_eq!(spans[0].parent_span_id, SpanId::INVALID);
        assert_ne!(
            spans[0].span_context.trace_id().to_string(),
            "4bf92f3577b34da6a3ce929d0e0e4736"
        );
    }
    for invalid in ["", "00", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"] {
        let spans = spans_of(invalid).await;
        assert_eq!((spans.len(), links(&spans[0]).len()), (1, 0), "{invalid}");
    }
}

/// The `traceparent` of each link.
fn links(span: &SpanData) -> Vec<String> {
    let links = span.links.links.iter().map(|link| &link.span_context);
    let text = |to: &SpanContext| {
        format!("00-{}-{}-{:02x}", to.trace_id(), to.span_id(), to.trace_flags())
    };
    links.map(text).collect()
}
