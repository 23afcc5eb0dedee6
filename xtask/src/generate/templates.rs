//! The templates: found below their folder, rendered to the files and sections that their path names.

use std::fs;
use std::path::{Path, PathBuf};

use minijinja::{Value, context};

use super::facts::Facts;
use super::sections::{self, MARK};
use crate::Error;
use crate::comparison::{Files, read};
use crate::rendering::{files_below, text};

/// The folder of the templates, from the root of the repository.
const FOLDER: &str = "xtask/templates/generate";

/// The folder of a template that is rendered once per service.
const PER_SERVICE: &str = "{service}";

/// Adds every file that the templates make.
///
/// # Errors
/// [`Error`] if a template or the file of a section is not in order.
pub(super) fn render(root: &Path, facts: &Facts, files: &mut Files) -> Result<(), Error> {
    let templates = root.join(FOLDER);
    for template in files_below(&templates)? {
        let source = fs::read_to_string(&template).map_err(Error::file("read", &template))?;
        let path = template.strip_prefix(&templates).unwrap_or(&template);
        let target = path.with_extension("");
        let folder = target.parent().unwrap_or(Path::new(""));
        let values = |service: Value| context! { service, ..facts.values() };
        let name = Path::new(FOLDER).join(path);
        if folder.components().any(|part| part.as_os_str() == PER_SERVICE) {
            for (service, value) in facts.each_service() {
                let text = whole(&name, text(&name, &source, values(value))?)?;
                files.insert(replaced(&target, service), Some(text));
            }
        } else if root.join(folder).is_file() {
            let before = match files.get(folder) {
                Some(Some(text)) => text.clone(),
                _ => read(&root.join(folder))?.unwrap_or_default(),
            };
            let content = text(&name, &source, values(Value::UNDEFINED))?;
            let section = target.file_name().unwrap_or_default().to_string_lossy();
            let after = sections::replace(folder, &before, &section, &content)?;
            files.insert(folder.to_owned(), Some(after));
        } else {
            let text = whole(&name, text(&name, &source, values(Value::UNDEFINED))?)?;
            files.insert(target, Some(text));
        }
    }
    for (path, text) in files {
        let known =
            |section: &str| root.join(FOLDER).join(path).join(format!("{section}.j2")).is_file();
        let mut names = text.iter().flat_map(|text| sections::names(text));
        if let Some(section) = names.find(|section| !known(section)) {
            let what = format!("{}: no template for section {section}", path.display());
            return Err(Error::Form(what));
        }
    }
    Ok(())
}

fn replaced(target: &Path, service: &str) -> PathBuf {
    let parts = target.iter();
    parts.map(|part| if part == PER_SERVICE { service.as_ref() } else { part }).collect()
}

/// A whole file says that it is generated.
fn whole(name: &Path, text: String) -> Result<String, Error> {
    if text.contains(MARK) {
        Ok(text)
    } else {
        Err(Error::Form(format!("{}: must contain \"{MARK}\"", name.display())))
    }
}
