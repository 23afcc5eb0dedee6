//! Lighthouse: audits of a first visit to a page, in a Chromium of its own. It is a package of npm
//! with many others, so it is fetched for tests and is not part of the repository.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::deno::Package;
use super::driver::chromium;
use super::session::SWITCHES;
use crate::processes::{Process, READY_MAX, free_ports, holds_within};

/// The folder of the package's version and hashes.
const LOCKED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/browser/lighthouse");

/// The package as Deno names it.
const PACKAGE: &str = "npm:lighthouse@13.5.0";

/// Bound on one visit with its audits, on a machine that compiles concurrently.
const VISIT_MAX: Duration = Duration::from_mins(2);

/// A category of audits.
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// Its id: `accessibility`.
    pub name: String,
    /// Its score, 0 to 1.
    pub score: f64,
    /// The audits that are not passed in full, one line each.
    pub failed: Vec<String>,
}

/// The categories of a page, after a first visit on a simulated phone with a slow connection.
pub async fn lighthouse(url: &str) -> Vec<Category> {
    let package = Package::fetch(PACKAGE, LOCKED).unwrap_or_else(|why| {
        panic!("no Lighthouse for this test: let python3 with pip fetch deno, and deno {PACKAGE} ({why})")
    });
    let directory = tempfile::Builder::new().prefix("boxoffice-lighthouse-").tempdir().unwrap();
    let [port] = free_ports();
    let _browser = open(port, &directory).await;
    let report = directory.path().join("report.json");
    let mut command = package.program();
    command.args([url, "--quiet", "--output=json", &format!("--port={port}")]);
    command.arg(format!("--output-path={}", report.display()));
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let ended = Process::spawn(&mut command, None).end_within(VISIT_MAX).await;
    assert!(ended.is_some_and(|status| status.success()), "{command:?} fails: {ended:?}");
    categories(&read(&report))
}

/// Starts a Chromium with an empty profile, whose commands come to this port.
async fn open(port: u16, directory: &TempDir) -> Process {
    let mut command = Command::new(chromium());
    command.args(SWITCHES).arg(format!("--remote-debugging-port={port}"));
    command.arg(format!("--user-data-dir={}", directory.path().join("profile").display()));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let process = Process::spawn(command.arg("about:blank"), Some(directory.path()));
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let version = format!("http://127.0.0.1:{port}/json/version");
    let is_ready = async || http.get(&version).send().await.is_ok();
    assert!(holds_within(READY_MAX, is_ready).await, "Chromium does not start");
    process
}

fn read(report: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap()
}

fn categories(report: &Value) -> Vec<Category> {
    let category = |(name, category): (&String, &Value)| {
        let audits = category["auditRefs"].as_array().unwrap().iter();
        let audits = audits.map(|audit| &report["audits"][audit["id"].as_str().unwrap()]);
        let is_failed = |audit: &&Value| audit["score"].as_f64().is_some_and(|score| score < 1.0);
        let line = |audit: &Value| {
            format!("{}: {} {}", audit["id"], audit["title"], audit["details"]["items"])
        };
        let failed = audits.filter(is_failed).map(line).collect();
        // A category without a result has no score.
        let score = category["score"].as_f64().unwrap_or_default();
        Category { name: name.clone(), score, failed }
    };
    report["categories"].as_object().unwrap().iter().map(category).collect()
}
