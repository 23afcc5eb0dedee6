//! Generated files: rendered from the catalogue, or printed by the program, which is built for
//! that.

use std::path::Path;

use anyhow::bail;
use clap::Args;
use contract::catalogue::services;
use xshell::Shell;

use crate::comparison::{self, Differences, Files, Mode};
use crate::generate::{generate, sections};
use crate::process::{call, shell};

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

/// The command that writes files that differ, if a check found some.
type Stale = Option<String>;

/// Every generated file. All differences are reported before they fail the check.
pub(super) fn all(mode: Mode) -> anyhow::Result<()> {
    checked([rendered(mode)?, openapi(mode)?, settings(mode)?, rights(mode)?])
}

/// Fails if files differ, with every command that writes them.
pub(super) fn checked(found: impl IntoIterator<Item = Stale>) -> anyhow::Result<()> {
    let stale: Vec<String> = found.into_iter().flatten().collect();
    if stale.is_empty() {
        return Ok(());
    }
    bail!("{}", stale.join("\n"))
}

/// The files that are rendered without the program.
pub(super) fn rendered(mode: Mode) -> anyhow::Result<Stale> {
    Ok(report(&generate(&shell()?, mode)?, mode, "generate"))
}

pub(super) fn openapi(mode: Mode) -> anyhow::Result<Stale> {
    let tree = shell()?;
    let document = printed(&tree, "-- openapi")?;
    let file = "services/marketplace/openapi.json".into();
    compare(&tree, &Files::from([(file, Some(document))]), mode, "openapi")
}

pub(super) fn settings(mode: Mode) -> anyhow::Result<Stale> {
    let tree = shell()?;
    let page = Path::new("docs/configuration.md");
    let mut text = tree.read_file(page)?;
    for section in ["every-program", "some-programs"] {
        let table = printed(&tree, &format!("--example settings -- {section}"))?;
        text = sections::replace(page, &text, section, &table)?;
    }
    compare(&tree, &Files::from([(page.to_owned(), Some(text))]), mode, "settings")
}

/// The users of NATS and their rights, one file each.
pub(super) fn rights(mode: Mode) -> anyhow::Result<Stale> {
    let tree = shell()?;
    let folder = Path::new("infra/k8s/base/nats/users");
    let known = tree.read_dir(folder)?;
    let known = known.iter().filter_map(|file| Some((folder.join(file.file_name()?), None)));
    let mut files: Files = known.collect();
    for user in services::names().chain(["operator"]) {
        let rights = printed(&tree, &format!("-- nats-permissions {user}"))?;
        files.insert(folder.join(format!("{user}.conf")), Some(rights));
    }
    compare(&tree, &files, mode, "rights")
}

/// The lines that the program prints.
fn printed(tree: &Shell, arguments: &str) -> xshell::Result<String> {
    let call = call(tree, "cargo run --locked --quiet --package marketplace");
    let call = call.args(arguments.split_whitespace());
    eprintln!("$ {call}");
    Ok(call.read()? + "\n")
}

fn compare(tree: &Shell, files: &Files, mode: Mode, command: &str) -> anyhow::Result<Stale> {
    Ok(report(&comparison::compare(tree, files, mode)?, mode, command))
}

/// Prints the differences; returns how to write those that fail a check.
fn report(different: &Differences, mode: Mode, command: &str) -> Stale {
    for (path, difference) in different {
        match mode {
            Mode::Check => eprint!("{difference}"),
            Mode::Write => println!("wrote {}", path.display()),
        }
    }
    let count = different.len();
    (mode == Mode::Check && count > 0)
        .then(|| format!("{count} generated files differ; to write them: cargo xtask {command}"))
}
