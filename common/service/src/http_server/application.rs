//! The HTTP application of some services, behind the middleware: one per thread, or in a test.

use std::sync::Arc;

use actix_web::App;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use metrics_exporter_prometheus::PrometheusHandle;
use sources::{Clock, Ids};
use store::Unavailable;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;
use web::code;
use web::{Closing, Health, MiddlewareState, RateLimiter, RateLimits, ReadyCheck, Sessions};

use crate::service::Routes;

/// The parts of an application. Clones build equal ones.
#[derive(Clone)]
pub struct Application {
    routes: Arc<Vec<Routes>>,
    known: Data<web::openapi::Routes>,
    health: Data<Health>,
    sessions: Data<Sessions>,
    middleware: Data<MiddlewareState>,
    closing: Data<Closing>,
}

/// The context of an application, beside its routes.
pub struct ApplicationContext {
    /// The checks of `/health/ready`.
    pub checks: Vec<ReadyCheck>,
    /// Renders the metrics.
    pub metrics: Option<PrometheusHandle>,
    /// Verification of sessions.
    pub sessions: Sessions,
    /// The process's clock.
    pub clock: Clock,
    /// The source of request ids.
    pub ids: Ids,
    /// The rate limits.
    pub limits: RateLimits,
}

/// The OpenAPI document, as text, and its routes.
#[derive(Clone)]
pub struct ApiDocument {
    json: Arc<str>,
    known: Data<web::openapi::Routes>,
}

/// Registers the routes of every process and those of services. The first match of a path is used,
/// so a service that handles every other path can neither hide health and metrics nor the API.
pub fn configure(services: &[Routes], config: &mut ServiceConfig<'_>) {
    web::health::configure(config);
    for routes in services {
        (routes.configure)(config);
    }
}

/// The OpenAPI document of the routes of services and those of every process.
///
/// # Errors
/// [`Unavailable`] when two services give one problem code two meanings, which is a bug.
pub fn openapi(services: &[Routes]) -> Result<OpenApi, Unavailable> {
    let codes = code::joined(services.iter().map(|routes| routes.codes));
    let codes = codes.map_err(|error| Unavailable::caused_by("cannot write OpenAPI", error))?;
    Ok(web::openapi::document(&codes, |config| configure(services, config)))
}

impl ApiDocument {
    /// Builds the document of these routes; it depends on nothing in the context.
    ///
    /// # Errors
    /// As [`openapi`], and [`Unavailable`] when the document has no JSON form, which is a bug.
    pub fn of(services: &[Routes]) -> Result<Self, Unavailable> {
        let document = openapi(services)?;
        let json = document.to_pretty_json();
        let json = json.map_err(|error| Unavailable::caused_by("cannot write OpenAPI", error))?;
        let known = Data::new(web::openapi::Routes::of(&document));
        Ok(Self { json: json.into(), known })
    }
}

impl Application {
    /// The application of these routes.
    #[must_use]
    pub fn new(
        services: Vec<Routes>,
        documented: ApiDocument,
        surroundings: ApplicationContext,
    ) -> Self {
        let ApplicationContext { checks, metrics, sessions, clock, ids, limits } = surroundings;
        let rate_limiter = RateLimiter::new(limits, &clock);
        Self {
            routes: Arc::new(services),
            known: documented.known,
            health: Data::new(Health { checks, metrics, openapi: documented.json }),
            sessions: Data::new(sessions),
            middleware: Data::new(MiddlewareState { ids, clock, rate_limiter }),
            closing: Data::new(Closing::default()),
        }
    }

    /// Ends the streams of its threads.
    #[must_use]
    pub fn closing(&self) -> Closing {
        self.closing.as_ref().clone()
    }

    /// An application for one thread.
    pub fn app(
        &self,
    ) -> App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<impl MessageBody + use<>>,
            Error = actix_web::Error,
            InitError = (),
        > + use<>,
    > {
        let routes = Arc::clone(&self.routes);
        let (app, _) = App::new()
            .wrap(from_fn(web::middleware::middleware))
            .app_data(Data::clone(&self.sessions))
            .app_data(Data::clone(&self.middleware))
            .app_data(Data::clone(&self.health))
            .app_data(Data::clone(&self.known))
            .app_data(Data::clone(&self.closing))
            .into_utoipa_app()
            .configure(move |config| configure(&routes, config))
            .split_for_parts();
        app.default_service(actix_web::web::to(web::openapi::no_such_route))
    }
}
