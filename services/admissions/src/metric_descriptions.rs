//! The metrics that admissions publishes.

use ::service::metric_descriptions::Metric;

pub(crate) static METRICS: &[Metric] = &[
    Metric::counter("admission_documents_rendered_total", "Rendered documents of admissions"),
    Metric::gauge("admission_documents_waiting", "Documents that wait or are being rendered"),
    Metric::gauge("admission_documents_cached_bytes", "Size of the cached documents"),
    Metric::gauge("admission_documents_oldest_seconds", "Age of the oldest cached document"),
];
