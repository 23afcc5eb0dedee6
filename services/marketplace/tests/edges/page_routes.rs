//! The routes of pages, which the OpenAPI document does not contain: read from the source that
//! registers them.

/// The file that registers the pages.
const SOURCE: &str = include_str!("../../../storefront/src/pages.rs");

/// Every registered page: `GET /orders/{id}`. A scope is a prefix of the routes behind it.
pub(crate) fn page_routes() -> Vec<String> {
    let mut scopes = SOURCE.split("scope(");
    let mut routes = routes_of("", scopes.next().unwrap());
    for scope in scopes {
        routes.extend(routes_of(scope.split('"').nth(1).unwrap(), scope));
    }
    assert!(routes.len() > 15, "only these routes are found: {routes:?}");
    routes
}

fn routes_of(prefix: &str, registered: &str) -> Vec<String> {
    let route = |registered: &str| {
        let mut quoted = registered.split('"');
        let path = quoted.nth(1).unwrap();
        let (method, _) = quoted.next().unwrap().split_once("().to(").unwrap();
        let method = method.rsplit([' ', ',', ':']).next().unwrap();
        format!("{} {prefix}{path}", method.to_uppercase())
    };
    registered.split(".route(").skip(1).map(route).collect()
}
