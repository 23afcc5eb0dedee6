//! `cargo xtask`: the commands of development.

use std::process::ExitCode;

use xtask::commands;

fn main() -> ExitCode {
    match commands::run(std::env::args_os()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {}", error.chain());
            ExitCode::FAILURE
        }
    }
}
