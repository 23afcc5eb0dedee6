//! `cargo xtask new-service`: a service that builds, starts and is deployed.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use crate::process::{Call, run_all};
use crate::scaffold::{NewService, add_service};
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
    for file in add_service(root(), &new)? {
        println!("wrote {}", file.display());
    }
    // This program was compiled before the service existed, so another run knows it. The lock file
    // gains the crate.
    let code = run_all(&[
        Call::new("cargo fmt --all"),
        Call::new("cargo update --workspace --offline"),
        Call::new("cargo xtask generate --all"),
    ])?;
    if code == ExitCode::SUCCESS {
        println!("Next: docs/howto/add-a-service.md; cargo xtask check; cargo test -p {name}");
    }
    Ok(code)
}
