//! `cargo xtask bench`: the benchmarks.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use crate::Error;
use crate::process::Call;

/// The programs of `bench` that measure something.
const PROGRAMS: [&str; 5] = ["expiry_lateness", "hoarders", "on_sale", "pairs", "smoke"];

pub(super) fn command() -> Command {
    Command::new("bench")
        .about("Runs a benchmark on programs that are built; bench/README.md has the commands")
        .arg(Arg::new("program").required(true).value_parser(PROGRAMS).help("bench/PROGRAM.py"))
        .arg(
            Arg::new("arguments")
                .num_args(0..)
                .trailing_var_arg(true)
                .allow_hyphen_values(true)
                .help("Its arguments; --help lists them"),
        )
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, Error> {
    let program = given.get_one::<String>("program").cloned().unwrap_or_default();
    let arguments = given.get_many::<String>("arguments").unwrap_or_default().cloned();
    Call::new("python3").with([format!("bench/{program}.py")]).with(arguments).run()
}
