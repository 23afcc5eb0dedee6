//! A patch file: a header of `Mistake:`, `Check:` and `Fails:` lines, then a unified diff.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Error;

/// A mistake, and the checks that have to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The name of its file, without the ending.
    pub name: String,
    /// The mistake, in one sentence.
    pub mistake: String,
    /// At least one check.
    pub checks: Vec<Check>,
    text: String,
}

/// A command that has to fail, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The command, as a shell reads it.
    pub command: String,
    /// A text in the output of the failed command, or several, separated by ` | `: a changed
    /// simulator may meet another violation of the same mistake first.
    pub fails: String,
}

impl Patch {
    /// Reads a patch from its file.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be read, [`Error::Form`] if its header is not complete.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self::parse(name, text)
    }

    /// Parses the text of a patch.
    ///
    /// # Errors
    /// [`Error::Form`] if the header is not complete.
    pub fn parse(name: String, text: String) -> Result<Self, Error> {
        let header = text.split("\n--- ").next().unwrap_or_default();
        let values = |key| header.lines().filter_map(move |line| line.strip_prefix(key));
        let mistake = values("Mistake: ").next().map(str::to_owned);
        let fails = values("Fails: ");
        let checks: Vec<Check> = values("Check: ")
            .zip(fails.clone())
            .map(|(command, fails)| Check { command: command.to_owned(), fails: fails.to_owned() })
            .collect();
        let is_complete = !checks.is_empty()
            && values("Check: ").count() == checks.len()
            && fails.count() == checks.len();
        match mistake {
            Some(mistake) if is_complete => Ok(Self { name, mistake, checks, text }),
            Some(_) | None => Err(Error::Form(format!(
                "{name}: the header needs a line \"Mistake: \" and pairs of \"Check: \" and \"Fails: \""
            ))),
        }
    }

    /// Applies the patch to a tree; `flags` are those of `git apply`.
    ///
    /// # Errors
    /// [`Error::Io`] if git does not start, [`Error::Form`] if the patch does not apply.
    pub fn apply(&self, tree: &Path, flags: &[&str]) -> Result<(), Error> {
        let mut git = Command::new("git");
        git.arg("apply").args(flags).arg("-").current_dir(tree);
        // A tree below another repository is no part of it.
        git.env("GIT_CEILING_DIRECTORIES", tree.parent().unwrap_or(tree));
        git.stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut applying = || {
            let mut child = git.spawn()?;
            if let Some(mut stdin) = child.stdin.take() {
                stdin.write_all(self.text.as_bytes())?;
            }
            child.wait_with_output()
        };
        let source = |source| Error::Io { what: "cannot run git apply".to_owned(), source };
        let output = applying().map_err(source)?;
        if output.status.success() {
            return Ok(());
        }
        let reason = String::from_utf8_lossy(&output.stderr);
        Err(Error::Form(format!("{} does not apply:\n{reason}", self.name)))
    }
}
