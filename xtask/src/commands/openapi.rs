//! `cargo xtask openapi`: the OpenAPI document, which the program prints.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use super::arguments::{check_flag, mode_of};
use super::report::report;
use crate::comparison::{self, Files, Mode};
use crate::process::Call;
use crate::{Error, root};

const FILE: &str = "services/marketplace/openapi.json";

pub(super) fn command() -> Command {
    Command::new("openapi")
        .about("Writes services/marketplace/openapi.json from the routes")
        .arg(check_flag())
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, Error> {
    openapi(mode_of(given))
}

pub(super) fn openapi(mode: Mode) -> Result<ExitCode, Error> {
    let document =
        Call::new("cargo run --locked --quiet --package marketplace -- openapi").output()?;
    let files = Files::from([(FILE.into(), Some(document))]);
    let different = comparison::compare(root(), &files, mode)?;
    Ok(report(&different, mode, "cargo xtask openapi"))
}
