//! Routes that every process has: health, metrics, its OpenAPI document.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::Accept;
use actix_web::web::{Data, Header};
use actix_web::{HttpResponse, get};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use store::Unavailable;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::answer::Answer;
use crate::measured::{MeasuredView, measured};

/// Time that a check is given. All are made at once, so that an answer comes within two seconds whatever hangs.
const CHECK_MAX: Duration = Duration::from_secs(1);

/// The future of a check.
pub type Checking = Pin<Box<dyn Future<Output = Result<(), Unavailable>> + Send>>;

/// What it means when something does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The process cannot answer requests, and should be sent none.
    Always,
    /// Requests are answered all the same, and what waits for it is kept: sent no requests, all replicas at once would turn an
    /// outage of the broker into one of the shop.
    Later,
}

/// Something that is looked at before a process is sent requests.
#[derive(Clone)]
pub struct ReadyCheck {
    /// What is checked: `auth store`.
    pub name: String,
    /// What it means when it does not work.
    pub need: Need,
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
    /// What does not work, and is needed to answer requests.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<String>,
    /// What does not work, while requests are answered.
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
#[utoipa::path(tag = "health", responses((status = 200, description = "It runs", body = HealthView)))]
#[get("/health/live")]
pub(crate) async fn live() -> Answer {
    Answer::ok(&HealthView::ok())
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
    let mut view = HealthView::ok();
    let checking = health.checks.iter().map(|check| async move {
        let checked = tokio::time::timeout(CHECK_MAX, (check.check)()).await;
        let late = |_| Unavailable::new(format!("no answer within {CHECK_MAX:?}"));
        (check, checked.map_err(late).flatten())
    });
    for (check, checked) in futures::future::join_all(checking).await {
        if let Err(error) = checked {
            // The outage behind it was logged when it began, and the response names the failing check.
            tracing::debug!(check = check.name, error = error.chain(), "does not work");
            match check.need {
                Need::Always => view.failing.push(check.name.clone()),
                Need::Later => view.degraded.push(check.name.clone()),
            }
        }
    }
    if view.failing.is_empty() {
        return Answer::ok(&view);
    }
    view.status = "unavailable";
    Answer::json(actix_web::http::StatusCode::SERVICE_UNAVAILABLE, &view).header("Retry-After", "1")
}

/// What the process counts and measures, as Prometheus' text, or as JSON for who accepts nothing else.
#[utoipa::path(
    tag = "health",
    responses((status = 200, description = "Every metric", content(
        (String = "text/plain"),
        (MeasuredView = "application/json"),
    ))),
)]
#[get("/metrics")]
pub(crate) async fn metrics(health: Data<Health>, accept: Option<Header<Accept>>) -> HttpResponse {
    let text = health.metrics.as_ref().map(PrometheusHandle::render).unwrap_or_default();
    let wanted = accept.map(|accept| accept.into_inner().preference().to_string());
    let mut answer = HttpResponse::Ok();
    answer.insert_header(("Vary", "Accept"));
    if wanted.as_deref() == Some("application/json")
        && let Some(measured) = measured(&text)
    {
        return answer.json(measured);
    }
    answer.content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
}

/// The routes, as OpenAPI 3.1.
#[utoipa::path(
    tag = "health",
    responses((status = 200, description = "This document", content_type = "application/json", body = serde_json::Value)),
)]
#[get("/openapi.json")]
pub(crate) async fn openapi(health: Data<Health>) -> Answer {
    Answer::json_text(health.openapi.to_string())
}
