//! A patch file: a header of `Mistake:`, `Check:` and `Fails:` lines, then a unified diff.

use std::path::Path;

use anyhow::{Context as _, ensure};
use xshell::Shell;

/// A mistake, and the checks that have to fail.
#[derive(Debug)]
pub(crate) struct Patch {
    pub(crate) name: String,
    /// At least one check.
    pub(super) checks: Vec<Check>,
    text: String,
}

/// A command that has to fail, and how.
#[derive(Debug)]
pub(super) struct Check {
    /// The command, as a shell reads it.
    pub(super) command: String,
    /// A text in the output of the failed command, or several, separated by ` | `: a changed
    /// simulator may meet another violation of the same mistake first.
    pub(super) fails: String,
}

impl Patch {
    pub(super) fn read(tree: &Shell, file: &Path) -> anyhow::Result<Self> {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        Self::parse(&name, tree.read_file(file)?)
    }

    /// Parses the text of a patch. Fails if the header is not complete.
    pub(super) fn parse(name: &str, text: String) -> anyhow::Result<Self> {
        let header = text.split("\n--- ").next().unwrap_or_default();
        let values = |key| header.lines().filter_map(move |line| line.strip_prefix(key));
        let (commands, fails) = (values("Check: "), values("Fails: "));
        let is_complete = values("Mistake: ").next().is_some()
            && commands.clone().next().is_some()
            && commands.clone().count() == fails.clone().count();
        ensure!(
            is_complete,
            "{name}: the header needs a line \"Mistake: \" and pairs of \"Check: \" and \"Fails: \""
        );
        let check = |(command, fails): (&str, &str)| Check {
            command: command.to_owned(),
            fails: fails.to_owned(),
        };
        let checks = commands.zip(fails).map(check).collect();
        Ok(Self { name: name.to_owned(), checks, text })
    }

    /// Applies the patch to a tree; `flags` are those of `git apply`.
    pub(crate) fn apply(&self, tree: &Shell, flags: &[&str]) -> anyhow::Result<()> {
        let folder = tree.current_dir();
        let git = tree.cmd("git").arg("apply").args(flags).arg("-").stdin(&self.text).quiet();
        // A tree below another repository is no part of it.
        let git = git.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(&folder));
        git.run().with_context(|| format!("{} does not apply", self.name))
    }
}
