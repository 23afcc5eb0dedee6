//! The OpenAPI document of the registered routes, and the responses for unknown routes.

use std::collections::HashMap;

use actix_web::http::header::{IF_MATCH, LOCATION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use contract::{SUMMARY, TITLE};
use utoipa::openapi::content::Content;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr};
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::responses::problem::{FieldError, PROBLEM_JSON, Problem, ProblemBody};
use crate::{Code, code, rate_limit};

/// Rules of every route.
const DESCRIPTION: &str = "\
    Every GET route also serves HEAD, with the headers of GET. A path with a trailing slash redirects \
    with 308. Unknown query parameters are ignored. The ETag of a versioned resource is its version \
    and a hash of the representation, `\"3-5feceb66ffc86f38\"`; a change compares `If-Match` with the \
    whole tag, or with the version alone if that is `\"3\"`. A change whose route has no `If-Match` \
    rejects a request with a precondition with 412.";

/// The document of every route that `configure` registers, with these problem codes.
pub fn document(codes: &[Code], configure: impl FnOnce(&mut ServiceConfig<'_>)) -> OpenApi {
    let (_, registered) =
        actix_web::App::new().into_utoipa_app().configure(configure).split_for_parts();
    let info = InfoBuilder::new()
        .title(TITLE)
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(format!("{SUMMARY}\n\n{DESCRIPTION}")))
        .build();
    let mut document = OpenApiBuilder::new().info(info).build();
    document.merge(registered);
    let components = document.components.get_or_insert_with(Components::new);
    let mut schemas = Vec::new();
    schemas.push(("Problem".to_owned(), <ProblemBody as utoipa::PartialSchema>::schema()));
    <ProblemBody as utoipa::ToSchema>::schemas(&mut schemas);
    schemas.push(("FieldError".to_owned(), <FieldError as utoipa::PartialSchema>::schema()));
    components.schemas.extend(schemas);
    components.schemas.insert("Code".to_owned(), code::schema(codes));
    for (name, schema) in &mut components.schemas {
        if name.ends_with("Body") {
            close(schema);
        }
    }
    let cookies = [
        ("session", "Signed session token; `__Host-session` over https"),
        ("renewal", "Secret that renews a session; `__Host-renewal` over https"),
    ];
    for (name, text) in cookies {
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description(name, text));
        components.security_schemes.insert(name.to_owned(), SecurityScheme::ApiKey(cookie).into());
    }
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The id of a gate, a full stop, and its key"));
    let bearer = SecurityScheme::Http(bearer.build());
    components.security_schemes.insert("gateKey".to_owned(), bearer.into());
    define_tags(components);
    for (code, _) in REFUSALS {
        components.responses.insert(code.text.to_owned(), common_response(*code).into());
    }
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            add_tag(path, operation);
            add_implied(method, operation);
            add_problems(operation);
            add_refusals(method, path, operation);
            add_challenge(operation);
            if method == "GET" && path != METRICS {
                add_tags(operation);
            }
        }
    }
    document
}

/// Groups an operation by the service in its path, `/api/<service>`, unless it names a group.
fn add_tag(path: &str, operation: &mut Operation) {
    if operation.tags.is_none() {
        let service = path.strip_prefix("/api/").and_then(|below| below.split('/').next());
        operation.tags = service.map(|service| vec![service.to_owned()]);
    }
}

/// A response that follows from an operation: whether it has it, the status, the description.
type Implied = (fn(method: &str, operation: &Operation) -> bool, &'static str, &'static str);

/// The implied responses; of two with one status the first counts.
const IMPLIED: &[Implied] = &[
    (|_, operation| takes_a_session(operation), "401", "Not signed in"),
    (
        |_, operation| operation.request_body.is_some(),
        "400",
        "The request is invalid; `errors` lists each invalid field",
    ),
    (|_, operation| has_parameter(operation, "id"), "400", "The id is not 24 hex digits"),
    (|_, operation| takes_a_query(operation), "400", "A query parameter is invalid"),
    (
        |_, operation| has_parameter(operation, IF_MATCH.as_str()),
        "412",
        "`If-Match` does not match the current version",
    ),
    (
        |method, operation| method == "POST" && operation.request_body.is_none(),
        "415",
        "The body is not JSON",
    ),
    (
        |_, operation| has_parameter(operation, "Idempotency-Key"),
        "422",
        "The idempotency key was used with another body",
    ),
];

/// Adds the implied responses that the route does not describe itself.
fn add_implied(method: &str, operation: &mut Operation) {
    for (has_it, status, description) in IMPLIED {
        if has_it(method, operation) {
            let known = operation.responses.responses.entry((*status).to_owned());
            known.or_insert_with(|| Response::new(*description).into());
        }
    }
}

/// The body of a refusal is a problem, unless its route describes another one.
fn add_problems(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(refused) = response
            && status.starts_with(['4', '5'])
            && refused.content.is_empty()
        {
            refused.content.insert(PROBLEM_JSON.to_owned(), problem().into());
        }
    }
}

fn takes_a_session(operation: &Operation) -> bool {
    let session = SecurityRequirement::new("session", [""; 0]);
    operation.security.iter().flatten().any(|required| *required == session)
}

fn takes_a_query(operation: &Operation) -> bool {
    parameters(operation).any(|parameter| parameter.parameter_in == ParameterIn::Query)
}

fn problem() -> Content {
    Content::new(Some(Ref::from_schema_name("Problem")))
}

/// A response that may precede or replace that of the handler, so that no route has to declare it;
/// whether an operation with this method and path can have it.
type CommonRefusal = (Code, fn(method: &str, path: &str, operation: &Operation) -> bool);

const REFUSALS: &[CommonRefusal] = &[
    (Code::URI_TOO_LONG, |_, _, _| true),
    (Code::HEADERS_TOO_LARGE, |_, _, _| true),
    (Code::CROSS_SITE, |method, _, _| method != "GET"),
    // Reads compare the representation's tag; changes compare the version, or accept none.
    (Code::PRECONDITION_FAILED, |_, path, _| path != METRICS),
    (Code::REQUEST_TIMEOUT, takes_a_body),
    (Code::TOO_LARGE, takes_a_body),
    (Code::UNSUPPORTED_MEDIA_TYPE, takes_a_body),
    (Code::TOO_MANY_REQUESTS, |_, path, _| rate_limit::is_limited(path)),
    (Code::UNAVAILABLE, |_, path, _| path.starts_with("/api/")),
];

fn takes_a_body(_: &str, _: &str, operation: &Operation) -> bool {
    operation.request_body.is_some()
}

/// Differs on each read, so it has no tag.
const METRICS: &str = "/metrics";

fn common_response(code: Code) -> Response {
    let response = ResponseBuilder::new().description(code.title);
    let response = response.content(PROBLEM_JSON, problem());
    match code {
        Code::TOO_MANY_REQUESTS | Code::UNAVAILABLE => {
            let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
            response.header("Retry-After", header(seconds, "Seconds to wait"))
        }
        Code::UNSUPPORTED_MEDIA_TYPE => response
            .header("Accept", header(text(), "The accepted media type"))
            .header("Accept-Encoding", header(text(), "The accepted content coding")),
        _ => response,
    }
    .build()
}

/// Adds the responses that no route declares itself.
fn add_refusals(method: &str, path: &str, operation: &mut Operation) {
    for (code, concerns) in REFUSALS {
        if concerns(method, path, operation) {
            let known = &mut operation.responses.responses;
            let known = known.entry(code.status.as_str().to_owned());
            known.or_insert_with(|| Ref::from_response_name(code.text).into());
        }
    }
}

/// The parameter and the response of reads whose client sends tags of its copies.
const IF_NONE_MATCH: &str = "If-None-Match";
const NOT_MODIFIED: &str = "not_modified";

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn header(schema: ObjectBuilder, description: &str) -> Header {
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
}

fn tag() -> Header {
    header(text(), "The entity tag")
}

/// Adds the `WWW-Authenticate` header to a 401.
fn add_challenge(operation: &mut Operation) {
    if let Some(RefOr::T(refused)) = operation.responses.responses.get_mut("401") {
        let challenge = header(text(), "The authentication scheme: the session cookie");
        refused.headers.insert("WWW-Authenticate".to_owned(), challenge.into());
    }
}

/// Defines the parameter and the response of conditional reads.
fn define_tags(components: &mut Components) {
    let parameter = ParameterBuilder::new()
        .name(IF_NONE_MATCH)
        .parameter_in(ParameterIn::Header)
        .schema(Some(text()))
        .description(Some("ETags of the client's copies; 304 if one of them is current"));
    components.parameters.insert(IF_NONE_MATCH.to_owned(), parameter.build().into());
    let response =
        ResponseBuilder::new().description("The client's copy is current").header("ETag", tag());
    components.responses.insert(NOT_MODIFIED.to_owned(), response.build().into());
}

/// Adds conditional reads to an operation.
fn add_tags(operation: &mut Operation) {
    let parameter = Ref::new(format!("#/components/parameters/{IF_NONE_MATCH}"));
    operation.parameters.get_or_insert_default().push(RefOr::Ref(parameter));
    let responses = &mut operation.responses.responses;
    if let Some(RefOr::T(shown)) = responses.get_mut("200") {
        shown.headers.insert("ETag".to_owned(), tag().into());
    }
    responses.insert("304".to_owned(), Ref::from_response_name(NOT_MODIFIED).into());
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, post, put, delete, .. } = item;
    let operations = [("GET", get), ("POST", post), ("PUT", put), ("DELETE", delete)];
    operations.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Request bodies accept no unknown fields.
fn close(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = schema {
        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    }
}

/// The routes of a document, to distinguish a wrong method from a wrong path; app data.
#[derive(Debug, Clone)]
pub struct Routes {
    routes: Vec<(Vec<String>, Vec<&'static str>)>,
    /// By method and path.
    operations: HashMap<(&'static str, String), OperationFacts>,
}

#[derive(Debug, Clone)]
struct OperationFacts {
    id: Option<String>,
    compares_versions: bool,
}

impl Routes {
    /// The routes of a document.
    #[must_use]
    pub fn of(document: &OpenApi) -> Self {
        let segments = |path: &str| path.split('/').map(str::to_owned).collect();
        let paths = || document.paths.paths.iter();
        let methods = |item| operations(item).map(|(method, _)| method).collect();
        let routes = paths().map(|(path, item)| (segments(path), methods(item))).collect();
        let operations = paths().flat_map(|(path, item)| {
            let known = |(method, operation): (&'static str, &Operation)| {
                let compares_versions = has_parameter(operation, IF_MATCH.as_str());
                let known =
                    OperationFacts { id: operation.operation_id.clone(), compares_versions };
                ((method, path.clone()), known)
            };
            operations(item).map(known).collect::<Vec<_>>()
        });
        Self { routes, operations: operations.collect() }
    }

    /// The operation id of a route, given its method and its path with the names of its parameters.
    #[must_use]
    pub fn operation(&self, method: &'static str, path: &str) -> Option<&str> {
        self.operations.get(&(method, path.to_owned()))?.id.as_deref()
    }

    /// Whether this operation evaluates no precondition.
    pub(crate) fn ignores_preconditions(&self, method: &'static str, path: &str) -> bool {
        let known = self.operations.get(&(method, path.to_owned()));
        known.is_some_and(|known| !known.compares_versions)
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
        let (_, methods) = self.routes.iter().find(|(segments, _)| matches(segments))?;
        let allowed = methods.iter().flat_map(|method| match *method {
            "GET" => ["GET", "HEAD"].as_slice(),
            _ => std::slice::from_ref(method),
        });
        Some(allowed.copied().collect::<Vec<_>>().join(", "))
    }
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

fn has_parameter(operation: &Operation, name: &str) -> bool {
    parameters(operation).any(|parameter| parameter.name.eq_ignore_ascii_case(name))
}

fn operations(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    let known =
        [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("DELETE", &item.delete)];
    known.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// The default service: 308 where the path without its slash is a route, 405 for a route, else 404.
///
/// # Errors
/// 404 or 405.
#[expect(clippy::unused_async, reason = "handlers are asynchronous")]
pub async fn no_such_route(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let not_found = || Problem::new(Code::NOT_FOUND).detail("The route does not exist");
    let routes = request.app_data::<Data<Routes>>().ok_or_else(not_found)?;
    if let Some(allowed) = routes.methods_of(request.path()) {
        return Err(Problem::new(Code::METHOD_NOT_ALLOWED).header("Allow", allowed));
    }
    let path = request.uri().path();
    let without_slash = path.trim_end_matches('/');
    if without_slash == path || routes.methods_of(without_slash).is_none() {
        return Err(not_found());
    }
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let place = format!("{without_slash}{query}");
    Ok(HttpResponse::PermanentRedirect().insert_header((LOCATION, place)).finish())
}
