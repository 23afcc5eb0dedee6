//! Templates: their files, and the text that they render to.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};
use walkdir::WalkDir;
use xshell::Shell;

/// Renders a template. Tags take no lines of their own, and unknown names are errors.
pub(crate) fn text(tree: &Shell, template: &Path, values: Value) -> anyhow::Result<String> {
    let source = tree.read_file(template)?;
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    let mut environment = Environment::new();
    environment.set_syntax(syntax.build()?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let name = template.display().to_string();
    let rendered = environment.render_named_str(&name, &source, values);
    // The alternate form of a template's error quotes the line.
    rendered.map_err(|error| anyhow!("cannot render {name}: {error:#}"))
}

/// Every file below a folder, which may not exist, by its path from there, sorted.
pub(crate) fn files_below(tree: &Shell, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let folder = tree.current_dir().join(folder);
    let mut found = Vec::new();
    if folder.is_dir() {
        for entry in WalkDir::new(&folder).follow_links(true).sort_by_file_name() {
            let entry = entry?;
            if !entry.file_type().is_dir() {
                found.push(entry.path().strip_prefix(&folder)?.to_owned());
            }
        }
    }
    Ok(found)
}
