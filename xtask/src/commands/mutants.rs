//! `cargo xtask mutants`: mistakes that the checks have to detect.

use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::mutants::{self, Copy};
use crate::{Error, root};

pub(super) fn command() -> Command {
    Command::new("mutants")
        .about("Applies each mutant to a copy of the tree, and expects its checks to fail")
        .arg(Arg::new("name").num_args(0..).help("The mutants that run; all without a name"))
        .arg(
            Arg::new("apply-only")
                .long("apply-only")
                .action(ArgAction::SetTrue)
                .help("Checks that every patch applies, and runs none"),
        )
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, Error> {
    let mut patches = mutants::patches(root())?;
    for patch in &patches {
        patch.apply(root(), &["--check"])?;
    }
    println!("{} patches apply", patches.len());
    if given.get_flag("apply-only") {
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<&String> = given.get_many("name").unwrap_or_default().collect();
    if let Some(unknown) = names.iter().find(|name| !patches.iter().any(|one| one.name == ***name))
    {
        return Err(Error::Form(format!("no mutant is called {unknown}")));
    }
    patches.retain(|patch| names.is_empty() || names.contains(&&patch.name));
    let copy = Copy::of(root())?;
    let mut caught = 0;
    for patch in &patches {
        caught += usize::from(mutants::run(&copy, patch)?);
    }
    println!("{caught} of {} caught", patches.len());
    Ok(if caught == patches.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
