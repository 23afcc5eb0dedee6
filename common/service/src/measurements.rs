//! The metrics that a process publishes, each with its kind and its help text. Those here belong to every process; each service
//! declares its own. A metric without a description fails a test.

use metrics::{describe_counter, describe_gauge, describe_histogram};

/// A metric and its description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name, such as `http_requests_total`.
    pub name: &'static str,
    kind: Kind,
    help: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

impl Metric {
    /// A metric that only grows.
    #[must_use]
    pub const fn counter(name: &'static str, help: &'static str) -> Self {
        Self { name, kind: Kind::Counter, help }
    }

    /// A value at a moment.
    #[must_use]
    pub const fn gauge(name: &'static str, help: &'static str) -> Self {
        Self { name, kind: Kind::Gauge, help }
    }

    /// A distribution.
    #[must_use]
    pub const fn histogram(name: &'static str, help: &'static str) -> Self {
        Self { name, kind: Kind::Histogram, help }
    }
}

/// The metrics of every process; those of the operating system's process (`process_…`) describe themselves.
pub static METRICS: &[Metric] = &[
    Metric::counter("http_requests_total", "Requests answered, by method, route and status"),
    Metric::histogram("http_request_seconds", "Time from a request's head to its answer"),
    Metric::counter("requests_throttled_total", "Requests answered 429, by limit"),
    Metric::gauge(
        "outage_active",
        "1 while a store or the bus does not answer, by dependency, else 0",
    ),
    Metric::counter("outages_total", "Outages of stores and of the bus that began, by dependency"),
    Metric::counter("http_exchanges_cut_total", "Connections cut since an exchange took too long"),
    Metric::histogram("store_batch_decisions", "Decisions that one commit made durable together"),
    Metric::histogram("store_commit_seconds", "Time that the engine took to make a batch durable"),
    Metric::counter(
        "store_conflicts_total",
        "Batches decided again since another replica was faster",
    ),
    Metric::counter(
        "store_splits_total",
        "Batches committed in parts since a document in them was held",
    ),
    Metric::counter(
        "store_refused_total",
        "Decisions refused since too many waited (answered 503)",
    ),
    Metric::gauge("store_outbox_entries", "Envelopes committed and not yet known to be on the bus"),
    Metric::gauge(
        "store_outbox_age_seconds",
        "Age of the oldest envelope in the outbox, 0 for none",
    ),
    Metric::counter("bus_messages_total", "Messages handled, by listener and outcome"),
    Metric::counter("bus_redeliveries_total", "Deliveries that came again, by listener"),
    Metric::gauge("bus_consumer_lag_messages", "Envelopes that a consumer has not settled"),
    Metric::gauge(
        "bus_dead_letters",
        "Messages of a service that were given up and wait for a person",
    ),
    Metric::gauge("bus_broker_connected", "1 while there is a connection to the broker, else 0"),
    Metric::counter("loop_failures_total", "Steps of background loops that failed, by loop"),
    Metric::counter("trace_spans_dropped_total", "Spans that were not exported"),
    Metric::gauge("boxoffice_build_info", "1, with the version as a label"),
];

/// Adds descriptions to the recorder.
pub(crate) fn describe(metrics: &[Metric]) {
    for Metric { name, kind, help } in metrics.iter().copied() {
        match kind {
            Kind::Counter => describe_counter!(name, help),
            Kind::Gauge => describe_gauge!(name, help),
            Kind::Histogram => describe_histogram!(name, help),
        }
    }
}
