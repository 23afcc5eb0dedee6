//! The catalogue describes the services as they are: their collections, their consumers, their public paths.

use std::collections::BTreeSet;

use contract::catalogue::services::{self, COLLECTIONS_OF_ALL, SERVICES};
use marketplace::compose::{ServiceSettings, compose};
use service::application::openapi;
use store::Collection;
use testing::platforms::Platforms;

fn names(collections: &[&Collection]) -> Vec<&'static str> {
    collections.iter().map(|collection| collection.name).collect()
}

#[test]
fn every_collection_is_in_the_catalogue() {
    let actual = [
        auth::COLLECTIONS,
        tickets::COLLECTIONS,
        orders::COLLECTIONS,
        payments::COLLECTIONS,
        expiration::COLLECTIONS,
    ];
    for (service, actual) in SERVICES.iter().zip(actual) {
        assert_eq!(service.collections, names(actual), "{}", service.name);
    }
    let of_all = [
        &web::idempotency::COLLECTION,
        &::service::revocations::COLLECTION,
        &::service::person::COLLECTION,
    ];
    assert_eq!(COLLECTIONS_OF_ALL, names(&of_all));
}

#[test]
fn the_names_of_the_crates_are_in_the_catalogue() {
    let names = [auth::NAME, tickets::NAME, orders::NAME, payments::NAME, expiration::NAME];
    assert_eq!(services::names().collect::<Vec<_>>(), names);
    let ledger = payments::TestProvider::NAME;
    assert!(SERVICES.iter().any(|service| service.more_databases.contains(&ledger)));
}

#[tokio::test]
async fn every_consumer_is_in_the_catalogue_and_no_other() {
    let platforms = Platforms::in_memory();
    let platform = |name: &str| platforms.platform(name);
    compose(platform, &platforms.key, ServiceSettings::default()).await.unwrap();
    let lag = platforms.bus.lag().await.unwrap();
    let made: BTreeSet<_> = lag.into_iter().map(|lag| lag.consumer).collect();
    let known = contract::catalogue::consumers().into_iter().map(|(name, _)| name);
    assert_eq!(made, known.collect());
}

/// Proxies lead these paths, and nothing else, to the service.
#[tokio::test]
async fn every_route_is_below_a_public_path_of_its_service_and_no_path_is_without() {
    let platforms = Platforms::in_memory();
    let platform = |name: &str| platforms.platform(name);
    let composed = compose(platform, &platforms.key, ServiceSettings::default()).await.unwrap();
    let of_all = openapi(&[]).unwrap().paths.paths;
    for service in composed.services {
        let paths = services::find(service.name).unwrap().paths;
        let is_below = |route: &str, path: &str| {
            route.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut routes = openapi(&[service.routes]).unwrap().paths.paths;
        routes.retain(|route, _| !of_all.contains_key(route));
        for route in routes.keys() {
            assert!(paths.iter().any(|path| is_below(route, path)), "{}: {route}", service.name);
        }
        for path in paths {
            assert!(routes.keys().any(|route| is_below(route, path)), "no route below {path}");
        }
    }
}
