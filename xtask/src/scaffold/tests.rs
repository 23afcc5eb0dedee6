//! New services and routes: the lists that name them have the place that the commands expect.

use std::path::{Path, PathBuf};

use xshell::{Shell, TempDir};

use super::{NewListener, NewRoute, NewService};
use crate::cycles::Files;
use crate::process::{shell, shell_in};
use crate::rendering::files_below;

/// A copy of the files that the commands read and change; it is removed with the guard.
fn repository() -> (TempDir, Shell) {
    let original = shell().unwrap();
    let directory = original.create_temp_dir().unwrap();
    let copy = shell_in(directory.path()).unwrap();
    for folder in [
        "common/contract/src/catalogue",
        "services/marketplace/tests/edges",
        "services/expiration/src",
        "services/tickets/src",
        "xtask/templates",
    ]
    .map(Path::new)
    {
        for file in files_below(&original, folder).unwrap() {
            let file = folder.join(file);
            copy.write_file(&file, original.read_file(&file).unwrap()).unwrap();
        }
    }
    for file in [
        "Cargo.toml",
        "services/marketplace/Cargo.toml",
        "services/marketplace/src/services.rs",
        "services/expiration/Cargo.toml",
    ] {
        copy.write_file(file, original.read_file(file).unwrap()).unwrap();
    }
    (directory, copy)
}

fn service(name: &str, about: Option<&str>) -> NewService {
    NewService { name: name.to_owned(), aggregate: None, about: about.map(str::to_owned) }
}

fn route(service: &str, name: &str, method: &str, path: &str) -> NewRoute {
    let [service, name, method, path] = [service, name, method, path].map(str::to_owned);
    NewRoute { service, name, path, method }
}

fn listener(service: &str, name: &str, subject: &str) -> NewListener {
    let [service, name, subject] = [service, name, subject].map(str::to_owned);
    NewListener { service, name, subject }
}

#[test]
fn a_new_service_is_written_and_named_in_every_list() {
    let (_directory, tree) = repository();
    let new = service("placeholders", Some("Placeholders of a test"));
    let written = new.add(&tree).unwrap();
    let text = |path: &str| tree.read_file(path).unwrap();
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
        text("services/marketplace/src/services.rs")
            .contains("&placeholders::DEFINITION,\n    &storefront")
    );
    let src = Path::new("services/placeholders/src");
    let files: Vec<(String, String)> = files_below(&tree, src)
        .unwrap()
        .into_iter()
        .map(|path| (path.display().to_string(), tree.read_file(src.join(path)).unwrap()))
        .collect();
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    assert_eq!(Files::parse(files).cycles(), [""; 0]);
    let again = new.add(&tree).unwrap_err().to_string();
    assert!(again.contains("exists already"), "{again}");
}

#[test]
fn the_name_of_a_service_is_a_plural_that_is_free_or_it_has_an_aggregate() {
    for name in ["orders", "placeholder", "Placeholders", "place-holders", "s"] {
        assert!(service(name, None).words().is_err(), "{name}");
    }
    let named = |name: &str, aggregate: &str| {
        let new = NewService { aggregate: Some(aggregate.to_owned()), ..service(name, None) };
        new.words()
    };
    let words = named("waitlist", "listing").unwrap();
    assert!(words.contains(&("one", "listing".to_owned())), "{words:?}");
    assert!(named("waitlist", "Listing").is_err());
    assert!(named("orders", "listing").is_err());
}

#[test]
fn a_new_route_is_written_and_registered_before_paths_with_parameters() {
    for method in ["get", "post"] {
        let (_directory, tree) = repository();
        let new = route("tickets", "show_summary", method, "/api/tickets/summary");
        let written = new.add(&tree).unwrap();
        assert_eq!(written.len(), 4, "{written:?}");
        let text = |path: &str| tree.read_file(path).unwrap();
        let list = text("services/tickets/src/routes/mod.rs");
        assert!(
            list.contains("    config\n        .service(show_summary::show_summary)\n"),
            "{list}"
        );
        assert!(list.contains("mod show_show;\nmod show_summary;\nmod show_ticket;"), "{list}");
        let route = text("services/tickets/src/routes/show_summary.rs");
        assert!(route.contains(&format!("#[{method}(\"/api/tickets/summary\")]")), "{route}");
        assert!(new.add(&tree).is_err(), "it exists");
    }
}

#[test]
fn the_row_of_a_new_route_is_behind_those_of_the_same_paths() {
    let (_directory, tree) = repository();
    for path in ["/api/tickets/summary", "/api/venues/summary"] {
        let name = format!("show_{}", path.replace(['/', '-'], "_"));
        route("tickets", &name, "get", path).add(&tree).unwrap();
    }
    let rights = tree.read_file("services/marketplace/tests/edges/tables/rights.txt").unwrap();
    let rights: Vec<&str> = rights.lines().collect();
    let last = |path: &str| rights.iter().rposition(|line| line.contains(path)).unwrap();
    assert_eq!(last("/api/tickets/summary"), last(" /api/tickets"));
    assert_eq!(last("/api/venues/summary"), rights.len() - 1);
}

#[test]
fn a_new_listener_is_written_and_subscribed() {
    let (_directory, tree) = repository();
    let text = |path: &str| tree.read_file(path).unwrap();
    let new = listener("expiration", "on_ticket_changed", "ticket.*");
    assert_eq!(new.add(&tree).unwrap().len(), 3);
    let file = text("services/expiration/src/listeners/on_ticket_changed.rs");
    assert!(file.contains("&[CREATED, UPDATED, WITHDRAWN]"), "{file}");
    assert!(file.contains("Received<TicketState>"), "{file}");
    let list = text("services/expiration/src/listeners/mod.rs");
    assert!(list.contains("mod on_order_changed;\nmod on_ticket_changed;\n"), "{list}");
    assert!(list.contains("    on_ticket_changed,\n}"), "{list}");
    let services = text("common/contract/src/catalogue/services.rs");
    let subscription = "Subscription::durable(\"on_ticket_changed\", \"ticket.*\")";
    let (_, own) = services.split_once("const EXPIRATION: Service").unwrap();
    assert!(own.contains(subscription), "{own}");
    for (service, name, subject) in [
        ("expiration", "on_ticket_changed", "ticket.*"),
        ("shows", "on_order_changed", "order.*"),
        ("tickets", "order_changed", "order.*"),
        ("tickets", "on_stage_changed", "stage.*"),
        ("tickets", "on_order_paid", "order.paid"),
    ] {
        let new = listener(service, name, subject);
        assert!(new.add(&tree).is_err(), "{new:?}");
    }
}

#[test]
fn the_first_listener_of_a_service_is_opened() {
    let (_directory, tree) = repository();
    service("placeholders", None).add(&tree).unwrap();
    // As a service of the catalogue that has no listener yet.
    let (from, to) = ("services/placeholders", "services/tickets");
    tree.remove_path(to).unwrap();
    let paths = [from, to].map(|path| tree.current_dir().join(path));
    std::fs::rename(&paths[0], &paths[1]).unwrap();
    listener("tickets", "on_user_banned", "user.banned").add(&tree).unwrap();
    let text = |path: &str| tree.read_file(PathBuf::from(to).join(path)).unwrap();
    assert!(text("Cargo.toml").contains("store.workspace = true\nbus.workspace = true\n"));
    let lib = text("src/lib.rs");
    for part in ["mod listeners;\n", "listeners::all(&platform, &ports)"] {
        assert!(lib.contains(part), "{part}: {lib}");
    }
}

#[test]
fn a_route_with_parameters_or_of_an_unknown_service_is_refused() {
    let (_directory, tree) = repository();
    for (service, name, path) in [
        ("shows", "show_summary", "/api/shows"),
        ("tickets", "summary", "/api/tickets/summary"),
        ("tickets", "show_summary", "/api/tickets/{id}/summary"),
    ] {
        let new = route(service, name, "get", path);
        assert!(new.add(&tree).is_err(), "{new:?}");
    }
}
