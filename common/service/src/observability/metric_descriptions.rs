//! The metrics of a process, each with its kind and its help text. Those here belong to every
//! process; each service declares its own. A metric without a description fails a test.

use metrics::{describe_counter, describe_gauge, describe_histogram};

/// A metric and its description.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Metric {
    /// Its name, such as `http_requests_total`.
    pub name: &'static str,
    help: &'static str,
    describe: fn(&'static str, &'static str),
}

impl Metric {
    /// A counter, which only grows.
    pub const fn counter(name: &'static str, help: &'static str) -> Self {
        Self { name, help, describe: |name, help| describe_counter!(name, help) }
    }

    /// A gauge, a value at a moment.
    pub const fn gauge(name: &'static str, help: &'static str) -> Self {
        Self { name, help, describe: |name, help| describe_gauge!(name, help) }
    }

    /// A histogram, a distribution.
    pub const fn histogram(name: &'static str, help: &'static str) -> Self {
        Self { name, help, describe: |name, help| describe_histogram!(name, help) }
    }
}

/// The metrics of every process, without those of the operating system (`process_…`).
pub static METRICS: &[Metric] = &[
    Metric::counter("http_requests_total", "Completed requests, by method, route and status"),
    Metric::histogram("http_request_seconds", "Time from the head of a request to its response"),
    Metric::counter("requests_throttled_total", "Requests rejected with 429, by limit"),
    Metric::gauge(
        "outage_active",
        "1 during an outage of a store or the bus, by dependency, otherwise 0",
    ),
    Metric::counter("outages_total", "Outages of stores and of the bus, by dependency"),
    Metric::counter("http_exchanges_cut_total", "Connections cut because of the exchange timeout"),
    Metric::histogram("store_batch_decisions", "Decisions per commit"),
    Metric::histogram("store_commit_seconds", "Duration of a commit by the engine"),
    Metric::counter(
        "store_conflicts_total",
        "Batches decided again because of a conflict with another replica",
    ),
    Metric::counter("store_splits_total", "Batches split because of contended documents"),
    Metric::counter("store_refused_total", "Decisions refused with 503 because of a full queue"),
    Metric::gauge(
        "store_outbox_entries",
        "Committed envelopes that are not yet acknowledged by the bus",
    ),
    Metric::gauge(
        "store_outbox_age_seconds",
        "Age of the oldest envelope in the outbox, 0 for none",
    ),
    Metric::counter("bus_messages_total", "Handled messages, by listener and outcome"),
    Metric::counter("bus_redeliveries_total", "Redeliveries, by listener"),
    Metric::gauge("bus_consumer_lag_messages", "Unsettled envelopes of a consumer"),
    Metric::gauge("bus_dead_letters", "Dead letters of a service, which need an operator"),
    Metric::gauge("bus_broker_connected", "1 while the broker is connected, otherwise 0"),
    Metric::counter("loop_failures_total", "Failed steps of background loops, by loop"),
    Metric::counter("trace_spans_dropped_total", "Spans that were not exported"),
    Metric::gauge("boxoffice_build_info", "1, with the version as a label"),
];

pub(crate) fn describe(metrics: &[Metric]) {
    for Metric { name, help, describe } in metrics {
        describe(name, help);
    }
}
