//! Export of spans to a collector (OTLP over HTTP), some hundred ended ones at a time, by a loop.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;
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
pub(crate) const PERIOD: Duration = Duration::from_millis(500);

/// Timeout of a collector for a batch.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// Time limit for sending the remaining spans when the process stops.
const FLUSH_MAX: Duration = Duration::from_secs(2);

/// The recording of traces. Nothing is recorded without a collector.
#[derive(Debug, Clone, Args)]
pub struct TraceSettings {
    /// Collector of spans (OTLP, http/protobuf), such as `http://localhost:4318`.
    #[arg(long, env = ENDPOINT, default_value = "", value_name = "URL", value_parser = collector)]
    otlp_endpoint: Collector,
    /// Share of recorded traces, 0 to 1; the same for every service.
    #[arg(long, env = RATIO, default_value = "1", value_name = "SHARE", value_parser = per_million)]
    trace_ratio: u32,
}

/// The variables that OpenTelemetry defines.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const RATIO: &str = "OTEL_TRACES_SAMPLER_ARG";

type Collector = Option<String>;

fn collector(text: &str) -> Result<Collector, &'static str> {
    let rule = "must be the address of a collector such as http://localhost:4318";
    if text.is_empty() {
        return Ok(None);
    }
    // A collector runs beside the process and forwards the spans.
    let host = text.trim_end_matches('/').strip_prefix("http://").ok_or(rule)?;
    let is_plain = !host.is_empty() && !host.contains(['/', '@', '?', '#', ' ']);
    if is_plain { Ok(Some(format!("http://{host}"))) } else { Err(rule) }
}

fn per_million(text: &str) -> Result<u32, &'static str> {
    let rule = "must be a share from 0 to 1, such as 0.05";
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 6 || !is_number(whole) || !is_number(fraction) {
        return Err(rule);
    }
    let whole: u32 = whole.parse().map_err(|_| rule)?;
    let fraction: u32 = format!("{fraction:0<6}").parse().map_err(|_| rule)?;
    let share = whole.checked_mul(1_000_000).and_then(|whole| whole.checked_add(fraction));
    share.filter(|share| *share <= 1_000_000).ok_or(rule)
}

#[derive(Clone)]
pub(crate) struct ExportSpans {
    exporter: Arc<SpanExporter>,
    finished: Arc<Mutex<mpsc::Receiver<SpanData>>>,
}

impl ExportSpans {
    /// Starts recording and exporting; `None` without a collector, or if a recorder exists already.
    pub(crate) fn start(
        settings: &TraceSettings,
        process: &str,
    ) -> Result<Option<Self>, Unavailable> {
        sources::sample(settings.trace_ratio);
        let Some(endpoint) = &settings.otlp_endpoint else { return Ok(None) };
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
    /// otherwise, so that smaller batches wait for more. Rejected ones are lost.
    pub(crate) async fn run_once(self) -> Result<usize, Unavailable> {
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

    pub(crate) async fn flush(&self) {
        let sending = async { while self.send().await.is_ok_and(|sent| sent > 0) {} };
        // Spans that are not sent in time are lost.
        let _ = tokio::time::timeout(FLUSH_MAX, sending).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_exactly() {
        let good =
            [("0", 0), ("1", 1_000_000), ("0.05", 50_000), ("0.000001", 1), ("1.0", 1_000_000)];
        for (text, share) in good {
            assert_eq!(per_million(text), Ok(share), "{text}");
        }
        for bad in ["", ".5", "1.000001", "2", "-1", "1e-3", "0,5", "0.1234567", "99999999999"] {
            assert!(per_million(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_collector_is_a_plain_http_address() {
        assert_eq!(collector(""), Ok(None));
        assert_eq!(collector("http://tempo:4318/"), Ok(Some("http://tempo:4318".to_owned())));
        for bad in
            ["tempo:4318", "https://tempo:4318", "http://", "http://tempo/v1/traces", "http://a b"]
        {
            assert!(collector(bad).is_err(), "{bad}");
        }
    }
}
