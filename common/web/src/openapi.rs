//! One OpenAPI document from the routes themselves, and the answers for what is no route.

use std::collections::HashMap;

use actix_web::HttpRequest;
use actix_web::web::Data;
use utoipa::openapi::content::Content;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr};
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::code::Code;
use crate::lids;
use crate::problem::{FieldError, PROBLEM_JSON, Problem, ProblemBody};

/// The document of everything that `configure` registers.
#[must_use]
pub fn document(title: &str, configure: impl FnOnce(&mut ServiceConfig<'_>)) -> OpenApi {
    let (_, registered) =
        actix_web::App::new().into_utoipa_app().configure(configure).split_for_parts();
    let info = InfoBuilder::new()
        .title(title)
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("A marketplace for tickets: offer, order, pay within a minute."))
        .build();
    let mut document = OpenApiBuilder::new().info(info).build();
    document.merge(registered);
    let components = document.components.get_or_insert_with(Components::new);
    let mut schemas = Vec::new();
    schemas.push(("Problem".to_owned(), <ProblemBody as utoipa::PartialSchema>::schema()));
    <ProblemBody as utoipa::ToSchema>::schemas(&mut schemas);
    schemas.push(("FieldError".to_owned(), <FieldError as utoipa::PartialSchema>::schema()));
    components.schemas.extend(schemas);
    for (name, schema) in &mut components.schemas {
        if name.ends_with("Body") {
            close(schema);
        }
    }
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
        "session",
        "Signed session token; `__Host-session` over https",
    ));
    components.security_schemes.insert("session".to_owned(), SecurityScheme::ApiKey(cookie).into());
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
        "renewal",
        "Secret that a session is renewed for; `__Host-renewal` over https",
    ));
    components.security_schemes.insert("renewal".to_owned(), SecurityScheme::ApiKey(cookie).into());
    for refusal in REFUSALS {
        components.responses.insert(refusal.code.text().to_owned(), refusal.response().into());
    }
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            add_refusals(method, path, operation);
        }
    }
    document
}

/// What a request may be answered before or behind its route, so that no route has to say it.
struct CommonRefusal {
    code: Code,
    /// Whether an operation with this method and path may be refused so.
    concerns: fn(method: &str, path: &str, operation: &Operation) -> bool,
}

const REFUSALS: &[CommonRefusal] = &[
    CommonRefusal { code: Code::UriTooLong, concerns: |_, _, _| true },
    CommonRefusal { code: Code::HeadersTooLarge, concerns: |_, _, _| true },
    CommonRefusal { code: Code::CrossSite, concerns: |method, _, _| method != "GET" },
    CommonRefusal { code: Code::RequestTimeout, concerns: takes_a_body },
    CommonRefusal { code: Code::TooLarge, concerns: takes_a_body },
    CommonRefusal { code: Code::UnsupportedMediaType, concerns: takes_a_body },
    CommonRefusal { code: Code::TooManyRequests, concerns: |_, path, _| lids::is_limited(path) },
    CommonRefusal { code: Code::Unavailable, concerns: |_, path, _| path.starts_with("/api/") },
];

fn takes_a_body(_: &str, _: &str, operation: &Operation) -> bool {
    operation.request_body.is_some()
}

impl CommonRefusal {
    fn response(&self) -> Response {
        let body = Content::new(Some(Ref::from_schema_name("Problem")));
        let response = ResponseBuilder::new().description(self.code.title());
        let response = response.content(PROBLEM_JSON, body);
        if !matches!(self.code, Code::TooManyRequests | Code::Unavailable) {
            return response.build();
        }
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let told = HeaderBuilder::new().schema(Some(seconds)).description(Some("Seconds to wait"));
        response.header("Retry-After", told.build()).build()
    }
}

/// Adds the refusals that no route names itself.
fn add_refusals(method: &str, path: &str, operation: &mut Operation) {
    for refusal in REFUSALS {
        if (refusal.concerns)(method, path, operation) {
            let named = Ref::from_response_name(refusal.code.text());
            let known = &mut operation.responses.responses;
            known.entry(refusal.code.status().as_str().to_owned()).or_insert(named.into());
        }
    }
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, post, put, delete, .. } = item;
    let operations = [("GET", get), ("POST", post), ("PUT", put), ("DELETE", delete)];
    operations.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Request bodies take no fields but their own.
fn close(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = schema {
        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    }
}

/// The routes of a document, to tell a wrong method from a wrong path; app data.
#[derive(Debug, Clone)]
pub struct Routes {
    routes: Vec<(Vec<String>, Vec<&'static str>)>,
    /// By method and path.
    operations: HashMap<(&'static str, String), String>,
}

impl Routes {
    /// The routes of a document.
    #[must_use]
    pub fn of(document: &OpenApi) -> Self {
        let segments = |path: &str| path.split('/').map(str::to_owned).collect();
        let paths = || document.paths.paths.iter();
        let routes = paths().map(|(path, item)| (segments(path), methods(item))).collect();
        let operations = paths().flat_map(|(path, item)| {
            let named = |(method, operation): (&'static str, &Operation)| {
                Some(((method, path.clone()), operation.operation_id.clone()?))
            };
            operations(item).filter_map(named).collect::<Vec<_>>()
        });
        Self { routes, operations: operations.collect() }
    }

    /// The operation id of a route, given as its method and its path with the names of its parameters.
    #[must_use]
    pub fn operation(&self, method: &'static str, path: &str) -> Option<&str> {
        self.operations.get(&(method, path.to_owned())).map(String::as_str)
    }

    fn methods_of(&self, path: &str) -> Option<String> {
        let wanted: Vec<&str> = path.split('/').collect();
        let matches = |known: &[String]| {
            known.len() == wanted.len()
                && known
                    .iter()
                    .zip(&wanted)
                    .all(|(k, w)| k == w || (k.starts_with('{') && !w.is_empty()))
        };
        let found = self.routes.iter().find(|(segments, _)| matches(segments));
        found.map(|(_, methods)| methods.join(", "))
    }
}

fn methods(item: &PathItem) -> Vec<&'static str> {
    operations(item).map(|(method, _)| method).collect()
}

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let known =
        [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("DELETE", &item.delete)];
    known.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// The default service: 405 with `Allow` where the path is a route, 404 elsewhere.
///
/// # Errors
/// Always one of the two.
#[expect(clippy::unused_async, reason = "handlers are asynchronous")]
pub async fn no_such_route(request: HttpRequest) -> Result<actix_web::HttpResponse, Problem> {
    let routes = request.app_data::<Data<Routes>>();
    Err(match routes.and_then(|routes| routes.methods_of(request.path())) {
        Some(allowed) => Problem::new(Code::MethodNotAllowed).header("Allow", allowed),
        None => Problem::new(Code::NotFound).detail("There is no such route"),
    })
}
