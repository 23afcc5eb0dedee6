//! axe-core: the rules of accessibility that a program can check, as a script. It is a package of
//! npm under MPL-2.0, so it is fetched for tests and is not part of the repository. Deno fetches
//! it, in the version and with the hash of `axe/deno.lock`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::engines::cache;

/// The folder of the package's version and hash.
const LOCKED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/browser/axe");

/// The package as Deno names it.
const PACKAGE: &str = "npm:axe-core@4.14.1";

/// The file within the packages of one registry.
const FILE: &str = "axe-core/4.14.1/axe.min.js";

/// Requirements for pip of the checks of the repository, Deno among them.
const REQUIREMENTS: &str = include_str!("../../../../infra/checks/requirements.txt");

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
    let (version, requirement) = deno_requirement();
    let deno = cache::program("deno", version, "bin/deno", (&requirement, &[]))?;
    let directory = cache::directory()?.join("deno");
    let locked = Path::new(LOCKED);
    let mut command = Command::new(deno);
    command.args(["cache", "--quiet", "--frozen", "--config"]).arg(locked.join("deno.json"));
    command.arg("--lock").arg(locked.join("deno.lock")).arg(PACKAGE).env("DENO_DIR", &directory);
    cache::run(&mut command)?;
    let registries = std::fs::read_dir(directory.join("npm"));
    let registries = registries.map_err(|error| format!("cannot read the cache: {error}"))?;
    let mut files = registries.flatten().map(|registry| registry.path().join(FILE));
    let file: PathBuf = files.find(|file| file.is_file()).ok_or("the package has no script")?;
    std::fs::read_to_string(file).map_err(|error| format!("cannot read the script: {error}"))
}

/// The version of Deno, and its requirement for pip with the hashes.
fn deno_requirement() -> (&'static str, String) {
    let from = REQUIREMENTS.find("deno==").unwrap();
    let requirement = REQUIREMENTS.split_at(from).1;
    let lines = requirement.split_inclusive('\n');
    let (mut lines_of_deno, mut is_continued) = (String::new(), true);
    for line in lines {
        if !is_continued {
            break;
        }
        is_continued = line.trim_end().ends_with('\\');
        lines_of_deno.push_str(line);
    }
    let version = requirement.split(['=', ' ']).nth(2).unwrap_or_default();
    (version, lines_of_deno)
}
