//! `cargo xtask kills`: processes and servers killed under load.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use super::arguments::{given_number, number};
use crate::Error;
use crate::process::Call;

/// The test that kills services, database and broker.
pub(super) const TEST: &str = "kills_of_services_database_and_broker_lose_no_acknowledged_result";

pub(super) fn command() -> Command {
    Command::new("kills")
        .about("Kills services, database and broker under load, then checks all stored data")
        .arg(number("kills", "The number of kills; 8 without it"))
        .arg(number("seed", "The seed of a run, as it prints it"))
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, Error> {
    // All packages: the programs of the services are built with it.
    Call::new("cargo test --locked --workspace --test kills")
        .with([TEST, "--", "--nocapture"].map(str::to_owned))
        .variable("KILLS", given_number(given, "kills"))
        .variable("SEED", given_number(given, "seed"))
        .run()
}
