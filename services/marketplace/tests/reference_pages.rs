//! The pages of settings and of problem codes list exactly those that the source declares.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::ffi::OsStr;

use clap::Arg;
use marketplace::services::ALL;
use marketplace::settings::table;
use service::program;

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A setting of a program. The default is empty without one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Declared {
    flag: String,
    env: String,
    default: String,
}

/// The settings of a table.
fn declared(table: &[Arg]) -> BTreeSet<Declared> {
    let one = |setting: &Arg| Declared {
        flag: setting.get_long().unwrap().to_owned(),
        env: setting.get_env().unwrap().to_str().unwrap().to_owned(),
        default: setting.get_default_values().join(OsStr::new(",")).into_string().unwrap(),
    };
    table.iter().map(one).collect()
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
            let is_default = match default.as_str() {
                "" => cell(3) == "none",
                text => cell(3).contains(&format!("`{text}`")),
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
    let services = ALL.iter().flat_map(|definition| declared(&program::table(definition)));
    let settings: BTreeSet<_> = declared(&table()).into_iter().chain(services).collect();
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
    let setting = |flag: &'static str, env: &'static str, default: &'static str| {
        Arg::new(flag).long(flag).env(env).default_value(default)
    };
    let settings = declared(&[
        setting("example-time", "EXAMPLE_TIME", "5s"),
        setting("example-file", "EXAMPLE_FILE", ""),
        setting("example-mode", "EXAMPLE_MODE", "production"),
        setting("example-mode", "EXAMPLE_MODE", "development"),
    ]);
    assert_eq!(settings.len(), 4, "{settings:?}");
    let page = "| `--example-time` | `EXAMPLE_TIME` | `5s` | |\n\
        | `--example-file` | `EXAMPLE_FILE` | none | |\n\
        | `--example-mode` | `EXAMPLE_MODE` | `production` (a), `development` (b) | |";
    assert!(differences(page, &settings).is_empty());
    assert_eq!(differences(&page.replace("5s", "6s"), &settings).len(), 1);
    assert_eq!(differences(&page.replace("EXAMPLE_FILE", "FILE"), &settings).len(), 1);
    assert_eq!(differences(&page.replace("| none", "| `x`"), &settings).len(), 1);
    // A missing row of two programs, and a row of a flag that no program has.
    assert_eq!(differences(&page.replace("example-mode", "mode"), &settings).len(), 3);
}
