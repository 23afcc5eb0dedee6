//! `cargo xtask ci`: everything.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::Error;
use crate::process::Call;

pub(super) fn command() -> Command {
    Command::new("ci")
        .about("Runs everything that CI runs: lints, tests, simulation, kills, infrastructure")
}

pub(super) fn run(_: &ArgMatches) -> Result<ExitCode, Error> {
    Call::new(".ci/run").run()
}
