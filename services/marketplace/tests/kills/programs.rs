//! The programs with crash points and planted bugs, built once for all tests of this process.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Every program of the workspace that the tests start.
const NAMES: [&str; 6] = ["boxoffice", "auth", "tickets", "orders", "payments", "expiration"];

/// Names a directory that has the programs, built with the feature `faults`, so that none is built.
const READY_MADE: &str = "FAULTS_DIR";

/// Variables that cargo sets for a test. Some build scripts watch them, and would run again for their sake.
const OF_THE_TEST: [&str; 6] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_",
    "CARGO_CRATE_",
    "CARGO_PRIMARY_",
    "CARGO_TARGET_TMPDIR",
];

/// A program by its name.
pub(crate) fn program(name: &str) -> PathBuf {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    let directory = DIRECTORY.get_or_init(|| match std::env::var(READY_MADE) {
        Ok(directory) => PathBuf::from(directory),
        Err(_) => build(),
    });
    directory.join(name)
}

/// Builds them beside what the tests were built with, and keeps them apart from the programs without the feature.
fn build() -> PathBuf {
    let ordinary = Path::new(env!("CARGO_BIN_EXE_boxoffice")).parent().unwrap();
    let directory = ordinary.join("faults");
    fs::create_dir_all(&directory).unwrap();
    let kept = |name: &str| directory.join(format!("{name}.ordinary"));
    for name in NAMES.iter().filter(|name| ordinary.join(name).exists()) {
        // One that a run that was killed left behind is not this one.
        let _ = fs::remove_file(kept(name));
        fs::hard_link(ordinary.join(name), kept(name)).unwrap();
    }
    let mut cargo = Command::new(env!("CARGO"));
    for (variable, _) in std::env::vars() {
        if OF_THE_TEST.iter().any(|prefix| variable.starts_with(prefix)) {
            cargo.env_remove(variable);
        }
    }
    // With a test among the targets, libraries of others have the same features as in `cargo test`, and are not built anew.
    cargo.args(["build", "--quiet", "-j2", "--workspace", "--bins", "--test", "architecture"]);
    cargo.args(["--features", "marketplace/faults"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let built = cargo.current_dir(root).status().unwrap();
    assert!(built.success(), "cannot build the programs with the feature faults");
    for name in NAMES {
        replace(&ordinary.join(name), &directory.join(name));
        replace(&kept(name), &ordinary.join(name));
    }
    directory
}

/// Gives a file another name, in place of what had it; nothing where there is no such file.
fn replace(from: &Path, to: &Path) {
    if from.exists() {
        fs::rename(from, to).unwrap();
    }
}
