//! Checks a marketplace at rest: whether the invariants hold in its stores, in the provider's
//! ledger and in the messages left on the bus.
//!
//! `cargo run -p marketplace --example check -- --data-dir ./data`; on servers with
//! `--mongodb-url … --nats-url …`. Accepts the settings of `boxoffice`. The exit code is 0 without
//! violations, 1 with violations, 2 when the check could not run.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Command;
use invariants::check_up;
use marketplace::MarketplaceSettings;
use marketplace::engines::open;
use marketplace::services::in_order;
use marketplace::settings::table;
use service::process::runtime;
use service::program::{EXIT_USAGE, print_error};

/// The program's name.
const NAME: &str = "check";

fn main() -> ExitCode {
    let line =
        Command::new(NAME).about("Checks a marketplace that is at rest: rules, counts, violations");
    let flags = service::settings::command(line, &table()).get_matches();
    let settings = match MarketplaceSettings::read(&flags) {
        Ok(settings) => settings,
        Err(errors) => return refused(&errors.to_string()),
    };
    let data_dir = settings.servers.is_none().then_some(settings.data_dir.as_path());
    let checking = runtime()
        .and_then(|runtime| runtime.block_on(check_up(in_order(), data_dir, open(&settings))));
    match checking {
        Ok(report) => {
            // The write fails when standard output is closed; the exit code carries the result.
            let _ = write!(std::io::stdout(), "{report}");
            if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => refused(&error.chain()),
    }
}

fn refused(why: &str) -> ExitCode {
    print_error(NAME, why);
    ExitCode::from(EXIT_USAGE)
}
