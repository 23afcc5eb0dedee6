//! Logs and metrics of a process.

use std::io::IsTerminal as _;
use std::time::Duration;

use clap::ValueEnum;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_util::MetricKindMask;
use store::Unavailable;
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{self, FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

use crate::observability::metric_descriptions;

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// The log levels, overall or by module. The NATS client is never logged below `info`, because it
/// would log credentials. Three modules are off unless they are named: the Stripe client, which warns
/// of every declined card, and whose errors its callers log; the HTTP library's reader, which
/// logs an error for any malformed request, so that anyone could fill the log; and the library of
/// languages, which warns of each Japanese text of a document that it has no dictionary of words.
///
/// # Errors
/// The rule.
pub fn log_filter(text: &str) -> Result<EnvFilter, &'static str> {
    let rule = "must be a level such as info, or levels such as info,auth=debug";
    if text.contains(NATS_CLIENT) {
        return Err("must not name async_nats, which logs credentials");
    }
    let quiet = format!("{NATS_CLIENT}=info").parse().map_err(|_| rule)?;
    let mut filter = EnvFilter::try_new(text).map_err(|_| rule)?;
    for module in [STRIPE_CLIENT, HTTP_READER, LANGUAGE_DATA] {
        if !text.split(',').any(|levels| levels.trim_start().starts_with(module)) {
            let silent = format!("{module}=off").parse().map_err(|_| rule)?;
            filter = filter.add_directive(silent);
        }
    }
    let is_quiet = filter.max_level_hint().is_some_and(|level| level <= LevelFilter::INFO);
    Ok(if is_quiet { filter } else { filter.add_directive(quiet) })
}

const NATS_CLIENT: &str = "async_nats";

const STRIPE_CLIENT: &str = "stripe";

/// The module that reads requests.
const HTTP_READER: &str = "actix_http::h1::dispatcher";

/// The module that reads the data of languages.
const LANGUAGE_DATA: &str = "icu_provider";

/// Buckets of latencies, in seconds: from a cached read to the longest request.
const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Buckets of batch sizes.
const DECISIONS: &[f64] = &[0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// Logs to standard error from now on, panics too, as one line. A second start has no effect.
pub fn log(filter: EnvFilter, format: LogFormat) {
    let colours = if std::io::stderr().is_terminal() { Colours::Ansi } else { Colours::None };
    let subscriber = subscriber(filter, format, colours, std::io::stderr);
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        return;
    }
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or_default();
        tracing::error!(location, message, "panicked");
    }));
}

/// Whether text is coloured, for terminals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    /// With ANSI escapes.
    Ansi,
    /// Plain.
    None,
}

/// A subscriber that writes log lines to `writer`.
pub fn subscriber<W>(
    filter: EnvFilter,
    format: LogFormat,
    colours: Colours,
    writer: W,
) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    match format {
        LogFormat::Text => {
            let ansi = colours == Colours::Ansi;
            let format = WithIds { format: fmt::format().with_ansi(ansi), ending: text_ending };
            Box::new(builder.with_ansi(ansi).event_format(format).finish())
        }
        LogFormat::Json => {
            let format = fmt::format().json().flatten_event(true).with_current_span(false);
            let format = WithIds { format, ending: json_ending };
            let builder = builder.fmt_fields(fmt::format::JsonFields::new());
            Box::new(builder.event_format(format).finish())
        }
    }
}

/// The format of a log line, followed by the ids of the request and trace. They come from the
/// running task, so they are present at any log level, and cost nothing while nothing is logged.
struct WithIds<F> {
    format: F,
    ending: fn(&mut String, &str, &str),
}

impl<S, N, F> FormatEvent<S, N> for WithIds<F>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'w> FormatFields<'w> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        let mut line = String::new();
        self.format.format_event(context, Writer::new(&mut line), event)?;
        let request_id = web::current_request_id();
        let trace_id = sources::current_trace().map(|trace| trace.trace_id()).unwrap_or_default();
        let ids = [("requestId", &*request_id), ("traceId", &*trace_id)];
        for (name, id) in ids.into_iter().filter(|(_, id)| !id.is_empty()) {
            (self.ending)(&mut line, name, id);
        }
        writer.write_str(&line)
    }
}

/// `… requestId=6920…`
fn text_ending(line: &mut String, name: &str, id: &str) {
    line.truncate(line.trim_end().len());
    line.extend([" ", name, "=", id, "\n"]);
}

/// `{…,"requestId":"6920…"}`; ids are hex digits and need no escapes.
fn json_ending(line: &mut String, name: &str, id: &str) {
    let object = line.trim_end();
    line.truncate(object.strip_suffix('}').unwrap_or(object).len());
    line.extend([",\"", name, "\":\"", id, "\"}\n"]);
}

/// Time after which an unset gauge is dropped, such as that of an aggregate without recent changes.
const GAUGE_IDLE_MAX: Duration = Duration::from_mins(5);

/// Starts the only metrics recorder of the process; the handle renders the metrics.
pub(crate) fn measure() -> Result<PrometheusHandle, Unavailable> {
    let buckets = |builder: PrometheusBuilder, suffix: &str, values: &[f64]| {
        builder.set_buckets_for_metric(Matcher::Suffix(suffix.to_owned()), values)
    };
    buckets(PrometheusBuilder::new(), "_seconds", SECONDS)
        .and_then(|builder| buckets(builder, "_decisions", DECISIONS))
        .map(|builder| builder.idle_timeout(MetricKindMask::GAUGE, Some(GAUGE_IDLE_MAX)))
        .and_then(PrometheusBuilder::install_recorder)
        .inspect(|_| metric_descriptions::describe(metric_descriptions::METRICS))
        .map_err(|error| Unavailable::caused_by("cannot start the metrics recorder", error))
}
