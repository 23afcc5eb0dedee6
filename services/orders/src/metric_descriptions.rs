//! Metrics of orders.

use ::service::metric_descriptions::Metric;

pub(crate) static METRICS: &[Metric] = &[
    Metric::counter("orders_created_total", "Orders placed; a repeated request places none"),
    Metric::counter(
        "orders_ended_total",
        "Orders that ended: complete, cancelled_by_buyer, expired, show_cancelled",
    ),
    Metric::histogram(
        "order_expiry_lateness_seconds",
        "Time from an order's deadline until its units were on offer again",
    ),
    Metric::gauge(
        "ticket_units",
        "Units of the tickets ordered most lately, by state: capacity, held, sold",
    ),
    Metric::gauge(
        "held_units",
        "Units of the unpaid orders nearest to their deadlines, by account of the buyer: fresh, unpaid, known",
    ),
];
