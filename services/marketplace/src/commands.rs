//! Commands of the program.

mod administrators;
mod arguments;
mod dead_letters;
mod doctor;
mod nats_permissions;
mod openapi;
mod operating;
mod output;
mod remove_consumer;
mod resync;
mod serve;
mod session_key;
mod status;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};
use service::process::{StartError, runtime};
use service::program::{self, EXIT_USAGE, print_error};
use service::session_key::rotation::Step;
use service::{ServiceDefinition, Settings};

use self::arguments::{NAME, json, service_names};
use crate::services::{find, in_order};
use crate::settings::{MarketplaceSettings, table};

fn command_line() -> Command {
    let command = Command::new(NAME)
        .about(
            "A ticket marketplace: offer, order, pay within a minute. Without a command, starts all services.",
        )
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand(Command::new("serve").about("Starts the marketplace (the default)"))
        .subcommands(in_order().map(one_service))
        .subcommand(Command::new("openapi").about("Prints the OpenAPI document of every route"))
        .subcommand(nats_permissions::command())
        .subcommand(
            Command::new("grant-admin")
                .about("Grants an account the administrator role; its sessions end")
                .arg(Arg::new("email").required(true).help("The account's e-mail address")),
        )
        .subcommand(
            Command::new("revoke-admin")
                .about("Revokes the administrator role of an account; its sessions end. The last administrator cannot be removed")
                .arg(Arg::new("email").required(true).help("The account's e-mail address")),
        )
        .subcommand(
            Command::new("session-key")
                .about("Rotates the signing key of sessions without ending sessions: announce, use, retire; each step takes effect after a while")
                .arg(Arg::new("step").required(true).value_parser(Step::NAMES).help("The step")),
        )
        .subcommand(
            Command::new("status")
                .about("Shows outboxes, lags of consumers, and dead letters")
                .arg(json()),
        )
        .subcommand(dead_letters::command())
        .subcommand(
            Command::new("resync")
                .about("Republishes the present states of a service, to repair copies in other services")
                .arg(Arg::new("name").required(true).value_parser(service_names()).help("The service")),
        )
        .subcommand(
            Command::new("remove-consumer")
                .about("Removes a durable consumer without a listener, and its queued messages")
                .arg(Arg::new("consumer").required(true).help("The consumer's name, as shown by status")),
        )
        .subcommand(
            Command::new("doctor")
                .about("Checks settings, servers, key files, streams and consumers, one line each")
                .arg(json()),
        );
    service::settings::command(command, &table())
}

/// A service, as help lists it; its own flags are shown by `boxoffice orders --help`.
fn one_service(definition: &ServiceDefinition) -> Command {
    let about = format!("Starts {} alone, on MongoDB and NATS", definition.name());
    Command::new(definition.name()).about(about)
}

/// Runs the program with these arguments: one service if the first of them names it, with a command
/// line of its own.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let first = arguments.get(1).and_then(|first| first.to_str());
    if let Some(definition) = first.and_then(find) {
        let program = format!("{NAME} {}", definition.name());
        arguments.splice(..2, [program.into()]);
        return program::run(definition, arguments);
    }
    run_all(arguments)
}

/// Runs a command on all services, or starts them.
fn run_all(arguments: Vec<OsString>) -> ExitCode {
    let flags = match command_line().try_get_matches_from(arguments) {
        Ok(flags) => flags,
        Err(message) => {
            // Writing fails where standard error is closed.
            let _ = message.print();
            return if message.use_stderr() {
                ExitCode::from(EXIT_USAGE)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    if let Some(name) = flags.subcommand_name().filter(|name| find(name).is_some()) {
        print_error(
            NAME,
            &format!("flags of a service come behind its name: {NAME} {name} --help"),
        );
        return ExitCode::from(EXIT_USAGE);
    }
    let given = innermost(&flags);
    let environment = |name: &str| std::env::var(name).ok();
    let settings = Settings::read(&table(), given, environment);
    let settings = match MarketplaceSettings::check(settings) {
        Ok(settings) => settings,
        Err(errors) => {
            print_error(NAME, &errors.to_string());
            return ExitCode::from(EXIT_USAGE);
        }
    };
    let carrying_out =
        runtime().and_then(|runtime| runtime.block_on(carry_out(flags.subcommand(), settings)));
    match carrying_out {
        Ok(code) => code,
        Err(error) => {
            print_error(NAME, &error.chain());
            ExitCode::FAILURE
        }
    }
}

/// The flags of the innermost subcommand, which have those before it too.
fn innermost(flags: &ArgMatches) -> &ArgMatches {
    flags.subcommand().map_or(flags, |(_, inner)| innermost(inner))
}

async fn carry_out(
    command: Option<(&str, &ArgMatches)>,
    settings: MarketplaceSettings,
) -> Result<ExitCode, StartError> {
    match command {
        Some(("openapi", _)) => openapi::openapi().await?,
        Some(("nats-permissions", given)) => {
            nats_permissions::nats_permissions(&settings, &argument(given, "user"))?;
        }
        Some(("grant-admin", given)) => {
            administrators::grant_admin(&settings, argument(given, "email")).await?;
        }
        Some(("revoke-admin", given)) => {
            administrators::revoke_admin(&settings, argument(given, "email")).await?;
        }
        Some(("session-key", given)) => {
            session_key::session_key(&settings, &argument(given, "step"))?;
        }
        Some(("status", given)) => status::status(&settings, given.into()).await?,
        Some(("dead-letters", given)) => dead_letters::dead_letters(&settings, given).await?,
        Some(("resync", given)) => {
            Box::pin(resync::resync(&settings, &argument(given, "name"))).await?;
        }
        Some(("remove-consumer", given)) => {
            remove_consumer::remove_consumer(&settings, &argument(given, "consumer")).await?;
        }
        Some(("doctor", given)) => return doctor::doctor(&settings, given.into()).await,
        Some(_) | None => Box::pin(serve::serve(settings)).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn argument(given: &ArgMatches, name: &str) -> String {
    given.get_one::<String>(name).cloned().unwrap_or_default()
}
