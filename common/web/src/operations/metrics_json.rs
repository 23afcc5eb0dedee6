//! Metrics as JSON, for programs that do not parse the Prometheus text format.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

const UNTYPED: &str = "untyped";

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

/// Parses the Prometheus text format. Other lines are ignored.
pub(crate) fn parse_metrics(text: &str) -> MetricsView {
    let (mut help, mut kinds) = (HashMap::new(), HashMap::new());
    let mut metrics: BTreeMap<String, MetricView> = BTreeMap::new();
    for line in text.lines() {
        if let Some((name, text)) = described(line, "# HELP ") {
            help.insert(name, text);
        } else if let Some((name, word)) = described(line, "# TYPE ") {
            kinds.insert(name, kind(word));
        } else if let Some(sample) = Sample::parse(line) {
            let histogram = sample.name.strip_suffix("_bucket");
            let histogram = histogram.filter(|name| kinds.get(name) == Some(&"histogram"));
            let name = histogram.unwrap_or(sample.name);
            let metric = metrics.entry(name.to_owned()).or_insert_with(|| MetricView {
                name: name.to_owned(),
                kind: kinds.get(name).copied().unwrap_or(UNTYPED),
                help: help.get(name).map(|text| (*text).to_owned()),
                samples: Vec::new(),
            });
            if histogram.is_some() {
                metric.add_bucket(sample);
            } else {
                let Sample { labels, value, .. } = sample;
                metric.samples.push(SampleView { labels, value: Some(value), buckets: vec![] });
            }
        }
    }
    MetricsView { metrics: metrics.into_values().collect() }
}

/// The name of a metric and the text about it, in a comment with this beginning.
fn described<'a>(line: &'a str, beginning: &str) -> Option<(&'a str, &'a str)> {
    line.strip_prefix(beginning)?.split_once(' ')
}

fn kind(word: &str) -> &'static str {
    let known = ["counter", "gauge", "histogram", "summary"];
    known.into_iter().find(|kind| *kind == word).unwrap_or(UNTYPED)
}

impl MetricView {
    /// Adds a bucket to the sample with its labels.
    fn add_bucket(&mut self, Sample { mut labels, value: count, .. }: Sample<'_>) {
        let bound = labels.remove("le").and_then(|bound| bound.parse().ok());
        let bucket = BucketView { at_most: bound.filter(|bound: &f64| bound.is_finite()), count };
        match self.samples.iter_mut().find(|sample| sample.labels == labels) {
            Some(sample) => sample.buckets.push(bucket),
            None => self.samples.push(SampleView { labels, value: None, buckets: vec![bucket] }),
        }
    }
}

struct Sample<'a> {
    name: &'a str,
    labels: BTreeMap<String, String>,
    value: f64,
}

impl<'a> Sample<'a> {
    /// `None` for a comment and for an empty line.
    fn parse(line: &'a str) -> Option<Self> {
        if line.starts_with('#') {
            return None;
        }
        let (name, rest) = line.split_at(line.find(['{', ' '])?);
        let (labels, rest) = match rest.strip_prefix('{') {
            Some(rest) => labels(rest)?,
            None => (BTreeMap::new(), rest),
        };
        let value = rest.split_whitespace().next()?.parse().ok()?;
        Some(Self { name, labels, value })
    }
}

/// The labels up to the closing brace, and the text after it.
fn labels(mut text: &str) -> Option<(BTreeMap<String, String>, &str)> {
    let mut labels = BTreeMap::new();
    loop {
        text = text.strip_prefix(',').unwrap_or(text);
        if let Some(rest) = text.strip_prefix('}') {
            return Some((labels, rest));
        }
        let (name, rest) = text.split_once("=\"")?;
        let (value, rest) = quoted(rest)?;
        labels.insert(name.to_owned(), value);
        text = rest;
    }
}

/// The value up to the closing quotation mark, and the text after it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let (mut value, mut chars) = (String::new(), text.chars());
    loop {
        match chars.next()? {
            '"' => return Some((value, chars.as_str())),
            '\\' => match chars.next()? {
                'n' => value.push('\n'),
                escaped => value.push(escaped),
            },
            char => value.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn counters_gauges_and_histograms_have_their_help_and_sums_and_counts_no_type() {
        let text = "# HELP a_total How many\n# TYPE a_total counter\na_total{x=\"1\"} 5\n\
                    # TYPE b gauge\nb 0.5\n\
                    # HELP c_seconds How long\n# TYPE c_seconds histogram\n\
                    c_seconds_bucket{le=\"0.1\"} 1\nc_seconds_bucket{le=\"+Inf\"} 2\nc_seconds_sum 3\nc_seconds_count 2\n";
        let value = |value: f64| json!([{"labels": {}, "value": value}]);
        let buckets = json!([{"at_most": 0.1, "count": 1.0}, {"at_most": null, "count": 2.0}]);
        let a = json!([{"labels": {"x": "1"}, "value": 5.0}]);
        let c = json!([{"labels": {}, "buckets": buckets}]);
        let expected = json!({"metrics": [
            {"name": "a_total", "type": "counter", "help": "How many", "samples": a},
            {"name": "b", "type": "gauge", "samples": value(0.5)},
            {"name": "c_seconds", "type": "histogram", "help": "How long", "samples": c},
            {"name": "c_seconds_count", "type": "untyped", "samples": value(2.0)},
            {"name": "c_seconds_sum", "type": "untyped", "samples": value(3.0)},
        ]});
        assert_eq!(json!(parse_metrics(text)), expected);
    }

    #[test]
    fn labels_contain_any_character() {
        let text = "a{x=\"1,y=2}\",z=\"say \\\"no\\\"\\n\\\\\"} 1\n";
        let view = parse_metrics(text);
        let labels = &view.metrics[0].samples[0].labels;
        assert_eq!(labels["x"], "1,y=2}");
        assert_eq!(labels["z"], "say \"no\"\n\\");
    }

    #[test]
    fn other_lines_are_ignored() {
        for line in ["", "# EOF", "# 1", "a", "a{x=\"1} 2", "a{x} 2", "a one", "{} "] {
            assert!(parse_metrics(line).metrics.is_empty(), "{line}");
        }
    }

    #[test]
    fn buckets_with_equal_labels_are_one_sample() {
        let text = "# TYPE c histogram\nc_bucket{x=\"1\",le=\"1\"} 1\nc_bucket{x=\"1\",le=\"+Inf\"} 2\n\
                    c_bucket{x=\"2\",le=\"+Inf\"} 3\n";
        let view = parse_metrics(text);
        let buckets: Vec<_> = view.metrics[0].samples.iter().map(|s| s.buckets.len()).collect();
        assert_eq!(buckets, [2, 1]);
    }
}
