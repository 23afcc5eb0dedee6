//! Export of spans to a collector (OTLP over HTTP). A loop sends ended spans, some hundred at a
//! time.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanExporter as _;
use sources::span::{SpanData, record_spans};
use store::Unavailable;
use tokio::sync::{Mutex, mpsc};

/// Spans in one batch: some hundred kilobytes, as in OpenTelemetry's own batch processor.
const AT_ONCE_MAX: usize = 512;

/// Wait between two batches that are not full.
const PERIOD: Duration = Duration::from_millis(500);

/// Timeout of a collector for a batch.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// Time limit for sending the remaining spans when the process stops.
const FLUSH_MAX: Duration = Duration::from_secs(2);

/// The recording of traces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceSettings {
    /// The collector, such as `http://localhost:4318`; nothing is recorded without one.
    pub endpoint: Option<String>,
    /// Recorded traces per million.
    pub per_million: u32,
}

/// Exports ended spans. Clones are equal.
#[derive(Clone)]
pub struct ExportSpans {
    exporter: Arc<SpanExporter>,
    finished: Arc<Mutex<mpsc::Receiver<SpanData>>>,
}

impl ExportSpans {
    /// Starts recording and exporting; `None` without a collector, or if a recorder exists already.
    ///
    /// # Errors
    /// [`Unavailable`] when the address is unusable.
    pub fn start(settings: &TraceSettings, process: &str) -> Result<Option<Self>, Unavailable> {
        sources::sample(settings.per_million);
        let Some(endpoint) = &settings.endpoint else { return Ok(None) };
        let building = SpanExporter::builder()
            .with_http()
            .with_endpoint(format!("{endpoint}/v1/traces"))
            .with_timeout(ANSWER_MAX)
            .build();
        let mut exporter =
            building.map_err(|error| Unavailable::caused_by("cannot export spans", error))?;
        let resource = Resource::builder_empty()
            .with_service_name(process.to_owned())
            .with_attribute(KeyValue::new("service.namespace", "boxoffice"))
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        exporter.set_resource(&resource);
        let Some(finished) = record_spans() else { return Ok(None) };
        let finished = Arc::new(Mutex::new(finished));
        Ok(Some(Self { exporter: Arc::new(exporter), finished }))
    }

    /// Sends ended spans, some hundred at most; returns their number for a full batch and 0
    /// otherwise, so that smaller batches wait for more.
    ///
    /// # Errors
    /// [`Unavailable`] when the collector rejects them; they are lost.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let sent = self.send().await?;
        Ok(if sent < AT_ONCE_MAX { 0 } else { sent })
    }

    async fn send(&self) -> Result<usize, Unavailable> {
        let mut finished = self.finished.lock().await;
        let mut spans = Vec::new();
        while spans.len() < AT_ONCE_MAX
            && let Ok(span) = finished.try_recv()
        {
            spans.push(span);
        }
        let count = spans.len();
        if count == 0 {
            return Ok(0);
        }
        self.exporter.export(spans).await.map_err(|error| {
            let lost = u64::try_from(count).unwrap_or(u64::MAX);
            metrics::counter!("trace_spans_dropped_total").increment(lost);
            Unavailable::caused_by("cannot export spans", error)
        })?;
        Ok(count)
    }

    /// Sends the remaining spans, within two seconds.
    pub async fn flush(&self) {
        let sending = async { while self.send().await.is_ok_and(|sent| sent > 0) {} };
        // Spans that are not sent in time are lost.
        let _ = tokio::time::timeout(FLUSH_MAX, sending).await;
    }

    /// Returns when there may be enough to send.
    pub async fn wait(&self) {
        tokio::time::sleep(PERIOD).await;
    }
}
