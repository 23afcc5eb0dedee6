//! `cargo xtask rights`: the users of NATS and their rights, which the program prints.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap::{ArgMatches, Command};
use contract::catalogue::services;

use super::arguments::{check_flag, mode_of};
use super::report::report;
use crate::comparison::{self, Files, Mode};
use crate::process::Call;
use crate::{Error, root};

/// The directory with one file per user.
const FOLDER: &str = "infra/k8s/base/nats/users";

/// The user of the commands of an operator.
const OPERATOR: &str = "operator";

pub(super) fn command() -> Command {
    Command::new("rights")
        .about("Writes the rights of each user of NATS from the message catalogue")
        .arg(check_flag())
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, Error> {
    rights(mode_of(given))
}

pub(super) fn rights(mode: Mode) -> Result<ExitCode, Error> {
    let mut files = Files::new();
    let folder = root().join(FOLDER);
    for entry in fs::read_dir(&folder).map_err(Error::file("read", &folder))? {
        let entry = entry.map_err(Error::file("read", &folder))?;
        files.insert(Path::new(FOLDER).join(entry.file_name()), None);
    }
    for user in services::names().chain([OPERATOR]) {
        let call = "cargo run --locked --quiet --package marketplace -- nats-permissions";
        let printed = Call::new(call).with([user.to_owned()]).output()?;
        files.insert(Path::new(FOLDER).join(format!("{user}.conf")), Some(printed));
    }
    let different = comparison::compare(root(), &files, mode)?;
    Ok(report(&different, mode, "cargo xtask rights"))
}
