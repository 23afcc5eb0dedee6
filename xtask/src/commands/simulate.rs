//! `cargo xtask simulate`: scripts of the simulator.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use super::arguments::{given_number, number};
use crate::Error;
use crate::process::Call;

/// The test that plays scripts of every kind; others play those of one kind.
pub(super) const TEST: &str = "the_invariants_hold_under_injected_faults";

pub(super) fn command() -> Command {
    Command::new("simulate")
        .about("Plays scripts of the simulator; with --seed alone one script, with all its events")
        .arg(number("seed", "The first script, or the only one without --seeds"))
        .arg(number("seeds", "The number of scripts"))
        .arg(
            Arg::new("test").long("test").help(
                "The test that plays them, as a failing one prints it; without it all of them",
            ),
        )
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, Error> {
    let (seed, seeds) = (given_number(given, "seed"), given_number(given, "seeds"));
    let test = given.get_one::<String>("test").cloned();
    // One script is played by one test.
    let test = test.or_else(|| seeds.is_none().then(|| TEST.to_owned()));
    let call = Call::new(
        "cargo test --locked --profile simulation --package marketplace --test simulation",
    )
    .with(test)
    .with(["--", "--nocapture"].map(str::to_owned));
    let call = match seeds {
        None => call.variable("SIMULATION_SEED", seed),
        Some(_) => call.variable("FIRST_SEED", seed).variable("SEEDS", seeds),
    };
    call.run()
}
