//! Every metric that a process shows: its name, its kind, what it says. One that is not here fails a test.

use metrics::{describe_counter, describe_gauge, describe_histogram};

/// What kind of metric it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows.
    Counter,
    /// A value at a moment.
    Gauge,
    /// A distribution.
    Histogram,
}

use MetricKind::{Counter, Gauge, Histogram};

/// Name, kind and help of every metric of our own; those of the process itself (`process_…`) describe themselves.
pub static METRICS: &[(&str, MetricKind, &str)] = &[
    ("http_requests_total", Counter, "Requests answered, by method, route and status"),
    ("http_request_seconds", Histogram, "Time from a request's head to its answer"),
    ("requests_throttled_total", Counter, "Requests answered 429, by limit"),
    ("outage_active", Gauge, "1 while a store or the bus does not answer, by dependency, else 0"),
    ("outages_total", Counter, "Outages of stores and of the bus that began, by dependency"),
    ("http_exchanges_cut_total", Counter, "Connections cut since an exchange took too long"),
    ("store_batch_decisions", Histogram, "Decisions that one commit made durable together"),
    ("store_commit_seconds", Histogram, "Time that the engine took to make a batch durable"),
    ("store_conflicts_total", Counter, "Batches decided again since another replica was faster"),
    ("store_splits_total", Counter, "Batches committed in parts since a document in them was held"),
    ("store_refused_total", Counter, "Decisions refused since too many waited (answered 503)"),
    ("store_outbox_entries", Gauge, "Envelopes committed and not yet known to be on the bus"),
    ("store_outbox_age_seconds", Gauge, "Age of the oldest envelope in the outbox, 0 for none"),
    ("bus_messages_total", Counter, "Messages handled, by listener and outcome"),
    ("bus_redeliveries_total", Counter, "Deliveries that came again, by listener"),
    ("bus_consumer_lag_messages", Gauge, "Envelopes that a consumer has not settled"),
    ("bus_dead_letters", Gauge, "Messages of a service that were given up and wait for a person"),
    ("bus_broker_connected", Gauge, "1 while there is a connection to the broker, else 0"),
    ("loop_failures_total", Counter, "Steps of background loops that failed, by loop"),
    ("orders_created_total", Counter, "Orders placed; a repeated request places none"),
    ("orders_ended_total", Counter, "Orders that ended: complete, cancelled_by_buyer, expired"),
    (
        "order_expiry_lateness_seconds",
        Histogram,
        "Time from an order's deadline until its units were on offer again",
    ),
    (
        "ticket_units",
        Gauge,
        "Units of the tickets ordered most lately, by state: capacity, held, sold",
    ),
    (
        "held_units",
        Gauge,
        "Units of the unpaid orders nearest to their deadlines, by account of the buyer: fresh, unpaid, known",
    ),
    (
        "card_attempts_total",
        Counter,
        "Cards that were asked for money, by outcome: succeeded, declined",
    ),
    ("payments_ended_total", Counter, "Payments that ended: captured, returned, voided, declined"),
    ("refunds_ended_total", Counter, "Refunds that ended: succeeded, failed, came_back"),
    ("orders_unpaid_total", Counter, "Complete orders whose payment was ended at the provider"),
    ("disputes_total", Counter, "Disputes of payments, by state: opened, won, lost"),
    ("disputes_open", Gauge, "Disputes without a decision of the bank"),
    (
        "reconciliation_difference_minor_units",
        Gauge,
        "Difference between our books and the provider's, by currency and kind",
    ),
    (
        "reconciliation_last_success_seconds",
        Gauge,
        "When our books were last compared with the provider's, in seconds since 1970",
    ),
    ("payments_unsettled", Gauge, "Payments older than a minute that have no end"),
    ("payments_unsettled_age_seconds", Gauge, "Age of the oldest of them, 0 for none"),
    ("refunds_unsettled", Gauge, "Refunds older than a minute that have no end"),
    (
        "person_requests_unfinished_age_seconds",
        Gauge,
        "Age of the oldest export or erasure that lacks the part of a service, by kind, 0 for none",
    ),
    ("provider_request_seconds", Histogram, "Time that the payment provider took to answer"),
    ("provider_events_total", Counter, "Events of the payment provider that were followed up"),
    ("provider_webhooks_total", Counter, "Calls of the webhook, by outcome"),
    ("trace_spans_dropped_total", Counter, "Spans that were not exported"),
    ("boxoffice_build_info", Gauge, "1, with the version as a label"),
];

/// Tells the recorder what each metric is.
pub(crate) fn describe() {
    for (name, kind, help) in METRICS {
        match kind {
            Counter => describe_counter!(*name, *help),
            Gauge => describe_gauge!(*name, *help),
            Histogram => describe_histogram!(*name, *help),
        }
    }
}
