//! Generated files and sections that no template makes any more.

use std::path::Path;

use anyhow::bail;
use xshell::Shell;

use super::sections::{self, MARK};
use crate::comparison::Files;
use crate::rendering::files_below;

/// The directories that contain generated files.
const FOLDERS: [&str; 5] = [".github", "bench", "docs", "infra", "services"];

/// The lines of a file in which it says that it is generated.
const HEADER_LINES_MAX: usize = 3;

/// Adds every whole generated file that is not among `files` as one that should not exist. Fails
/// for a section of a file without a template.
pub(super) fn find(tree: &Shell, files: &mut Files) -> anyhow::Result<()> {
    for folder in FOLDERS.map(Path::new) {
        for path in files_below(tree, folder)? {
            let path = folder.join(path);
            let is_source = path.extension().is_some_and(|is| is == "md" || is == "rs");
            if is_source || files.contains_key(&path) {
                continue;
            }
            // A file that is no text is not generated.
            let Ok(text) = tree.read_file(&path) else { continue };
            if let Some(section) = sections::names(&text).min() {
                bail!("{}: no template for section {section}", path.display());
            }
            if text.lines().take(HEADER_LINES_MAX).any(|line| line.contains(MARK)) {
                files.insert(path, None);
            }
        }
    }
    Ok(())
}
