//! `cargo xtask openapi`: the OpenAPI document, which the program prints.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use super::arguments::check_flag;
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
    let document =
        Call::new("cargo run --locked --quiet --package marketplace -- openapi").output()?;
    let files = Files::from([(FILE.into(), Some(document))]);
    let mode = if given.get_flag("check") { Mode::Check } else { Mode::Write };
    let different = comparison::compare(root(), &files, mode)?;
    for (_, difference) in &different {
        eprint!("{difference}");
    }
    if mode == Mode::Check && !different.is_empty() {
        eprintln!("xtask: the document differs from the routes; to write it: cargo xtask openapi");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
