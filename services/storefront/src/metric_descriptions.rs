//! The metrics that storefront publishes.

use ::service::metric_descriptions::Metric;

pub(crate) static METRICS: &[Metric] =
    &[Metric::gauge("live_streams", "Open streams of changes of this process")];
