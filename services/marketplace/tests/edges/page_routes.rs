//! The routes of pages, which the OpenAPI document does not contain: read from the source that
//! registers them.

/// The file that registers the pages.
const SOURCE: &str = include_str!("../../../storefront/src/pages/mod.rs");

/// Every registered page: `GET /orders/{id}`.
pub(crate) fn page_routes() -> Vec<String> {
    let mut routes = Vec::new();
    for registered in SOURCE.split(".route(").skip(1) {
        let mut quoted = registered.split('"');
        let path = quoted.nth(1).unwrap();
        let handler = quoted.next().unwrap();
        let (method, _) = handler.split_once("().to(").unwrap();
        let method = method.rsplit([' ', ',', ':']).next().unwrap();
        routes.push(format!("{} {path}", method.to_uppercase()));
    }
    assert!(routes.len() > 15, "only these routes are found: {routes:?}");
    routes
}
