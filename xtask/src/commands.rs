//! The command line, one file per command.

mod arguments;
mod bench;
mod check;
mod ci;
mod generate;
mod kills;
mod mutants;
mod new_listener;
mod new_route;
mod new_service;
mod openapi;
mod report;
mod rights;
mod settings;
mod simulate;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::Error;

/// A command: its arguments, and the function that carries it out.
type Row = (fn() -> Command, fn(&ArgMatches) -> Result<ExitCode, Error>);

/// Every command, in the order of `--help`.
const ROWS: &[Row] = &[
    (check::command, check::run),
    (ci::command, ci::run),
    (generate::command, generate::run),
    (openapi::command, openapi::run),
    (settings::command, settings::run),
    (rights::command, rights::run),
    (simulate::command, simulate::run),
    (kills::command, kills::run),
    (mutants::command, mutants::run),
    (bench::command, bench::run),
    (new_service::command, new_service::run),
    (new_route::command, new_route::run),
    (new_listener::command, new_listener::run),
];

/// The tests that commands run by name, with their files.
pub const TESTS: &[(&str, &str)] = &[
    ("services/marketplace/tests/simulation/main.rs", simulate::TEST),
    ("services/marketplace/tests/kills/main.rs", kills::TEST),
];

/// The whole command line.
#[must_use]
pub fn command_line() -> Command {
    let command = Command::new("cargo xtask")
        .bin_name("cargo xtask")
        .about("The commands of development. Each prints the commands that it runs")
        .subcommand_required(true)
        .arg_required_else_help(true);
    ROWS.iter().fold(command, |command, (row, _)| command.subcommand(row()))
}

/// Carries out the command that these arguments name, and returns its exit code.
///
/// # Errors
/// [`Error`] if it did not complete.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<ExitCode, Error> {
    let matches = match command_line().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        // `--help` is such an error too: clap knows the text, the stream and the exit code.
        Err(error) => error.exit(),
    };
    let Some((name, given)) = matches.subcommand() else { return Ok(ExitCode::FAILURE) };
    let row = ROWS.iter().find(|(command, _)| command().get_name() == name);
    row.map_or(Ok(ExitCode::FAILURE), |(_, run)| run(given))
}
