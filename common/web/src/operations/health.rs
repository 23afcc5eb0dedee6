//! Routes of every process: health, metrics, its OpenAPI document.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::Accept;
use actix_web::web::{Data, Header};
use actix_web::{HttpResponse, get};
use futures::future::{BoxFuture, join_all};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use store::Unavailable;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::operations::metrics_json::{MetricsView, parse_metrics};
use crate::responses::response::Response;

/// Timeout of one check. All run at once, so a response takes under two seconds in any case.
const CHECK_MAX: Duration = Duration::from_secs(1);

/// The effect of a failing check on readiness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impact {
    /// The process cannot serve requests and is not ready.
    Unready,
    /// The process serves requests and queues the affected work. Reporting it as not ready would
    /// take all replicas out at once and turn an outage of the broker into an outage of the shop.
    Degraded,
}

/// A check that a dependency works.
#[derive(Clone)]
pub struct ReadyCheck {
    name: String,
    impact: Impact,
    check: Arc<dyn Fn() -> BoxFuture<'static, Result<(), Unavailable>> + Send + Sync>,
}

impl ReadyCheck {
    /// A check of a dependency, such as `auth store`, with the effect of a failure.
    pub fn new<F>(
        name: impl Into<String>,
        impact: Impact,
        check: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), Unavailable>> + Send + 'static,
    {
        Self { name: name.into(), impact, check: Arc::new(move || Box::pin(check())) }
    }
}

/// State of the routes below; app data.
#[derive(Clone)]
pub struct Health {
    /// The checks of `/health/ready`.
    pub checks: Vec<ReadyCheck>,
    /// Renders the metrics; none in tests.
    pub metrics: Option<PrometheusHandle>,
    /// The OpenAPI document as JSON.
    pub openapi: Arc<str>,
}

/// Liveness or readiness of a process.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HealthView {
    /// `ok`, or `unavailable`.
    pub status: &'static str,
    /// Failing dependencies without which no request can be served.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<String>,
    /// Failing dependencies without which requests are still served.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub degraded: Vec<String>,
}

impl HealthView {
    const fn ok() -> Self {
        Self { status: "ok", failing: Vec::new(), degraded: Vec::new() }
    }
}

/// Registers the routes.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(live).service(ready).service(metrics).service(openapi);
}

/// The process runs.
#[utoipa::path(tag = "health", responses((status = 200, description = "The process runs", body = HealthView)))]
#[get("/health/live")]
pub(crate) async fn live() -> Response {
    Response::ok(&HealthView::ok())
}

/// The process can serve requests: its store commits, and the data that it holds in memory is
/// loaded.
#[utoipa::path(
    tag = "health",
    responses(
        (status = 200, description = "The process is ready", body = HealthView),
        (status = 503, description = "A required dependency fails", body = HealthView),
    ),
)]
#[get("/health/ready")]
pub(crate) async fn ready(health: Data<Health>) -> Response {
    let mut view = HealthView::ok();
    let checking = health.checks.iter().map(|check| async move {
        let checked = tokio::time::timeout(CHECK_MAX, (check.check)()).await;
        let timed_out = |_| Unavailable::new(format!("no response within {CHECK_MAX:?}"));
        (check, checked.map_err(timed_out).flatten())
    });
    for (check, checked) in join_all(checking).await {
        if let Err(error) = checked {
            // The start of the outage was logged, and the response names the failing check.
            tracing::debug!(check = check.name, error = error.chain(), "readiness check failed");
            match check.impact {
                Impact::Unready => view.failing.push(check.name.clone()),
                Impact::Degraded => view.degraded.push(check.name.clone()),
            }
        }
    }
    if view.failing.is_empty() {
        return Response::ok(&view);
    }
    view.status = "unavailable";
    Response::json(actix_web::http::StatusCode::SERVICE_UNAVAILABLE, &view)
        .header("Retry-After", "1")
}

/// All metrics in the Prometheus text format, or as JSON for clients that accept nothing else.
#[utoipa::path(
    tag = "health",
    responses((status = 200, description = "Every metric", content(
        (String = "text/plain"),
        (MetricsView = "application/json"),
    ))),
)]
#[get("/metrics")]
pub(crate) async fn metrics(health: Data<Health>, accept: Option<Header<Accept>>) -> HttpResponse {
    let text = health.metrics.as_ref().map(PrometheusHandle::render).unwrap_or_default();
    let wanted = accept.map(|accept| accept.into_inner().preference().to_string());
    let mut response = HttpResponse::Ok();
    response.insert_header(("Vary", "Accept"));
    if wanted.as_deref() == Some("application/json") {
        return response.json(parse_metrics(&text));
    }
    response.content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
}

/// The OpenAPI 3.1 document of the routes.
#[utoipa::path(
    tag = "health",
    responses((status = 200, description = "This document", content_type = "application/json", body = serde_json::Value)),
)]
#[get("/openapi.json")]
pub(crate) async fn openapi(health: Data<Health>) -> Response {
    Response::json_text(health.openapi.to_string())
}
