//! Deno: fetches packages of npm that tests need and the repository does not contain, in the
//! version and with the hashes of a lock file.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::engines::cache;

/// Requirements for pip of the checks of the repository, Deno among them.
const REQUIREMENTS: &str = include_str!("../../../../infra/checks/requirements.txt");

/// A package of npm in the cache.
pub(super) struct Package {
    deno: PathBuf,
    /// The directory of all packages.
    directory: PathBuf,
    name: &'static str,
    /// The folder of `deno.json` and `deno.lock`.
    locked: &'static Path,
}

impl Package {
    /// Fetches a package, as Deno names it, unless it is in the cache. Errors: a program or a
    /// package cannot be fetched.
    pub(super) fn fetch(name: &'static str, locked: &'static str) -> Result<Self, String> {
        let (version, requirement) = deno_requirement();
        let deno = cache::program("deno", version, "bin/deno", (&requirement, &[]))?;
        let directory = cache::directory()?.join("deno");
        let package = Self { deno, directory, name, locked: Path::new(locked) };
        cache::run(package.command("cache", &["--quiet"]).arg(name))?;
        Ok(package)
    }

    /// A file within the packages of one registry. Errors: the package has no such file.
    pub(super) fn file(&self, path: &str) -> Result<PathBuf, String> {
        let registries = std::fs::read_dir(self.directory.join("npm"));
        let registries = registries.map_err(|error| format!("cannot read the cache: {error}"))?;
        let mut files = registries.flatten().map(|registry| registry.path().join(path));
        files.find(|file| file.is_file()).ok_or_else(|| format!("{} has no {path}", self.name))
    }

    /// The command that runs the program of the package, which may do everything.
    pub(super) fn program(&self) -> Command {
        let mut command = self.command("run", &["--allow-all", "--cached-only"]);
        command.arg(self.name);
        command
    }

    fn command(&self, subcommand: &str, options: &[&str]) -> Command {
        let mut command = Command::new(&self.deno);
        command.arg(subcommand).args(options).arg("--frozen");
        command.arg("--config").arg(self.locked.join("deno.json"));
        command.arg("--lock").arg(self.locked.join("deno.lock"));
        command.env("DENO_DIR", &self.directory);
        command
    }
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
