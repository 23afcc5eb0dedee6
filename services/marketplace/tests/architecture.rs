//! The architecture rules, checked on the source.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod language;
mod layers;
mod tree;

use std::collections::BTreeMap;

use contract::catalogue::services::names as services;

use crate::tree::{files, root};

/// Maximum number of lines of a source file.
const LINES_MAX: usize = 400;

/// Words that pure decision code must not contain.
const IMPURE: [&str; 16] = [
    "async ",
    ".await",
    "tokio",
    "actix",
    "store::",
    "web::",
    "bus::",
    "sources::",
    "std::fs",
    "std::net",
    "std::env",
    "std::time::Instant",
    "SystemTime",
    "Clock",
    "rand::",
    "println!",
];

fn sources() -> Vec<(String, String)> {
    files(&["common", "services"], &[".rs"])
}

/// The lines of a text that are no comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// A source without its unit tests.
fn product(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap()
}

/// The dependencies of a crate, each as the heading of its section and its name.
fn dependencies(folder: &str) -> Vec<(String, String)> {
    let manifest = std::fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
    let mut section = "";
    let mut found = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") {
            let name = line.split(['.', ' ', '=']).next().unwrap();
            found.push((section.to_owned(), name.to_owned()));
        }
    }
    found
}

#[test]
fn no_service_depends_on_another() {
    for service in services() {
        let dependencies = dependencies(&format!("services/{service}"));
        for other in services() {
            let depends = dependencies.iter().any(|(_, name)| name == other);
            assert!(!depends, "{service} depends on {other}");
        }
    }
}

/// The crates in `common` apart from the contract and the simulator of the provider.
const COMMON: [&str; 8] =
    ["admission-codes", "formats", "sources", "store", "bus", "web", "service", "testing"];

#[test]
fn common_depends_on_no_service_and_the_contract_on_no_other_crate() {
    let others = COMMON.into_iter().chain(["provider-simulator"]);
    for common in others.clone().chain(["contract"]) {
        let dependencies = dependencies(&format!("common/{common}"));
        for service in services() {
            let depends = dependencies.iter().any(|(_, name)| name == service);
            assert!(!depends, "{common} depends on {service}");
        }
    }
    let dependencies = dependencies("common/contract");
    for other in others {
        let depends = dependencies.iter().any(|(_, name)| name == other);
        assert!(!depends, "contract depends on {other}");
    }
}

#[test]
fn domains_are_pure() {
    for service in services() {
        for (path, text) in files(&[&format!("services/{service}/src/domain")], &[".rs"]) {
            for line in code(&text) {
                let line = line.replace(".awaiting", "");
                for word in IMPURE {
                    assert!(!line.contains(word), "{path}: {word} in {line:?}");
                }
                let swallows = line.trim_start().starts_with("_ =>");
                assert!(!swallows, "{path}: a match names every variant");
            }
        }
    }
}

/// Test code in product source: the tested program would differ from the released one.
const OF_TESTS: [&str; 5] =
    ["cfg(feature", "cfg!(", "cfg_attr(feature", "debug_assertions", "planted"];

/// The one hook, for crash points: empty in a release build.
const HOOK: &str = "common/sources/src/crash.rs";

/// Crates that are part of tests.
const TEST_CRATES: [&str; 3] =
    ["common/testing/", "common/invariants/", "common/provider-simulator/"];

#[test]
fn product_source_contains_no_test_code() {
    let mut has_hook = false;
    for (path, text) in sources() {
        let is_test_crate = TEST_CRATES.iter().any(|folder| path.starts_with(folder));
        has_hook |= path == HOOK;
        if !path.contains("/src/") || is_test_crate || path == HOOK {
            continue;
        }
        for line in product(&text).lines() {
            for word in OF_TESTS {
                assert!(!line.contains(word), "{path}: {word} in {line:?}");
            }
        }
    }
    assert!(has_hook, "{HOOK} does not exist");
}

#[test]
fn the_simulated_provider_is_pure_except_for_its_server_and_client() {
    let src = "common/provider-simulator/src";
    let outside = ["http/", "client.rs", "main.rs"].map(|name| format!("{src}/{name}"));
    for (path, text) in files(&[src], &[".rs"]) {
        if outside.iter().any(|outside| path.starts_with(outside)) {
            continue;
        }
        // Randomness comes from the seed, through one source.
        let is_ids = path.ends_with("/ids.rs");
        for line in code(&text) {
            for word in IMPURE.iter().filter(|word| !(is_ids && **word == "rand::")) {
                assert!(!line.contains(word), "{path}: {word} in {line:?}");
            }
        }
    }
}

#[test]
fn only_payments_depends_on_stripe_and_no_crate_ships_its_simulator() {
    let mut folders: Vec<String> = services().map(|name| format!("services/{name}")).collect();
    folders.push("services/marketplace".to_owned());
    for name in COMMON.into_iter().chain(["contract"]) {
        folders.push(format!("common/{name}"));
    }
    for folder in folders {
        let dependencies = dependencies(&folder);
        let uses_stripe = dependencies.iter().any(|(_, name)| name.starts_with("async-stripe"));
        assert_eq!(uses_stripe, folder == "services/payments", "{folder}");
        let ships = |(section, name): &(String, String)| {
            name == "provider-simulator" && !section.contains("dev-")
        };
        assert!(!dependencies.iter().any(ships), "{folder}");
    }
}

/// Whether a line of code names this type. A longer name that contains it does not count.
fn names(line: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    !line.trim_start().starts_with("//")
        && line.split(|c: char| !is_part(c)).any(|word| word == name)
}

#[test]
fn ledger_entries_are_only_inserted() {
    let mut inserted = Vec::new();
    for (path, text) in files(&["services/payments/src"], &[".rs"]) {
        let text = product(&text);
        // The built-in provider has its own ledger in its own store.
        let is_provider = path.starts_with("services/payments/src/provider/test_provider/");
        if is_provider || !text.lines().any(|line| names(line, "Tx")) {
            continue;
        }
        let is_import = |line: &str| line.starts_with("use ");
        let naming = text.lines().filter(|line| names(line, "Entry") && !is_import(line));
        inserted.extend(naming.map(|line| (path.clone(), line.trim_start().to_owned())));
    }
    let [(path, line)] = inserted.as_slice() else {
        panic!("decisions name entries in more than one place: {inserted:?}");
    };
    assert_eq!(path, "services/payments/src/ledger/post.rs");
    assert!(line.starts_with("tx.insert(Entry {"), "{line}");
}

#[test]
fn files_are_under_the_line_limit() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX, "{path} has {lines} lines");
    }
}

#[test]
fn services_have_the_same_structure() {
    for service in services() {
        let src = format!("services/{service}/src");
        for file in ["lib.rs", "documents.rs", "domain/mod.rs"] {
            assert!(root().join(&src).join(file).is_file(), "{service} has no {file}");
        }
        for folder in ["routes", "listeners"].map(|kind| format!("{src}/{kind}")) {
            let Ok(list) = std::fs::read_to_string(root().join(&folder).join("mod.rs")) else {
                assert!(!root().join(&folder).is_dir(), "{folder} has no mod.rs");
                continue;
            };
            for (path, text) in files(&[&folder], &[".rs"]) {
                let name = path.rsplit('/').next().unwrap().trim_end_matches(".rs");
                if name == "mod" || name == "views" {
                    continue;
                }
                let is_defined =
                    ["(", "<"].iter().any(|next| text.contains(&format!("async fn {name}{next}")));
                assert!(is_defined, "{path}: no async fn {name}");
                assert!(list.contains(&format!("mod {name};")), "{service} does not list {name}");
            }
        }
    }
}

/// The name of a struct or enum that a line declares.
fn declared(line: &str) -> Option<&str> {
    let (_, name) = line.split_once("struct ").or_else(|| line.split_once("enum "))?;
    name.split(|c: char| !c.is_alphanumeric()).next()
}

/// All services share one OpenAPI document, which drops the second of two schemas with one name.
#[test]
fn schemas_and_routes_of_services_have_different_names() {
    let mut known = BTreeMap::new();
    let mut is_new = |name: &str, path: &str| {
        let other = known.insert(name.to_owned(), path.to_owned());
        assert_eq!(other, None, "{name} is in {path}, too");
    };
    let sources = files(&["services"], &[".rs"]);
    for (path, text) in sources.iter().filter(|(path, _)| path.contains("/src/")) {
        if let Some((_, route)) = path.split_once("/src/routes/")
            && text.contains("#[utoipa::path(")
        {
            is_new(route, path);
        }
        let mut lines = code(text);
        while let Some(line) = lines.next() {
            if line.contains("derive(") && line.contains("ToSchema") {
                is_new(lines.find_map(declared).unwrap(), path);
            } else if let Some(name) = declared(line).filter(|name| name.ends_with("Body")) {
                is_new(name, path);
            }
        }
    }
    assert!(known.len() > 50, "{known:?}");
}

#[test]
fn module_files_only_list_modules() {
    for (path, text) in files(&["services"], &["/mod.rs"]) {
        let lines = text.lines().count();
        let is_list = !path.contains("/src/") || lines <= 70;
        assert!(is_list, "{path} does more than list: {lines} lines");
    }
}

#[test]
fn every_failure_and_threat_names_its_tests() {
    let tests: String = sources().into_iter().map(|(_, text)| text).collect();
    for (file, heading) in
        [("docs/failures.md", "## When something dies"), ("docs/security.md", "## Threats")]
    {
        let page = std::fs::read_to_string(root().join(file)).unwrap();
        let (_, table) = page.split_once(heading).unwrap();
        // A row of one cell is a heading, and the first row of a table names its columns.
        let is_heading = |line: &str| line.ends_with("* | | | |") || line.ends_with("| test |");
        let is_row = |line: &&str| line.starts_with("| ") && !is_heading(line);
        let rows: Vec<&str> = table.lines().filter(is_row).collect();
        assert!(rows.len() > 10, "no table in {file}");
        for row in rows {
            let cell = row.trim_end_matches([' ', '|']).rsplit(" | ").next().unwrap();
            let named: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
            assert!(!named.is_empty(), "no test: {row}");
            for test in named {
                // A program that checks is a file; every other test is a function.
                let is_there = match test.split_once('/') {
                    Some(_) => root().join(test).exists(),
                    None => tests.contains(&format!("fn {test}(")),
                };
                assert!(is_there, "{test} is not a test: {row}");
            }
        }
    }
}

/// Files that may compute pauses, each with its reason.
const OWN_PAUSES: [(&str, &str); 3] = [
    ("common/contract/src/values/backoff.rs", "the one schedule"),
    ("common/web/src/rate_limits/throttle/bounded_states.rs", "a number of states, not a pause"),
    ("common/provider-simulator/src/events.rs", "the provider's schedule, which it imitates"),
];

/// Whether a line of code doubles a pause, or declares one without [`contract::Backoff`].
fn makes_a_retry_schedule(line: &str) -> bool {
    let line = line.trim_start();
    let doubles =
        ["saturating_mul(2", "saturating_mul(1 <<", "saturating_pow(", "* 2).min(", "*= 2"];
    let names = ["BACK_OFF", "BACKOFF", "PAUSE", "RETRY", "AGAIN", "RECONNECT"];
    let is_constant = line.contains("const ") && line.contains(": Duration");
    let is_named = names.iter().any(|name| line.split(": Duration").next().unwrap().contains(name));
    !line.starts_with("//")
        && (doubles.iter().any(|double| line.contains(double))
            || line.contains("period * 2")
            || line.contains("pause * 2")
            || (is_constant && is_named))
}

#[test]
fn every_retry_uses_the_common_backoff() {
    for (path, text) in sources() {
        let is_of_tests = !path.contains("/src/") || path.starts_with("common/testing/");
        if is_of_tests || OWN_PAUSES.iter().any(|(own, _)| path == *own) {
            continue;
        }
        for line in product(&text).lines() {
            assert!(!makes_a_retry_schedule(line), "{path}: use contract::Backoff in {line:?}");
        }
    }
}

#[test]
fn a_private_retry_schedule_is_found() {
    for line in [
        "const BACK_OFF_FIRST: Duration = Duration::from_millis(100);",
        "pub const RESOLVE_PAUSE: Duration = Duration::from_millis(100);",
        "const AGAIN_MAX: Duration = Duration::from_secs(30);",
        "    pause = (pause * 2).min(RECONNECT_MAX);",
        "    back_off = back_off.saturating_mul(2).min(MAX);",
        "    let wait = FIRST.saturating_mul(1 << attempts.min(16)).min(MAX);",
        "    () = clock.sleep(period) => period = LOOK_MAX.min(period * 2),",
        "    let pause = FIRST * 2_u32.saturating_pow(attempt - 1);",
    ] {
        assert!(makes_a_retry_schedule(line), "{line}");
    }
    for line in [
        "const RETRY: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));",
        "const POLL_INTERVAL: Duration = Duration::from_secs(1);",
        "// pause = (pause * 2).min(MAX)",
        "    tokio::time::sleep(RETRY.pause(failures)).await;",
    ] {
        assert!(!makes_a_retry_schedule(line), "{line}");
    }
}
