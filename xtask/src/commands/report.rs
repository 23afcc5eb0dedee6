//! The report of generated files that differ.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::comparison::Mode;

/// Prints the differences, and the command that writes them. Differences fail a check.
pub(super) fn report(different: &[(PathBuf, String)], mode: Mode, command: &str) -> ExitCode {
    for (path, difference) in different {
        match mode {
            Mode::Check => eprint!("{difference}"),
            Mode::Write => println!("wrote {}", path.display()),
        }
    }
    if mode == Mode::Check && !different.is_empty() {
        eprintln!("xtask: {} generated files differ; to write them: {command}", different.len());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
