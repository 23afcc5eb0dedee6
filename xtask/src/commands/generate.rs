//! `cargo xtask generate`: the files that follow from the list of services and the messages.

use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::arguments::{check_flag, mode_of};
use super::report::report;
use super::{openapi, rights};
use crate::comparison::Mode;
use crate::{Error, root};

pub(super) fn command() -> Command {
    Command::new("generate")
        .about("Writes the files that follow from common/contract/src/catalogue: deployment, documents")
        .arg(check_flag())
        .arg(
            Arg::new("all")
                .long("all")
                .action(ArgAction::SetTrue)
                .help("Also those that the program prints, which builds it: openapi, rights"),
        )
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, Error> {
    let mode = mode_of(given);
    let mut codes = vec![generate(mode)?];
    if given.get_flag("all") {
        for printed in [openapi::openapi, rights::rights] {
            codes.push(printed(mode)?);
        }
    }
    let failed = codes.into_iter().find(|code| *code != ExitCode::SUCCESS);
    Ok(failed.unwrap_or(ExitCode::SUCCESS))
}

/// The files that are rendered without the program.
pub(super) fn generate(mode: Mode) -> Result<ExitCode, Error> {
    let different = crate::generate::generate(root(), mode)?;
    Ok(report(&different, mode, "cargo xtask generate"))
}
