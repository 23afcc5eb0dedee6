//! The layers of the source: files without cycles, common crates without business, a test kit that
//! is never shipped.

use xtask::cycles::Files;

use crate::dependencies;
use crate::tree::{files, paths, root};

fn crates() -> Vec<String> {
    let manifests = paths(&["common", "services", "xtask"], &["/Cargo.toml"]).into_iter();
    manifests.map(|path| path.trim_end_matches("/Cargo.toml").to_owned()).collect()
}

#[test]
fn no_cycle_exists_between_the_files_of_a_crate() {
    let crates = crates();
    assert!(crates.len() > 10, "{crates:?}");
    for directory in crates {
        let src = format!("{directory}/src/");
        let texts = files(&[&src], &[".rs"]);
        let relative =
            texts.iter().map(|(path, text)| (path.trim_start_matches(&src), text.as_str()));
        let cycles = Files::parse(relative).cycles();
        assert!(cycles.is_empty(), "{directory}: {cycles:#?}");
    }
}

#[test]
fn a_cycle_is_found_and_a_list_of_children_is_none() {
    let cycles = |files: &[(&str, &str)]| Files::parse(files.iter().copied()).cycles();
    let both_ways = ["a -> b", "b -> a"];
    for (a, b) in [
        ("use crate::b::Bee;", "use crate::a::MAX;"),
        ("use crate::{b::{self, Bee}, c};", "fn max() -> u32 { crate::a::MAX }"),
        ("fn bee() -> super::b::Bee {}", "use super::a::{MAX as LIMIT};"),
    ] {
        assert_eq!(cycles(&[("lib.rs", "mod a;"), ("a.rs", a), ("b.rs", b)]), both_ways, "{a}");
    }
    // The paths lead through re-exports.
    let list = ("lib.rs", "mod a;\nmod b;\npub use a::MAX;\npub use b::Bee;");
    let exported = [list, ("a.rs", "use crate::Bee;"), ("b.rs", "use crate::MAX;")];
    assert_eq!(cycles(&exported), both_ways);
    let of_three =
        [("a.rs", "use crate::b;"), ("b.rs", "use crate::c;"), ("c.rs", "use crate::a;")];
    assert_eq!(cycles(&of_three), ["a -> b", "b -> c", "c -> a"]);
    // A parent that uses its child, which uses the parent.
    let child = ("a/child.rs", "use super::MAX;\npub struct Child;");
    let uses = [("a.rs", "mod child;\nuse child::Child;\nconst MAX: u32 = 1;"), child];
    assert_eq!(cycles(&uses), ["a -> a/child", "a/child -> a"]);
    let lists = [("a/mod.rs", "mod child;\npub use child::Child;\nconst MAX: u32 = 1;"), child];
    assert_eq!(cycles(&lists), [""; 0]);
    // Comments, texts, unit tests and other crates are not uses.
    let quiet = "// crate::a::MAX\nconst TEXT: &str = \"crate::a::MAX\";\nuse other::a;\n\
        #[cfg(test)]\nmod tests {\n    use crate::a;\n}";
    assert_eq!(cycles(&[("a.rs", "use crate::b;"), ("b.rs", quiet)]), [""; 0]);
}

/// The crates that contain no business logic.
const GROUND: [&str; 5] = ["store", "bus", "web", "service", "sources"];

/// The words of a name such as `order_id` or `OrderId`, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        if c == '_' || (c.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c != '_') {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words
}

/// Whether a line names something of the business. The word `order` alone may mean a sequence; it
/// counts as the first word of a name, as the name of an aggregate, and after "an".
fn knows_the_business(line: &str) -> bool {
    let is_thing = |word: &String| {
        matches!(word.trim_end_matches('s'), "ticket" | "payment" | "refund") || word == "orders"
    };
    let mut names = line.split(|c: char| !c.is_alphanumeric() && c != '_').map(words);
    let is_named = names.any(|words| {
        let is_of_order = words.len() > 1 && words.first().is_some_and(|first| first == "order");
        is_of_order || words.iter().any(is_thing)
    });
    let line = line.to_lowercase();
    let things = ["an order", "order's", "\"order.", "`order.", ".order."];
    is_named || things.iter().any(|thing| line.contains(thing))
}

#[test]
fn the_common_crates_contain_no_business_terms() {
    for name in GROUND {
        for (path, text) in files(&[&format!("common/{name}/src")], &[".rs"]) {
            for line in text.lines() {
                assert!(!knows_the_business(line), "{path}: {line}");
            }
        }
    }
}

#[test]
fn business_terms_are_found_and_sequences_are_none() {
    for line in [
        "use contract::OrderId;",
        "fn join_trace_of(order_id: Id) {}",
        "/// The name of the service: `orders`.",
        "/// `market.order.created`",
        "/// A request about an order joins its trace.",
        "(\"payments_unsettled\", Gauge)",
        "struct TicketState;",
        "// refunds",
    ] {
        assert!(knows_the_business(line), "{line}");
    }
    for line in [
        "/// Every entry, in the order of their commits.",
        "use std::sync::atomic::Ordering;",
        "ORDER BY sequence LIMIT 1",
        "const BYTE_ORDER_MARK: &[u8] = b\"\";",
        "Direction::Descending => order.reverse(),",
        "recent.in_order.push_back(id);",
        "FuturesUnordered::new()",
    ] {
        assert!(!knows_the_business(line), "{line}");
    }
}

#[test]
fn the_test_kit_is_only_a_development_dependency() {
    for directory in crates().into_iter().filter(|directory| !directory.ends_with("invariants")) {
        for (section, name) in dependencies(&directory) {
            let is_of_tests = ["testing", "invariants"].contains(&name.as_str());
            assert!(!is_of_tests || section.contains("dev-"), "{directory}: {section}");
        }
    }
}

/// With `autotests = false`, cargo compiles no file that neither `tests/all.rs` nor `Cargo.toml`
/// names, and its tests never run.
#[test]
fn every_test_file_is_compiled() {
    let read = |path: String| std::fs::read_to_string(root().join(path));
    let mut packages = 0;
    for directory in crates() {
        let Ok(all) = read(format!("{directory}/tests/all.rs")) else { continue };
        let manifest = read(format!("{directory}/Cargo.toml")).unwrap();
        let tests = format!("{directory}/tests/");
        for path in paths(&[&tests], &[".rs"]) {
            let file = path.trim_start_matches(&tests);
            let name = match file.split_once('/') {
                None => file.trim_end_matches(".rs"),
                Some((folder, "main.rs" | "mod.rs")) => folder,
                Some(_) => continue,
            };
            let is_compiled = all.contains(&format!("mod {name};"))
                || manifest.contains(&format!("name = \"{name}\""));
            assert!(is_compiled, "{path}");
        }
        packages += 1;
    }
    assert!(packages >= 5, "only {packages} packages");
}
