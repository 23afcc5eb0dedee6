//! Logs and metrics of a process.

use std::io::IsTerminal as _;
use std::str::FromStr;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use store::Unavailable;
use tracing_subscriber::EnvFilter;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be text or json"),
        }
    }
}

/// What is logged: levels, overall or by module.
///
/// # Errors
/// The rule.
pub fn log_filter(text: &str) -> Result<EnvFilter, &'static str> {
    EnvFilter::try_new(text)
        .map_err(|_| "must be a level such as info, or levels such as info,orders=debug")
}

/// Buckets of latencies, in seconds: from a cached read to the longest request.
const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Buckets of batch sizes.
const DECISIONS: &[f64] = &[0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// Starts logging to standard error.
pub fn log(filter: EnvFilter, format: LogFormat) {
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first subscriber.
    let _ = match format {
        LogFormat::Text => builder.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}

/// Starts measuring; the handle renders what was measured.
///
/// # Errors
/// [`Unavailable`] when the process measures already.
pub fn measure() -> Result<PrometheusHandle, Unavailable> {
    let buckets = |builder: PrometheusBuilder, suffix: &str, values: &[f64]| {
        builder.set_buckets_for_metric(Matcher::Suffix(suffix.to_owned()), values)
    };
    buckets(PrometheusBuilder::new(), "_seconds", SECONDS)
        .and_then(|builder| buckets(builder, "_decisions", DECISIONS))
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|error| Unavailable::caused_by("cannot start measuring", error))
}
