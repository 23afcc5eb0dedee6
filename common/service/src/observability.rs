//! Logs, spans and metrics.

pub mod metric_descriptions;
pub(crate) mod state_metrics;
pub mod telemetry;
pub mod traces;
