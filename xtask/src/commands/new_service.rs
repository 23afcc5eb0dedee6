//! `cargo xtask new-service`: a service that builds, starts and is deployed.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use crate::scaffold::{NewService, add_service, finish};
use crate::{Error, root};

pub(super) fn command() -> Command {
    Command::new("new-service")
        .about("Writes a service from templates, and the lines and files that name it")
        .arg(Arg::new("name").required(true).help("A plural: ushers"))
        .arg(Arg::new("about").long("about").help("What it does, in one line without a full stop"))
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, Error> {
    let name = given.get_one::<String>("name").map(String::as_str).unwrap_or_default();
    let about = given.get_one::<String>("about").map(String::as_str);
    let new = NewService::new(name, about)?;
    let written = add_service(root(), &new)?;
    // This program was compiled before the service existed, so another run knows it. The lock file
    // gains the crate.
    let generating = ["cargo update --workspace --offline", "cargo xtask generate --all"];
    let next = format!("docs/howto/add-a-service.md; cargo xtask check; cargo test -p {name}");
    finish(&written, &generating, &next)
}
