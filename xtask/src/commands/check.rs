//! `cargo xtask check`: the fast part of what CI runs.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use super::generate;
use crate::Error;
use crate::comparison::Mode;
use crate::process::{Call, run_all};

pub(super) fn command() -> Command {
    Command::new("check")
        .about("Runs the fast checks: format, generated files, lints, structure and documents")
}

/// The commands, the fastest first.
const CALLS: [&str; 3] = [
    "cargo fmt --all --check",
    "cargo clippy --locked --workspace --all-targets -- -D warnings",
    "cargo test --locked --package marketplace --test architecture --test documents --test reference_pages",
];

pub(super) fn run(_: &ArgMatches) -> Result<ExitCode, Error> {
    let code = generate::generate(Mode::Check)?;
    if code != ExitCode::SUCCESS {
        return Ok(code);
    }
    run_all(&CALLS.map(Call::new))
}
