//! What the program can be told to do.

mod grant_admin;
mod openapi;
mod serve;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, Command};
use service::Settings;
use service::process::StartError;

use crate::settings::{MarketplaceSettings, TABLE};

/// Exit code of a command line or a setting that makes no sense (as BSD's `sysexits` and shells have it).
const USAGE: u8 = 2;

fn command_line() -> Command {
    let command = Command::new("boxoffice")
        .about(
            "A ticket marketplace: offer, order, pay within a minute. Starts all of it by default.",
        )
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand(Command::new("serve").about("Starts the marketplace (the default)"))
        .subcommand(Command::new("openapi").about("Prints the OpenAPI document of every route"))
        .subcommand(
            Command::new("grant-admin")
                .about("Makes an account an administrator; its sessions end")
                .arg(Arg::new("email").required(true).help("The account's e-mail address")),
        );
    service::settings::command(command, TABLE)
}

/// Runs the program with these arguments.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let flags = match command_line().try_get_matches_from(arguments) {
        Ok(flags) => flags,
        Err(message) => {
            // Nothing can be said where standard error is closed.
            let _ = message.print();
            return if message.use_stderr() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS };
        }
    };
    let chosen = flags.subcommand();
    let given = chosen.map_or(&flags, |(_, given)| given);
    let environment = |name: &str| std::env::var(name).ok();
    let settings = match MarketplaceSettings::check(Settings::gather(TABLE, given, environment)) {
        Ok(settings) => settings,
        Err(errors) => {
            complain(&errors.to_string());
            return ExitCode::from(USAGE);
        }
    };
    let outcome = match chosen {
        Some(("openapi", _)) => openapi::openapi(),
        Some(("grant-admin", given)) => {
            let email = given.get_one::<String>("email").cloned().unwrap_or_default();
            grant_admin::grant_admin(&settings, email)
        }
        Some(_) | None => serve::serve(settings),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// One line a complaint, on standard error.
#[expect(clippy::print_stderr, reason = "this is what the person who started it reads")]
fn complain(text: &str) {
    for line in text.lines() {
        eprintln!("boxoffice: {line}");
    }
}

/// A runtime for the whole process.
fn runtime() -> Result<tokio::runtime::Runtime, StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    Ok(runtime.map_err(|error| store::Unavailable::caused_by("cannot start threads", error))?)
}
