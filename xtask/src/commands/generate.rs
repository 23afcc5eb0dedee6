//! `cargo xtask generate`: the files that follow from the list of services and the messages.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use super::arguments::check_flag;
use crate::comparison::Mode;
use crate::{Error, root};

pub(super) fn command() -> Command {
    Command::new("generate")
        .about("Writes the files that follow from common/contract/src/catalogue: deployment, documents")
        .arg(check_flag())
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, Error> {
    generate(if given.get_flag("check") { Mode::Check } else { Mode::Write })
}

pub(super) fn generate(mode: Mode) -> Result<ExitCode, Error> {
    let different = crate::generate::generate(root(), mode)?;
    for (path, difference) in &different {
        match mode {
            Mode::Check => eprint!("{difference}"),
            Mode::Write => println!("wrote {}", path.display()),
        }
    }
    if mode == Mode::Check && !different.is_empty() {
        eprintln!(
            "xtask: {} generated files differ; to write them: cargo xtask generate",
            different.len()
        );
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
