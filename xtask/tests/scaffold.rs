//! New services and routes: the lists that name them have the place that the commands expect.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use xtask::root;
use xtask::scaffold::{NewRoute, NewService, Verb, add_route, add_service};

/// A copy of the files that the commands read and change.
fn repository() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for path in [
        "Cargo.toml",
        "common/contract/src/catalogue",
        "services/marketplace/Cargo.toml",
        "services/marketplace/src/services.rs",
        "services/marketplace/tests/edges",
        "services/marketplace/tests/simulation/generate",
        "services/tickets/src/routes",
        "xtask/templates",
    ] {
        copy(&root().join(path), &directory.path().join(path));
    }
    directory
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

#[test]
fn a_new_service_is_written_and_named_in_every_list() {
    let directory = repository();
    let new = NewService::new("placeholders", Some("Placeholders of a test")).unwrap();
    let written = add_service(directory.path(), &new).unwrap();
    let text = |path: &str| fs::read_to_string(directory.path().join(path)).unwrap();
    for path in &written {
        let text = text(&path.display().to_string());
        assert!(text.to_lowercase().contains("placeholder"), "{}", path.display());
        assert!(!text.contains("{{") || !text.contains("}}"), "{}", path.display());
    }
    assert!(
        text("services/placeholders/src/domain/placeholder.rs")
            .contains("pub struct Placeholder {")
    );
    assert!(text("common/contract/src/catalogue/services.rs").contains(", PLACEHOLDERS];"));
    assert!(
        text("services/marketplace/src/services.rs").contains("&placeholders::DEFINITION,\n];")
    );
    let again = add_service(directory.path(), &new).unwrap_err().to_string();
    assert!(again.contains("exists already"), "{again}");
}

#[test]
fn the_name_of_a_service_is_a_plural_that_is_free() {
    for name in ["orders", "placeholder", "Placeholders", "place-holders", "s"] {
        assert!(NewService::new(name, None).is_err(), "{name}");
    }
}

#[test]
fn a_new_route_is_written_and_registered_before_paths_with_parameters() {
    for (verb, method) in [(Verb::Get, "get"), (Verb::Post, "post")] {
        let directory = repository();
        let path = "/api/tickets/summary".to_owned();
        let (service, name) = ("tickets".to_owned(), "show_summary".to_owned());
        let new = NewRoute { service, name, verb, path };
        let written = add_route(directory.path(), &new).unwrap();
        assert_eq!(written.len(), 4, "{written:?}");
        let text = |path: &str| fs::read_to_string(directory.path().join(path)).unwrap();
        let list = text("services/tickets/src/routes/mod.rs");
        assert!(
            list.contains("    config\n        .service(show_summary::show_summary)\n"),
            "{list}"
        );
        assert!(list.contains("mod offer_ticket;\nmod show_summary;\nmod show_ticket;"), "{list}");
        let route = text("services/tickets/src/routes/show_summary.rs");
        assert!(route.contains(&format!("#[{method}(\"/api/tickets/summary\")]")), "{route}");
        assert!(add_route(directory.path(), &new).is_err(), "it exists");
    }
}

#[test]
fn a_route_with_parameters_or_of_an_unknown_service_is_refused() {
    let directory = repository();
    for (service, name, path) in [
        ("shows", "show_summary", "/api/shows"),
        ("tickets", "summary", "/api/tickets/summary"),
        ("tickets", "show_summary", "/api/tickets/{id}/summary"),
    ] {
        let (service, name, path) = (service.to_owned(), name.to_owned(), path.to_owned());
        let new = NewRoute { service, name, verb: Verb::Get, path };
        assert!(add_route(directory.path(), &new).is_err(), "{new:?}");
    }
}
