//! New services and routes: the lists that name them have the place that the commands expect.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use xtask::cycles::Files;
use xtask::root;
use xtask::scaffold::{
    NewListener, NewRoute, NewService, Verb, add_listener, add_route, add_service,
};

/// A copy of the files that the commands read and change.
fn repository() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for path in [
        "Cargo.toml",
        "common/contract/src/catalogue",
        "services/marketplace/Cargo.toml",
        "services/marketplace/src/services.rs",
        "services/marketplace/tests/edges",
        "services/expiration/Cargo.toml",
        "services/expiration/src",
        "services/tickets/src",
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
    let src = directory.path().join("services/placeholders/src");
    let files: Vec<(String, String)> = written
        .iter()
        .filter_map(|path| path.strip_prefix("services/placeholders/src").ok())
        .map(|path| (path.display().to_string(), fs::read_to_string(src.join(path)).unwrap()))
        .collect();
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    assert_eq!(Files::parse(files).cycles(), [""; 0]);
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
fn the_row_of_a_new_route_is_behind_those_of_the_same_paths() {
    let directory = repository();
    for path in ["/api/tickets/summary", "/api/venues/summary"] {
        let path = path.to_owned();
        let name = format!("show_{}", path.replace(['/', '-'], "_"));
        let new = NewRoute { service: "tickets".to_owned(), name, verb: Verb::Get, path };
        add_route(directory.path(), &new).unwrap();
    }
    let rights = directory.path().join("services/marketplace/tests/edges/tables/rights.txt");
    let rights = fs::read_to_string(rights).unwrap();
    let row = |path: &str| rights.lines().position(|line| line.contains(path)).unwrap();
    assert_eq!(row("/api/tickets/summary"), row("DELETE /api/tickets/{id}") + 1);
    assert_eq!(row("/api/venues/summary"), rights.lines().count() - 1);
}

#[test]
fn a_new_listener_is_written_and_subscribed() {
    let directory = repository();
    let text = |path: &str| fs::read_to_string(directory.path().join(path)).unwrap();
    let listener = |service: &str, name: &str, subject: &str| NewListener {
        service: service.to_owned(),
        name: name.to_owned(),
        subject: subject.to_owned(),
    };
    let new = listener("expiration", "on_ticket_changed", "ticket.*");
    assert_eq!(add_listener(directory.path(), &new).unwrap().len(), 3);
    let file = text("services/expiration/src/listeners/on_ticket_changed.rs");
    assert!(file.contains("&[CREATED, UPDATED, WITHDRAWN]"), "{file}");
    assert!(file.contains("Received<TicketState>"), "{file}");
    let list = text("services/expiration/src/listeners/mod.rs");
    assert!(list.contains("mod on_order_changed;\nmod on_ticket_changed;\n"), "{list}");
    assert!(list.contains("        on_ticket_changed,\n    })"), "{list}");
    let services = text("common/contract/src/catalogue/services.rs");
    let subscription = "Subscription::durable(\"on_ticket_changed\", \"ticket.*\")";
    let (_, own) = services.split_once("const EXPIRATION: Service").unwrap();
    assert!(own.contains(subscription), "{own}");
    for (service, name, subject) in [
        ("expiration", "on_ticket_changed", "ticket.*"),
        ("shows", "on_order_changed", "order.*"),
        ("tickets", "order_changed", "order.*"),
        ("tickets", "on_show_changed", "show.*"),
        ("tickets", "on_order_paid", "order.paid"),
    ] {
        let new = listener(service, name, subject);
        assert!(add_listener(directory.path(), &new).is_err(), "{new:?}");
    }
}

#[test]
fn the_first_listener_of_a_service_is_opened() {
    let directory = repository();
    add_service(directory.path(), &NewService::new("placeholders", None).unwrap()).unwrap();
    // As a service of the catalogue that has no listener yet.
    let (from, to) = ("services/placeholders", "services/tickets");
    fs::remove_dir_all(directory.path().join(to)).unwrap();
    fs::rename(directory.path().join(from), directory.path().join(to)).unwrap();
    let new = NewListener {
        service: "tickets".to_owned(),
        name: "on_user_banned".to_owned(),
        subject: "user.banned".to_owned(),
    };
    add_listener(directory.path(), &new).unwrap();
    let text = |path: &str| fs::read_to_string(directory.path().join(to).join(path)).unwrap();
    assert!(text("Cargo.toml").contains("store.workspace = true\nbus.workspace = true\n"));
    let lib = text("src/lib.rs");
    for part in [
        "//! | `listeners` | one file per subscription |\n",
        "mod listeners;\n",
        "listeners::all(&platform, &ports)",
    ] {
        assert!(lib.contains(part), "{part}: {lib}");
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
