//! Commands of the program.

mod administrators;
mod arguments;
mod dead_letters;
mod demo;
mod doctor;
mod documents;
mod nats_permissions;
mod openapi;
mod operating;
mod output;
mod repairs;
mod serve;
mod session_key;
mod status;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use service::ServiceDefinition;
use service::process::{StartError, runtime};
use service::program::{self, EXIT_USAGE, print_error};
use service::session_key::rotation::Step;

use self::arguments::{NAME, service_names};
use self::operating::with_engines;
use self::output::Format;
use crate::services::{find, in_order};
use crate::settings::{MarketplaceSettings, given, table};

/// A ticket marketplace: offer, order, pay within a minute. Without a command, starts all services.
#[derive(Parser)]
#[command(name = NAME, version)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Operation>,
}

#[derive(Subcommand)]
enum Operation {
    /// Starts the marketplace (the default).
    Serve,
    /// Fills an empty data directory with shows, accounts and orders, to try the marketplace.
    Demo,
    /// Prints the OpenAPI document of every route.
    Openapi,
    /// Prints a user of NATS and what it may do, for the servers' configuration.
    NatsPermissions {
        /// The service, or operator.
        #[arg(value_parser = nats_permissions::users())]
        user: String,
    },
    /// Grants an account the administrator role; its sessions end.
    GrantAdmin {
        /// The account's e-mail address.
        email: String,
    },
    /// Revokes the administrator role of an account; its sessions end. The last administrator
    /// cannot be removed.
    RevokeAdmin {
        /// The account's e-mail address.
        email: String,
    },
    /// Switches the second factor of an account off; its sessions end. For an owner who lost the
    /// phone and the recovery codes.
    ResetSecondFactor {
        /// The account's e-mail address.
        email: String,
    },
    /// Rotates the signing key of sessions without ending sessions: announce, use, retire; each
    /// step takes effect after a while.
    SessionKey {
        /// The step.
        step: Step,
    },
    /// Shows outboxes, lags of consumers, and dead letters.
    Status(Format),
    /// Messages that a listener could not handle.
    #[command(subcommand)]
    DeadLetters(dead_letters::Operation),
    /// Cached documents of admissions.
    #[command(subcommand)]
    Documents(documents::Operation),
    /// Republishes the present states of a service, to repair copies in other services.
    Resync {
        /// The service.
        #[arg(value_parser = service_names())]
        name: String,
    },
    /// Removes a durable consumer without a listener, and its queued messages.
    RemoveConsumer {
        /// The consumer's name, as shown by status.
        consumer: String,
    },
    /// Checks settings, servers, key files, streams and consumers, one line each.
    Doctor(Format),
}

fn command_line() -> Command {
    let command = CommandLine::command().subcommands(in_order().map(one_service));
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
    // Help, the version and an invalid command line end the process.
    let flags = command_line().get_matches_from(arguments);
    if let Some(name) = flags.subcommand_name().filter(|name| find(name).is_some()) {
        print_error(
            NAME,
            &format!("flags of a service come behind its name: {NAME} {name} --help"),
        );
        return ExitCode::from(EXIT_USAGE);
    }
    let operation = match CommandLine::from_arg_matches(&flags) {
        Ok(CommandLine { command }) => command.unwrap_or(Operation::Serve),
        Err(message) => message.exit(),
    };
    let mut given = given(innermost(&flags));
    if matches!(operation, Operation::Demo) {
        demo::check(&mut given);
    }
    let settings = match MarketplaceSettings::check(given) {
        Ok(settings) => settings,
        Err(errors) => {
            print_error(NAME, &errors.to_string());
            return ExitCode::from(EXIT_USAGE);
        }
    };
    let carrying_out =
        runtime().and_then(|runtime| runtime.block_on(carry_out(operation, settings)));
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
    operation: Operation,
    settings: MarketplaceSettings,
) -> Result<ExitCode, StartError> {
    match operation {
        Operation::Serve => Box::pin(serve::serve(settings)).await?,
        Operation::Demo => Box::pin(demo::demo(settings)).await?,
        Operation::Openapi => openapi::openapi().await?,
        Operation::NatsPermissions { user } => {
            nats_permissions::nats_permissions(&settings, &user)?;
        }
        Operation::GrantAdmin { email } => {
            administrators::change(&settings, email, "cannot grant", auth::grant_admin).await?;
        }
        Operation::RevokeAdmin { email } => {
            administrators::change(&settings, email, "cannot revoke", auth::revoke_admin).await?;
        }
        Operation::ResetSecondFactor { email } => {
            let reset = auth::reset_second_factor;
            administrators::change(&settings, email, "cannot reset", reset).await?;
        }
        Operation::SessionKey { step } => session_key::session_key(&settings, step)?,
        Operation::Status(format) => status::status(&settings, format).await?,
        Operation::DeadLetters(letters) => {
            with_engines(&settings, async |engines| letters.run(&engines.bus).await).await?;
        }
        Operation::Documents(documents) => Box::pin(documents.run(&settings)).await?,
        Operation::Resync { name } => Box::pin(repairs::resync(&settings, &name)).await?,
        Operation::RemoveConsumer { consumer } => {
            repairs::remove_consumer(&settings, &consumer).await?;
        }
        Operation::Doctor(format) => return doctor::doctor(&settings, format).await,
    }
    Ok(ExitCode::SUCCESS)
}
