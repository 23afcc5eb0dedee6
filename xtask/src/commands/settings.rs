//! `cargo xtask settings`: the page of settings, from what the programs print.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use super::arguments::{check_flag, mode_of};
use super::report::report;
use crate::comparison::{self, Mode};
use crate::{Error, root};

pub(super) fn command() -> Command {
    Command::new("settings")
        .about("Writes the tables of docs/configuration.md from the settings of the programs")
        .arg(check_flag())
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, Error> {
    settings(mode_of(given))
}

pub(super) fn settings(mode: Mode) -> Result<ExitCode, Error> {
    let different = comparison::compare(root(), &crate::settings::page(root())?, mode)?;
    Ok(report(&different, mode, "cargo xtask settings"))
}
