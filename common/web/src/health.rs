//! Routes that every process has: health, metrics, its OpenAPI document.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use store::Unavailable;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::answer::Answer;

/// The future of a check.
pub type Checking = Pin<Box<dyn Future<Output = Result<(), Unavailable>> + Send>>;

/// Something that must work before a process may be sent requests.
#[derive(Clone)]
pub struct ReadyCheck {
    /// What is checked: `orders store`.
    pub name: String,
    /// Checks it.
    pub check: Arc<dyn Fn() -> Checking + Send + Sync>,
}

/// What the routes here show; app data.
#[derive(Clone)]
pub struct Health {
    /// What must work.
    pub checks: Vec<ReadyCheck>,
    /// Renders the metrics; none in tests.
    pub metrics: Option<PrometheusHandle>,
    /// The OpenAPI document's JSON.
    pub openapi: Arc<str>,
}

/// Whether a process lives or is ready.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HealthView {
    /// `ok`, or `unavailable`.
    pub status: &'static str,
    /// What does not work.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<String>,
}

/// Registers the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(live).service(ready).service(metrics).service(openapi);
}

/// The process runs.
#[utoipa::path(tag = "health", responses((status = 200, description = "It runs", body = HealthView)))]
#[get("/health/live")]
pub(crate) async fn live() -> Answer {
    Answer::ok(&HealthView { status: "ok", failing: Vec::new() })
}

/// The process can answer requests: its store decides, what it keeps in memory is loaded.
#[utoipa::path(
    tag = "health",
    responses(
        (status = 200, description = "It is ready", body = HealthView),
        (status = 503, description = "Something it needs does not work", body = HealthView),
    ),
)]
#[get("/health/ready")]
pub(crate) async fn ready(health: Data<Health>) -> Answer {
    let mut failing = Vec::new();
    for check in &health.checks {
        if let Err(error) = (check.check)().await {
            tracing::warn!(check = check.name, error = error.chain(), "not ready");
            failing.push(check.name.clone());
        }
    }
    if failing.is_empty() {
        return Answer::ok(&HealthView { status: "ok", failing });
    }
    let view = HealthView { status: "unavailable", failing };
    Answer::json(actix_web::http::StatusCode::SERVICE_UNAVAILABLE, &view).header("Retry-After", "1")
}

/// What the process counts and measures.
#[utoipa::path(
    tag = "health",
    responses((status = 200, description = "Prometheus text", body = String, content_type = "text/plain")),
)]
#[get("/metrics")]
pub(crate) async fn metrics(health: Data<Health>) -> HttpResponse {
    let text = health.metrics.as_ref().map(PrometheusHandle::render).unwrap_or_default();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
}

/// The routes, as OpenAPI 3.1.
#[utoipa::path(
    tag = "health",
    responses((status = 200, description = "This document", content_type = "application/json", body = serde_json::Value)),
)]
#[get("/openapi.json")]
pub(crate) async fn openapi(health: Data<Health>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(health.openapi.to_string())
}
