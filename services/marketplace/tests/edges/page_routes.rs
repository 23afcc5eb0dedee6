//! The routes of pages, which the OpenAPI document does not contain: read from the source that
//! registers them.

/// The file that registers the pages.
const SOURCE: &str = include_str!("../../../storefront/src/pages.rs");

/// Every registered page: `GET /orders/{id}`.
pub(crate) fn page_routes() -> Vec<String> {
    let functions = SOURCE.split("fn ").skip(1);
    let routes: Vec<String> = functions.flat_map(routes_of).collect();
    assert!(routes.len() > 30, "only these routes are found: {routes:?}");
    routes
}

/// The routes that a function registers, below the scope that it configures.
fn routes_of(function: &str) -> Vec<String> {
    let (name, _) = function.split_once('(').unwrap_or((function, ""));
    let (before, _) = SOURCE.split_once(&format!(".configure({name})")).unwrap_or_default();
    let (_, scope) = before.rsplit_once("scope(\"").unwrap_or_default();
    let prefix = scope.split('"').next().unwrap();
    let route = |registered: &str| {
        let mut quoted = registered.split('"');
        let path = quoted.nth(1).unwrap();
        let (method, _) = quoted.next().unwrap().split_once("().to(").unwrap();
        let method = method.rsplit([' ', ',', ':']).next().unwrap();
        format!("{} {prefix}{path}", method.to_uppercase())
    };
    function.split(".route(").skip(1).map(route).collect()
}
