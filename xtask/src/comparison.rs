//! Generated files: written, or compared with the committed ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::Error;

/// Whether generated files are written or only compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Files that differ are written.
    Write,
    /// Files that differ are reported.
    Check,
}

/// Generated files by their path from the root; a file without text should not exist.
pub type Files = BTreeMap<PathBuf, Option<String>>;

/// The generated files that differ from those below `root`, as unified differences. With
/// [`Mode::Write`] they are the same afterwards.
///
/// # Errors
/// [`Error::Io`] if a file cannot be read or written.
pub fn compare(root: &Path, files: &Files, mode: Mode) -> Result<Vec<(PathBuf, String)>, Error> {
    let mut different = Vec::new();
    for (path, text) in files {
        let file = root.join(path);
        let found = read(&file)?;
        if found == *text {
            continue;
        }
        different.push((path.clone(), difference(path, found.as_deref(), text.as_deref())));
        if mode == Mode::Write {
            match text {
                Some(text) => write(&file, text)?,
                None => fs::remove_file(&file).map_err(Error::file("remove", &file))?,
            }
        }
    }
    Ok(different)
}

/// The text of a file, if it exists.
pub(crate) fn read(file: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file("read", file)(error)),
    }
}

/// Writes a file, and the directories that it needs.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Error> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
    }
    fs::write(file, text).map_err(Error::file("write", file))
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
