//! axe-core: the rules of accessibility that a program can check, as a script. It is a package of
//! npm under MPL-2.0, so it is fetched for tests and is not part of the repository.

use std::sync::OnceLock;

use super::deno::Package;

/// The folder of the package's version and hash.
const LOCKED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/browser/axe");

/// The package as Deno names it.
const PACKAGE: &str = "npm:axe-core@4.14.1";

/// The file within the packages of one registry.
const FILE: &str = "axe-core/4.14.1/axe.min.js";

/// The script, which defines `axe`.
pub(super) fn source() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        fetched().unwrap_or_else(|why| {
            panic!("no axe-core for this test: let python3 with pip fetch deno, and deno {PACKAGE} ({why})")
        })
    })
}

fn fetched() -> Result<String, String> {
    let file = Package::fetch(PACKAGE, LOCKED)?.file(FILE)?;
    std::fs::read_to_string(file).map_err(|error| format!("cannot read the script: {error}"))
}
