//! The metrics that payments publishes.

use ::service::metric_descriptions::Metric;

/// Each with its kind and its help text.
pub(crate) static METRICS: &[Metric] = &[
    Metric::counter(
        "card_attempts_total",
        "Attempts to charge a card, by outcome: succeeded, declined",
    ),
    Metric::counter(
        "payments_ended_total",
        "Payments that ended: captured, returned, voided, declined",
    ),
    Metric::counter("refunds_ended_total", "Refunds that ended: succeeded, failed, came_back"),
    Metric::counter(
        "orders_unpaid_total",
        "Complete orders whose payment was cancelled at the provider",
    ),
    Metric::counter("disputes_total", "Disputes of payments, by state: opened, won, lost"),
    Metric::gauge("disputes_open", "Disputes without a decision of the bank"),
    Metric::gauge(
        "reconciliation_difference_minor_units",
        "Difference between the books and the provider's, by currency and kind",
    ),
    Metric::gauge(
        "reconciliation_last_success_seconds",
        "Time of the last comparison of the books with the provider's, in seconds since 1970",
    ),
    Metric::gauge("payments_unsettled", "Payments older than a minute that have not ended"),
    Metric::gauge("payments_unsettled_age_seconds", "Age of the oldest of them, 0 for none"),
    Metric::gauge("refunds_unsettled", "Refunds older than a minute that have no end"),
    Metric::gauge(
        "show_refunds_owed",
        "Paid orders of cancelled shows whose refund is not requested, or has not ended",
    ),
    Metric::counter(
        "show_refunds_by_house_minor_units_total",
        "Amount of refunds of cancelled shows that the house bears, since the sellers have spent it, by currency",
    ),
    Metric::histogram("provider_request_seconds", "Duration of calls to the payment provider"),
    Metric::counter(
        "provider_events_total",
        "Events of the payment provider that were followed up",
    ),
    Metric::counter("provider_webhooks_total", "Calls of the webhook, by outcome"),
];
