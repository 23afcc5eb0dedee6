//! The programs that the tests start, with their crash points: those of a build with debug assertions.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;

/// Variables that cargo sets for a test. Build scripts that watch them would run again.
const OF_THE_TEST: [&str; 6] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_",
    "CARGO_CRATE_",
    "CARGO_PRIMARY_",
    "CARGO_TARGET_TMPDIR",
];

/// A program by its name, built with this test.
pub(crate) fn program(name: &str) -> PathBuf {
    static BUILT: Once = Once::new();
    BUILT.call_once(build);
    Path::new(env!("CARGO_BIN_EXE_boxoffice")).with_file_name(name)
}

/// Builds the programs of other packages, which a test of this package alone does not.
fn build() {
    let mut cargo = Command::new(env!("CARGO"));
    for (variable, _) in std::env::vars() {
        if OF_THE_TEST.iter().any(|prefix| variable.starts_with(prefix)) {
            cargo.env_remove(variable);
        }
    }
    // With a test among the targets, libraries of others have the same features as in `cargo test`, and are not built anew.
    cargo.args(["build", "--quiet", "-j2", "--workspace", "--bins", "--test", "architecture"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let built = cargo.current_dir(root).status().unwrap();
    assert!(built.success(), "cannot build the programs");
}
