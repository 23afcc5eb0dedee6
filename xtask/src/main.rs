//! `cargo xtask`: the commands of development.

use std::process::ExitCode;

fn main() -> ExitCode {
    match xtask::commands::run(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
