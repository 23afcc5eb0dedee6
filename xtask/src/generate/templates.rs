//! The templates: found below their folder, rendered to the files and sections that their path names.

use std::path::Path;

use anyhow::{bail, ensure};
use minijinja::{Value, context};
use xshell::Shell;

use super::facts::Facts;
use super::sections::{self, MARK};
use crate::comparison::Files;
use crate::rendering::{files_below, text};

const FOLDER: &str = "xtask/templates/generate";

/// The folder of a template that is rendered once per service.
const PER_SERVICE: &str = "{service}";

/// Adds every file that the templates make.
pub(super) fn render(tree: &Shell, facts: &Facts, files: &mut Files) -> anyhow::Result<()> {
    for path in files_below(tree, Path::new(FOLDER))? {
        let template = Path::new(FOLDER).join(&path);
        let rendered =
            |service: Value| text(tree, &template, context! { service, ..facts.values() });
        // A whole file says that it is generated.
        let whole = |service: Value| {
            let text = rendered(service)?;
            ensure!(text.contains(MARK), "{}: must contain \"{MARK}\"", template.display());
            Ok(text)
        };
        let target = path.with_extension("");
        let folder = target.parent().unwrap_or(Path::new(""));
        if folder.iter().any(|part| part == PER_SERVICE) {
            for (service, value) in facts.each_service() {
                let part_of = |part| if part == PER_SERVICE { service.as_ref() } else { part };
                files.insert(target.iter().map(part_of).collect(), Some(whole(value)?));
            }
        } else if tree.current_dir().join(folder).is_file() {
            let before = match files.get(folder) {
                Some(Some(text)) => text.clone(),
                Some(None) | None => tree.read_file(folder)?,
            };
            let section = target.file_name().unwrap_or_default().to_string_lossy();
            let content = rendered(Value::UNDEFINED)?;
            let after = sections::replace(folder, &before, &section, &content)?;
            files.insert(folder.to_owned(), Some(after));
        } else {
            let text = whole(Value::UNDEFINED)?;
            files.insert(target, Some(text));
        }
    }
    for (path, text) in files {
        let sections = Path::new(FOLDER).join(path);
        let is_known = |section: &str| tree.path_exists(sections.join(format!("{section}.j2")));
        let mut names = text.iter().flat_map(|text| sections::names(text));
        if let Some(section) = names.find(|section| !is_known(section)) {
            bail!("{}: no template for section {section}", path.display());
        }
    }
    Ok(())
}
