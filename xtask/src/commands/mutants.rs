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
    let all = mutants::patches(root())?;
    for patch in &all {
        patch.apply(root(), &["--check"])?;
    }
    println!("{} patches apply", all.len());
    if given.get_flag("apply-only") {
        return Ok(ExitCode::SUCCESS);
    }
    let find = |name: &String| {
        let unknown = || Error::Form(format!("no mutant is called {name}"));
        all.iter().find(|patch| patch.name == *name).ok_or_else(unknown)
    };
    let names: Vec<&String> = given.get_many("name").unwrap_or_default().collect();
    let chosen: Vec<_> = match names.as_slice() {
        [] => all.iter().collect(),
        // In this order: those of one crate side by side compile the least.
        names => names.iter().map(|name| find(name)).collect::<Result<_, _>>()?,
    };
    let copy = Copy::of(root())?;
    let mut caught = 0;
    for patch in &chosen {
        caught += usize::from(mutants::run(&copy, patch)?);
    }
    println!("{caught} of {} caught", chosen.len());
    Ok(if caught == chosen.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
