//! One OpenAPI document from the routes themselves, and the answers for what is no route.

use std::collections::HashMap;

use actix_web::HttpRequest;
use actix_web::web::Data;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{AdditionalProperties, Schema};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, RefOr};
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::code::Code;
use crate::problem::{FieldError, Problem, ProblemBody};

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
    document
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
