//! The command line.

mod generated;
mod tests;

use std::ffi::OsString;

use clap::Parser;

use crate::process::{run_all, shell};
use crate::scaffold::{NewListener, NewRoute, NewService};

/// The commands of development. Each prints the commands that it runs.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
#[command(subcommand_required = true, arg_required_else_help = true)]
enum Command {
    /// Runs the fast checks: format, generated files, lints, structure and documents.
    Check,
    /// Runs everything that CI runs: lints, tests, simulation, kills, infrastructure.
    Ci,
    /// Writes the files that follow from common/contract/src/catalogue: deployment, documents.
    Generate {
        #[command(flatten)]
        mode: generated::Options,
        /// Also those that the program prints, which builds it: openapi, settings, rights.
        #[arg(long)]
        all: bool,
    },
    /// Writes services/marketplace/openapi.json from the routes.
    Openapi(generated::Options),
    /// Writes the tables of docs/configuration.md from the settings of the programs.
    Settings(generated::Options),
    /// Writes the rights of each user of NATS from the message catalogue.
    Rights(generated::Options),
    /// Plays scripts of the simulator; with --seed alone one script, with all its events.
    Simulate(tests::Simulate),
    /// Kills services, database and broker under load, then checks all stored data.
    Kills(tests::Kills),
    /// Applies each mutant to a copy of the tree, and expects its checks to fail.
    Mutants(tests::Mutants),
    /// Takes pictures of every page in Chromium, on two screens in both colour schemes.
    Gallery(tests::Gallery),
    /// Runs a benchmark on programs that are built; bench/README.md has the commands.
    Bench(tests::Bench),
    /// Writes a service from templates, and the lines and files that name it.
    NewService(NewService),
    /// Writes a route from a template, and the lines that name it.
    NewRoute(NewRoute),
    /// Writes a listener from a template, and the lines and files that name it.
    NewListener(NewListener),
}

/// Carries out the command that these arguments name. If a program that it runs fails, this one ends
/// with the same exit code.
///
/// # Errors
/// The reason why it did not complete.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> anyhow::Result<()> {
    // Also prints help.
    match Command::parse_from(arguments) {
        Command::Check => tests::check(),
        Command::Ci => run_all(&shell()?, &[".ci/run"]),
        Command::Generate { mode, all: false } => {
            generated::checked([generated::rendered(mode.mode())?])
        }
        Command::Generate { mode, all: true } => generated::all(mode.mode()),
        Command::Openapi(options) => generated::checked([generated::openapi(options.mode())?]),
        Command::Settings(options) => generated::checked([generated::settings(options.mode())?]),
        Command::Rights(options) => generated::checked([generated::rights(options.mode())?]),
        Command::Simulate(simulate) => simulate.run(),
        Command::Kills(kills) => kills.run(),
        Command::Mutants(mutants) => mutants.run(),
        Command::Gallery(gallery) => gallery.run(),
        Command::Bench(bench) => bench.run(),
        Command::NewService(new) => new.run(),
        Command::NewRoute(new) => new.run(),
        Command::NewListener(new) => new.run(),
    }
}

#[cfg(test)]
mod command_line {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn help_lists_every_command() {
        let help = Command::command().render_help().to_string();
        for command in [
            "bench", "check", "ci", "gallery", "generate", "kills", "mutants", "openapi",
            "simulate",
        ] {
            assert!(help.contains(&format!("\n  {command} ")), "{command}: {help}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Command::command().debug_assert();
    }
}
