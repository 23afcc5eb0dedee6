//! Generated files: rendered from the catalogue, or printed by the program, which is built for
//! that.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use contract::catalogue::services;

use crate::comparison::{self, Files, Mode, read};
use crate::generate::sections;
use crate::process::Call;
use crate::{Error, root};

/// Options of every command that generates files.
#[derive(Args)]
pub(super) struct Options {
    /// Compares, and writes nothing.
    #[arg(long)]
    check: bool,
}

impl Options {
    pub(super) fn mode(&self) -> Mode {
        if self.check { Mode::Check } else { Mode::Write }
    }
}

/// Every generated file.
pub(super) fn all(mode: Mode) -> Result<ExitCode, Error> {
    let codes = [rendered(mode)?, openapi(mode)?, settings(mode)?, rights(mode)?];
    Ok(codes.into_iter().find(|code| *code != ExitCode::SUCCESS).unwrap_or(ExitCode::SUCCESS))
}

/// The files that are rendered without the program.
pub(super) fn rendered(mode: Mode) -> Result<ExitCode, Error> {
    let different = crate::generate::generate(root(), mode)?;
    Ok(report(&different, mode, "generate"))
}

/// The OpenAPI document.
pub(super) fn openapi(mode: Mode) -> Result<ExitCode, Error> {
    let document = printed("-- openapi")?;
    let file = "services/marketplace/openapi.json".into();
    compare(&Files::from([(file, Some(document))]), mode, "openapi")
}

/// The tables of settings.
pub(super) fn settings(mode: Mode) -> Result<ExitCode, Error> {
    let page = Path::new("docs/configuration.md");
    let mut text = read(&root().join(page))?.unwrap_or_default();
    for section in ["every-program", "some-programs"] {
        let table = printed(&format!("--example settings -- {section}"))?;
        text = sections::replace(page, &text, section, &table)?;
    }
    compare(&Files::from([(page.to_owned(), Some(text))]), mode, "settings")
}

/// The users of NATS and their rights, one file each.
pub(super) fn rights(mode: Mode) -> Result<ExitCode, Error> {
    let folder = Path::new("infra/k8s/base/nats/users");
    let mut files = Files::new();
    let failed = || Error::file("read", folder);
    for entry in fs::read_dir(root().join(folder)).map_err(failed())? {
        files.insert(folder.join(entry.map_err(failed())?.file_name()), None);
    }
    for user in services::names().chain(["operator"]) {
        let rights = printed(&format!("-- nats-permissions {user}"))?;
        files.insert(folder.join(format!("{user}.conf")), Some(rights));
    }
    compare(&files, mode, "rights")
}

/// The text that the program prints.
fn printed(arguments: &str) -> Result<String, Error> {
    let call = "cargo run --locked --quiet --package marketplace";
    Call::new(&format!("{call} {arguments}")).output()
}

fn compare(files: &Files, mode: Mode, command: &str) -> Result<ExitCode, Error> {
    Ok(report(&comparison::compare(root(), files, mode)?, mode, command))
}

/// Prints the differences, and the command that writes them. Differences fail a check.
fn report(different: &[(PathBuf, String)], mode: Mode, command: &str) -> ExitCode {
    for (path, difference) in different {
        match mode {
            Mode::Check => eprint!("{difference}"),
            Mode::Write => println!("wrote {}", path.display()),
        }
    }
    if mode == Mode::Check && !different.is_empty() {
        let count = different.len();
        eprintln!("xtask: {count} generated files differ; to write them: cargo xtask {command}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
