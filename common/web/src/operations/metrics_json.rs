//! Metrics as JSON, for programs that do not parse the Prometheus text format.

use std::collections::BTreeMap;

use prometheus_parse::{Sample, Scrape, Value};
use serde::Serialize;

/// All metrics.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = MeasuredView)]
pub struct MetricsView {
    /// The metrics, in order of their names.
    pub metrics: Vec<MetricView>,
}

/// One metric.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MetricView {
    /// `http_requests_total`
    pub name: String,
    /// `counter`, `gauge`, `histogram`, `summary` or `untyped`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Its samples.
    pub samples: Vec<SampleView>,
}

/// One sample.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SampleView {
    /// Labels of the sample.
    pub labels: BTreeMap<String, String>,
    /// The value of a counter or gauge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Cumulative buckets of a histogram; the last one counts every value and has no bound.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buckets: Vec<BucketView>,
}

/// A bucket of a histogram.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct BucketView {
    /// Its upper bound.
    pub at_most: Option<f64>,
    /// Number of values up to the bound.
    pub count: f64,
}

/// Parses the Prometheus text format; `None` for other text, which would be a bug.
#[must_use]
pub fn parse_metrics(text: &str) -> Option<MetricsView> {
    let scrape = Scrape::parse(text.lines().map(|line| Ok(line.to_owned()))).ok()?;
    let mut metrics: BTreeMap<String, MetricView> = BTreeMap::new();
    for sample in scrape.samples {
        let help = scrape.docs.get(&sample.metric).cloned();
        let (name, kind) = (sample.metric.clone(), kind(&sample.value));
        let metric = metrics.entry(name.clone());
        let metric = metric.or_insert(MetricView { name, kind, help, samples: Vec::new() });
        metric.samples.push(view(sample));
    }
    Some(MetricsView { metrics: metrics.into_values().collect() })
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Counter(_) => "counter",
        Value::Gauge(_) => "gauge",
        Value::Histogram(_) => "histogram",
        Value::Summary(_) => "summary",
        Value::Untyped(_) => "untyped",
    }
}

fn view(sample: Sample) -> SampleView {
    let labels = sample.labels.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let (value, buckets) = match sample.value {
        Value::Counter(value) | Value::Gauge(value) | Value::Untyped(value) => {
            (Some(value), Vec::new())
        }
        Value::Histogram(buckets) => {
            let finite = |bound: f64| bound.is_finite().then_some(bound);
            let bucket = |bucket: &prometheus_parse::HistogramCount| BucketView {
                at_most: finite(bucket.less_than),
                count: bucket.count,
            };
            (None, buckets.iter().map(bucket).collect())
        }
        Value::Summary(_) => (None, Vec::new()),
    };
    SampleView { labels, value, buckets }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_gauges_and_histograms_are_parsed_with_their_help() {
        let text = "# HELP a_total How many\n# TYPE a_total counter\na_total{x=\"1\"} 5\n\
                    # TYPE b gauge\nb 0.5\n\
                    # HELP c_seconds How long\n# TYPE c_seconds histogram\n\
                    c_seconds_bucket{le=\"0.1\"} 1\nc_seconds_bucket{le=\"+Inf\"} 2\nc_seconds_sum 3\nc_seconds_count 2\n";
        let json = parse_metrics(text).and_then(|view| serde_json::to_value(view).ok());
        let json = json.unwrap_or_default();
        let metric = |name: &str| {
            let metrics = json.get("metrics").and_then(|all| all.as_array());
            metrics
                .and_then(|all| all.iter().find(|one| one.get("name").is_some_and(|n| n == name)))
        };
        let a = metric("a_total").map(ToString::to_string).unwrap_or_default();
        assert_eq!(
            a,
            r#"{"help":"How many","name":"a_total","samples":[{"labels":{"x":"1"},"value":5.0}],"type":"counter"}"#
        );
        assert!(metric("b").is_some_and(|b| b.to_string().contains("\"value\":0.5")));
        let c = metric("c_seconds").map(ToString::to_string).unwrap_or_default();
        assert!(
            c.contains(r#""buckets":[{"at_most":0.1,"count":1.0},{"at_most":null,"count":2.0}]"#),
            "{c}"
        );
        assert!(c.contains("How long") && c.contains("histogram"), "{c}");
    }
}
