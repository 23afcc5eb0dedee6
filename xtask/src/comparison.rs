//! Generated files: written, or compared with the committed ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use similar::TextDiff;
use xshell::Shell;

/// Whether generated files are written or only compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Files that differ are written.
    Write,
    /// Files that differ are reported.
    Check,
}

/// Generated files by their path from the root; a file without text should not exist.
pub(crate) type Files = BTreeMap<PathBuf, Option<String>>;

/// The files that differ, each with its unified difference.
pub(crate) type Differences = Vec<(PathBuf, String)>;

/// The generated files that differ from those of a tree. With [`Mode::Write`] they are the same
/// afterwards.
pub(crate) fn compare(tree: &Shell, files: &Files, mode: Mode) -> xshell::Result<Differences> {
    let mut different = Vec::new();
    for (path, text) in files {
        let found = read(tree, path)?;
        if found == *text {
            continue;
        }
        different.push((path.clone(), difference(path, found.as_deref(), text.as_deref())));
        match text {
            _ if mode == Mode::Check => {}
            Some(text) => tree.write_file(path, text)?,
            None => tree.remove_path(path)?,
        }
    }
    Ok(different)
}

/// The text of a file, if it exists.
pub(crate) fn read(tree: &Shell, path: &Path) -> xshell::Result<Option<String>> {
    tree.path_exists(path).then(|| tree.read_file(path)).transpose()
}

/// Lines of the difference that are shown at most: a changed template changes hundreds.
const LINES_MAX: usize = 60;

fn difference(path: &Path, found: Option<&str>, text: Option<&str>) -> String {
    let path = path.display().to_string();
    let Some(text) = text else {
        return format!("{path}: no template generates this file any more\n");
    };
    let difference = TextDiff::from_lines(found.unwrap_or_default(), text);
    let printed = difference.unified_diff().header(&path, "generated").to_string();
    let mut lines: Vec<&str> = printed.lines().collect();
    let more = lines.len().saturating_sub(LINES_MAX);
    lines.truncate(LINES_MAX);
    let mut report = lines.join("\n");
    if more > 0 {
        let _ = write!(report, "\n… and {more} more lines");
    }
    report.push('\n');
    report
}
