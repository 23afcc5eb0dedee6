//! New services, routes and listeners: files from templates, and lines in the lists that name them.

mod edits;
mod listener;
mod route;
mod service;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use xshell::Shell;

use crate::process::run_all;

pub(crate) use listener::NewListener;
pub(crate) use route::NewRoute;
pub(crate) use service::NewService;

/// This program was compiled before a new service existed, so another run knows it. The lock file
/// gains the crate, or the dependency that the first listener of a service adds to its crate.
const GENERATING: [&str; 2] = ["cargo update --workspace --offline", "cargo xtask generate --all"];

/// Prints the files that were written, formats them, and generates what follows from them. Prints
/// the next steps.
fn finish(
    shell: &Shell,
    written: &[PathBuf],
    generating: &[&str],
    next: &str,
) -> anyhow::Result<()> {
    for file in written {
        println!("wrote {}", file.display());
    }
    run_all(shell, &["cargo fmt --all"])?;
    run_all(shell, generating)?;
    println!("Next: {next}");
    Ok(())
}

fn source_of(service: &str) -> PathBuf {
    Path::new("services").join(service).join("src")
}

/// Whether a name has the characters of a function.
fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
