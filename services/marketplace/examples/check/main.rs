//! Checks a marketplace that is at rest: whether everything that must always hold does, in what its stores keep, in the
//! provider's ledger, and in what is left on the bus.
//!
//! `cargo run -p marketplace --example check -- --data-dir ./data`, or `--mongodb-url … --nats-url …`: it takes the settings of
//! `boxoffice`. Its exit code is 0 when nothing is broken, 1 when something is, 2 when it could not look.

mod checkup;
#[expect(dead_code, reason = "the kills test uses the rest")]
#[path = "../../tests/reading/mod.rs"]
mod reading;
mod report;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Command;
use marketplace::MarketplaceSettings;
use marketplace::settings::table;
use service::Settings;
use service::process::runtime;
use service::program::{EXIT_USAGE, print_error};

/// The program's name.
const NAME: &str = "check";

fn main() -> ExitCode {
    let line =
        Command::new(NAME).about("Checks a marketplace that is at rest: rules, counts, violations");
    let flags = service::settings::command(line, &table()).get_matches();
    let settings = Settings::read(&table(), &flags, |name| std::env::var(name).ok());
    let settings = match MarketplaceSettings::check(settings) {
        Ok(settings) => settings,
        Err(errors) => return refused(&errors.to_string()),
    };
    let checking = runtime().and_then(|runtime| runtime.block_on(checkup::check_up(&settings)));
    match checking {
        Ok(report) => {
            // Nothing can be said where standard output is closed; the exit code tells.
            let _ = write!(std::io::stdout(), "{report}");
            if report.is_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => refused(&error.to_string()),
    }
}

fn refused(why: &str) -> ExitCode {
    print_error(NAME, why);
    ExitCode::from(EXIT_USAGE)
}
