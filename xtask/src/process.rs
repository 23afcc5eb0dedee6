//! Commands of other programs.

use std::path::Path;
use std::process::{Command, exit};

use anyhow::Context as _;
use xshell::{Cmd, Shell};

/// Variables that `cargo run` sets for this program. Build scripts that watch them would run again,
/// and everything that depends on them would be compiled again.
const OF_CARGO_RUN: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

/// A shell at the root of the repository.
pub(crate) fn shell() -> xshell::Result<Shell> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    shell_in(package.parent().unwrap_or(package))
}

/// A shell in a directory: paths without a root are below it.
pub(crate) fn shell_in(directory: &Path) -> xshell::Result<Shell> {
    let shell = Shell::new()?;
    shell.change_dir(directory);
    Ok(shell)
}

/// A command, which may be cargo: the program and its arguments, separated by spaces, with the
/// environment of this program's caller.
pub(crate) fn call<'s>(shell: &'s Shell, words: &str) -> Cmd<'s> {
    let mut words = words.split_whitespace();
    let mut call = shell.cmd(words.next().unwrap_or_default()).args(words);
    for (variable, _) in std::env::vars_os() {
        let name = variable.to_string_lossy();
        if OF_CARGO_RUN.iter().any(|prefix| name.starts_with(prefix)) {
            call = call.env_remove(&variable);
        }
    }
    call
}

/// Runs a command; if it fails, this program ends with its exit code.
pub(crate) fn run(call: Cmd<'_>) -> anyhow::Result<()> {
    eprintln!("$ {call}");
    let failed = format!("cannot run {call}");
    let status = Command::from(call).status().context(failed)?;
    if !status.success() {
        // A program that a signal ended has no code.
        exit(status.code().unwrap_or(1));
    }
    Ok(())
}

/// Runs commands until one fails; prints each.
pub(crate) fn run_all(shell: &Shell, commands: &[&str]) -> anyhow::Result<()> {
    commands.iter().try_for_each(|words| run(call(shell, words)))
}
