//! Generated files and sections that no template makes any more.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::sections::{self, MARK};
use crate::Error;
use crate::comparison::{Files, read};

/// The directories that contain generated files.
const FOLDERS: [&str; 5] = [".github", "bench", "docs", "infra", "services"];

/// Adds every whole generated file that is not among `files` as one that should not exist.
///
/// # Errors
/// [`Error::Form`] for a section of a file without a template.
pub(super) fn find(root: &Path, files: &mut Files) -> Result<(), Error> {
    for folder in FOLDERS {
        walk(root, Path::new(folder), files)?;
    }
    Ok(())
}

fn walk(root: &Path, folder: &Path, files: &mut Files) -> Result<(), Error> {
    let absolute = root.join(folder);
    if !absolute.is_dir() {
        return Ok(());
    }
    let failed = || Error::file("read", &absolute);
    for entry in fs::read_dir(&absolute).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() {
            walk(root, &path, files)?;
        } else if !files.contains_key(&path) {
            look(&path, &entry.path(), files)?;
        }
    }
    Ok(())
}

/// The lines of a file in which it says that it is generated.
const HEADER_LINES_MAX: usize = 3;

fn look(path: &Path, file: &Path, files: &mut Files) -> Result<(), Error> {
    // A file that is no text is not generated.
    let Ok(Some(text)) = read(file) else { return Ok(()) };
    if path.extension().is_some_and(|extension| extension == "md" || extension == "rs") {
        return Ok(());
    }
    if let Some(section) = sections::names(&text).collect::<BTreeSet<_>>().first() {
        let what = format!("{}: no template for section {section}", path.display());
        return Err(Error::Form(what));
    }
    if text.lines().take(HEADER_LINES_MAX).any(|line| line.contains(MARK)) {
        files.insert(path.to_owned(), None);
    }
    Ok(())
}
