//! The catalogue matches the services: their collections, consumers and public paths.

mod tree;

use std::collections::BTreeSet;

use contract::catalogue::services::{
    self, COLLECTIONS_OF_ALL, SERVICES, Subscription, SubscriptionKind,
};
use marketplace::compose;
use marketplace::services::ALL;
use service::application::openapi;
use service::metric_descriptions::{METRICS, Metric};
use service::{Platform, ServiceSettings};
use store::{Collection, Engine, MemoryEngine};
use testing::platforms::Platforms;

use crate::tree::{files, root};

fn names(collections: &[&Collection]) -> Vec<&'static str> {
    collections.iter().map(|collection| collection.name).collect()
}

#[test]
fn every_collection_is_in_the_catalogue() {
    for definition in ALL {
        let service = definition.service;
        assert_eq!(service.collections, names(definition.collections), "{}", service.name);
    }
    let of_all = [
        &web::idempotency::COLLECTION,
        &::service::revocations::COLLECTION,
        &::service::person::COLLECTION,
    ];
    assert_eq!(COLLECTIONS_OF_ALL, names(&of_all));
}

#[test]
fn the_program_contains_the_services_of_the_catalogue() {
    let known: BTreeSet<_> = services::names().collect();
    let contained: BTreeSet<_> = ALL.iter().map(|definition| definition.name()).collect();
    assert_eq!((contained, ALL.len()), (known, SERVICES.len()));
}

#[tokio::test]
async fn the_catalogue_lists_exactly_the_consumers() {
    let platforms = Platforms::in_memory();
    let platform = |name: &str| platforms.platform(name);
    compose(platform, &platforms.key, ServiceSettings::default()).await.unwrap();
    let lag = platforms.bus.lag().await.unwrap();
    let made: BTreeSet<_> = lag.into_iter().map(|lag| lag.consumer).collect();
    let known = contract::catalogue::consumers().into_iter().map(|(name, _)| name);
    assert_eq!(made, known.collect());
}

#[tokio::test]
async fn services_with_a_broadcast_subscription_follow_their_replicas() {
    let platforms = Platforms::in_memory();
    let platform = |name: &str| {
        let engine = Engine::Memory(MemoryEngine::shared());
        Platform { engine, ..platforms.platform(name) }
    };
    let opened = compose(platform, &platforms.key, ServiceSettings::default()).await.unwrap();
    for service in opened {
        let subscriptions = services::find(service.name).unwrap().subscriptions;
        let is_broadcast = |one: &Subscription| one.kind == SubscriptionKind::Broadcast;
        let follows = format!("{}.follow_replicas", service.name);
        let follows = service.loops.iter().any(|one| one.name() == follows);
        assert_eq!(follows, subscriptions.iter().any(is_broadcast), "{}", service.name);
    }
}

/// Proxies route these paths, and no others, to the service.
#[tokio::test]
async fn every_route_has_a_public_path_and_every_public_path_a_route() {
    let platforms = Platforms::in_memory();
    let platform = |name: &str| platforms.platform(name);
    let opened = compose(platform, &platforms.key, ServiceSettings::default()).await.unwrap();
    let of_all = openapi(&[]).unwrap().paths.paths;
    for service in opened {
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

/// The names of the metrics that the product source in a directory publishes.
fn published(directory: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (path, text) in files(&root().join(directory), &[".rs"]) {
        if path.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        for call in ["metrics::counter!(", "metrics::gauge!(", "metrics::histogram!("] {
            for rest in text.split(call).skip(1) {
                let literal =
                    rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                // A name that is not a literal matches no description.
                names.insert(literal.unwrap_or(call).to_owned());
            }
        }
    }
    names
}

#[tokio::test]
async fn metrics_and_their_descriptions_correspond() {
    let platforms = Platforms::in_memory();
    let platform = |name: &str| platforms.platform(name);
    let opened = compose(platform, &platforms.key, ServiceSettings::default()).await.unwrap();
    let described = |metrics: &[Metric]| -> BTreeSet<String> {
        metrics.iter().map(|metric| metric.name.to_owned()).collect()
    };
    let of_all = published("common");
    assert_eq!(of_all, described(METRICS), "in common");
    let mut all = METRICS.to_vec();
    for service in opened {
        let mut own = published(&format!("services/{}/src", service.name));
        own.retain(|name| !of_all.contains(name));
        assert_eq!(own, described(service.metrics), "in {}", service.name);
        all.extend(service.metrics);
    }
    assert_eq!(described(&all).len(), all.len(), "a metric is declared twice: {all:?}");
    assert_eq!(published("services/marketplace/src"), BTreeSet::new());
}
