//! The pages of settings and of problem codes list exactly those that the source declares.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod tree;

use std::collections::BTreeSet;

use crate::tree::{files, root};

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// The text of every source file below a directory.
fn sources(directory: &str) -> String {
    files(&root().join(directory), &[".rs"]).into_iter().map(|(_, text)| text).collect()
}

/// A setting as `Setting { flag: …, env: …, default: … }` declares it. The default is empty if
/// there is no default value, and absent where it is computed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Declared {
    flag: String,
    env: String,
    default: Option<String>,
}

/// The settings that a source declares.
fn declared(source: &str) -> BTreeSet<Declared> {
    let literal = |text: &str| {
        let (value, _) = text.trim_start().strip_prefix('"')?.split_once('"')?;
        Some(value.to_owned())
    };
    let after = |text: &str, name: &str| text.split_once(name).map(|(_, rest)| rest.to_owned());
    let one = |text: &str| {
        let env = after(text, "env:")?;
        let default = literal(&after(&env, "default:")?);
        Some(Declared { flag: literal(text)?, env: literal(&env)?, default })
    };
    source.split(" flag:").skip(1).filter_map(one).collect()
}

/// Rows of flags that are missing on a page, or that differ from these settings in variable or
/// default.
fn differences(page: &str, settings: &BTreeSet<Declared>) -> Vec<String> {
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `--")).collect();
    let flag_of = |row: &&str| row.split('`').nth(1).unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for Declared { flag, env, default } in settings {
        let is_right = |row: &&&str| {
            let cell = |number| row.split('|').nth(number).unwrap_or_default().trim();
            let is_default = match default.as_deref() {
                None => true,
                Some("") => cell(3) == "none",
                Some(text) => cell(3).contains(&format!("`{text}`")),
            };
            cell(2) == format!("`{env}`") && is_default
        };
        let own = rows.iter().filter(|row| flag_of(row) == format!("--{flag}"));
        if own.filter(is_right).count() != 1 {
            found.push(format!("--{flag}, {env}, {default:?}: needs one row"));
        }
    }
    let flags: BTreeSet<_> = settings.iter().map(|setting| format!("--{}", setting.flag)).collect();
    found.extend(rows.iter().map(flag_of).filter(|flag| !flags.contains(flag)));
    found
}

#[test]
fn every_setting_is_on_the_page_of_settings() {
    let page = read("docs/configuration.md");
    // The simulator has its own arguments.
    let (page, _) = page.split_once("## The simulator of Stripe").unwrap();
    let declaring = ["services", "common/service/src", "common/contract/src"];
    let settings: BTreeSet<_> =
        declaring.iter().flat_map(|directory| declared(&sources(directory))).collect();
    assert!(settings.len() > 40, "{settings:#?}");
    let found = differences(page, &settings);
    assert!(found.is_empty(), "docs/configuration.md: {found:#?}");
}

#[test]
fn every_problem_code_is_on_the_page_of_the_api() {
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

#[test]
fn a_setting_that_is_missing_or_wrong_on_the_page_is_found() {
    let source = "Setting { flag: \"example-time\", env: \"EXAMPLE_TIME\", default: \"5s\" }\n\
        Setting { flag: \"example-file\", env: \"EXAMPLE_FILE\", default: \"\" }\n\
        Setting { flag: \"example-mode\", env: \"EXAMPLE_MODE\", default: defaults.mode }";
    let settings = declared(source);
    assert_eq!(settings.len(), 3, "{settings:?}");
    let page = "| `--example-time` | `EXAMPLE_TIME` | `5s` | |\n\
        | `--example-file` | `EXAMPLE_FILE` | none | |\n\
        | `--example-mode` | `EXAMPLE_MODE` | any | |";
    assert!(differences(page, &settings).is_empty());
    assert_eq!(differences(&page.replace("5s", "6s"), &settings).len(), 1);
    assert_eq!(differences(&page.replace("EXAMPLE_FILE", "FILE"), &settings).len(), 1);
    assert_eq!(differences(&page.replace("| none", "| `x`"), &settings).len(), 1);
    // A missing row, and a row of a flag that no program has.
    assert_eq!(differences(&page.replace("example-mode", "mode"), &settings).len(), 2);
}
