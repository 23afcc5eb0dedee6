//! Lists in the repository match the source: the catalogue, the users of NATS, problem codes, and
//! sample secrets, which production refuses.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "edges/page_routes.rs"]
mod page_routes;
mod tree;

use std::collections::BTreeSet;
use std::process::Command;

use contract::catalogue::services::{
    self, COLLECTIONS_OF_ALL, SERVICES, Subscription, SubscriptionKind,
};
use marketplace::compose;
use marketplace::services::ALL;
use service::application::openapi;
use service::development_secrets::DEVELOPMENT_SECRETS;
use service::metric_descriptions::{METRICS, Metric};
use service::{Platform, Service, ServiceSettings};
use store::{Collection, Engine, MemoryEngine};
use testing::engines::nats::user_names;
use testing::platforms::Platforms;

use crate::page_routes::page_routes;
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

async fn opened(platforms: &Platforms) -> Vec<Service> {
    let platform = |name: &str| platforms.platform(name);
    compose(platform, &platforms.key, ServiceSettings::default()).await.unwrap()
}

#[tokio::test]
async fn the_catalogue_lists_exactly_the_consumers() {
    let platforms = Platforms::in_memory();
    opened(&platforms).await;
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
    let opened = opened(&Platforms::in_memory()).await;
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

/// Proxies route these prefixes, and `/` alone, to the service of the pages. The OpenAPI document
/// does not contain pages.
#[test]
fn every_page_has_a_public_path_and_every_public_path_a_page() {
    let routes = page_routes();
    let paths: Vec<&str> = routes.iter().map(|route| route.split_once(' ').unwrap().1).collect();
    let is_below = |path: &str, page: &str| {
        let rest = path.strip_prefix(page);
        rest.is_some_and(|rest| rest.is_empty() || page != "/" && rest.starts_with('/'))
    };
    let pages: Vec<&str> =
        SERVICES.iter().flat_map(|service| service.pages.iter().copied()).collect();
    for path in &paths {
        assert!(pages.iter().any(|page| is_below(path, page)), "no proxy leads to {path}");
    }
    for page in pages {
        let is_registered = paths.iter().any(|path| is_below(path, page));
        assert!(is_registered, "no page at {page}");
    }
}

/// Its routes include every other path, which would hide the routes behind it.
#[test]
fn the_pages_are_registered_behind_every_other_route() {
    let with_pages = ALL.iter().position(|definition| !definition.service.pages.is_empty());
    assert_eq!(with_pages, Some(ALL.len() - 1));
}

/// The names of the metrics that the product source in a directory publishes.
fn published(directory: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (path, text) in files(&[directory], &[".rs"]) {
        if path.split('/').any(|part| part == "tests") {
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
    let opened = opened(&Platforms::in_memory()).await;
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

fn permissions(user: &str, more: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_boxoffice"));
    let output = command.env_clear().args(["nats-permissions", user]).args(more).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_nats_user_files_equal_the_output_of_the_program() {
    let folder = root().join("infra/k8s/base/nats/users");
    for user in user_names() {
        let kept = std::fs::read_to_string(folder.join(format!("{user}.conf"))).unwrap();
        assert_eq!(kept, permissions(user, &[]), "to write it: cargo xtask rights");
    }
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), user_names().count());
}

#[test]
fn every_permission_of_a_user_contains_the_prefix() {
    for user in user_names() {
        let printed = permissions(user, &["--nats-prefix", "shop"]);
        let subjects: Vec<_> =
            printed.lines().filter(|line| line.starts_with("      \"")).collect();
        assert!(subjects.len() > 10, "{printed}");
        for subject in subjects {
            assert!(subject.contains("\"shop.") || subject.contains("shop_"), "{subject}");
        }
    }
}

#[test]
fn every_problem_code_is_on_the_page_of_the_api() {
    let read = |path| std::fs::read_to_string(root().join(path)).unwrap();
    let document: serde_json::Value =
        serde_json::from_str(&read("services/marketplace/openapi.json")).unwrap();
    let codes = document.pointer("/components/schemas/Code/enum").unwrap().as_array().unwrap();
    let declared: BTreeSet<&str> = codes.iter().map(|code| code.as_str().unwrap()).collect();
    let page = read("docs/api.md");
    let (_, table) = page.split_once("| status | codes |").unwrap();
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    let listed: BTreeSet<&str> = rows.flat_map(|row| row.split('`').skip(1).step_by(2)).collect();
    assert!(declared.len() > 40, "{declared:?}");
    assert_eq!(listed, declared, "docs/api.md lists other codes than the OpenAPI document");
}

/// Passwords in addresses, and values of secrets, in the files that start a marketplace.
#[test]
fn production_rejects_every_sample_secret_of_the_repository() {
    let files = [
        "docs/operations/install.md",
        "docs/payments-stripe.md",
        "infra/compose/compose.yaml",
        "infra/compose/mongodb-set-up.js",
        "infra/k8s/overlays/dev/kustomization.yaml",
        "infra/k8s/overlays/dev/dev-only-secrets.env",
    ];
    let mut seen = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            for secret in secrets(line) {
                assert!(
                    DEVELOPMENT_SECRETS.contains(&secret),
                    "{file}: {secret} is not in service::development_secrets"
                );
                seen.push(secret.to_owned());
            }
        }
    }
    for sample in DEVELOPMENT_SECRETS {
        assert!(seen.iter().any(|secret| secret == sample), "{sample} is no sample any more");
    }
}

/// Passwords in addresses, the values after names of passwords, and keys with the format of
/// Stripe's.
fn secrets(line: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let word = |rest: &'_ str| rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let mut found = Vec::new();
    for name in ["password=", "keyfile=", "PASSWORD: '\"", "PASSWORD = '"] {
        let after = line.match_indices(name).filter_map(|(at, _)| line.get(at + name.len()..));
        found.extend(after.filter_map(|rest| rest.get(..word(rest))));
    }
    let words = line.split(|c| !is_part(c));
    found.extend(words.filter_map(|word| {
        let rest = word.strip_prefix("sk_test_").or_else(|| word.strip_prefix("whsec_"))?;
        (!rest.is_empty()).then_some(word)
    }));
    for (_, address) in
        line.match_indices("://").filter_map(|(at, _)| line.split_at_checked(at + 3))
    {
        let authority = address.split(['/', '?', '"', ' ']).next().unwrap();
        let user = authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':'));
        found.extend(user.map(|(_, password)| password));
    }
    found
}
