//! The metrics that auth publishes.

use ::service::metric_descriptions::Metric;

pub(crate) static METRICS: &[Metric] = &[Metric::gauge(
    "person_requests_unfinished_age_seconds",
    "Age of the oldest export or erasure that lacks the part of a service, by kind, 0 for none",
)];
