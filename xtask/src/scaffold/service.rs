//! A new service.

use std::path::{Path, PathBuf};

use contract::catalogue::services::SERVICES;
use minijinja::Value;

use super::edits::apply;
use super::render_all;
use crate::Error;

/// A service that does not exist yet.
#[derive(Debug, Clone)]
pub struct NewService {
    name: String,
    about: String,
    port: u16,
}

impl NewService {
    /// Checks the name and chooses the next port.
    ///
    /// # Errors
    /// [`Error::Form`] if the name is not a plural noun of lower-case letters, or is taken.
    pub fn new(name: &str, about: Option<&str>) -> Result<Self, Error> {
        let is_word = name.len() > 2 && name.chars().all(|c| c.is_ascii_lowercase());
        if !is_word || !name.ends_with('s') {
            let what =
                format!("{name}: a service is a plural of lower-case letters, such as ushers");
            return Err(Error::Form(what));
        }
        if SERVICES.iter().any(|service| service.name == name) {
            return Err(Error::Form(format!("{name}: there is such a service already")));
        }
        let last = SERVICES.iter().map(|service| service.port).max().unwrap_or_default();
        let about = about.map_or_else(|| format!("The {name} of a sale"), str::to_owned);
        Ok(Self { name: name.to_owned(), about, port: last + 1 })
    }

    /// The words of templates and paths.
    fn words(&self) -> Vec<(&'static str, String)> {
        let one = self.name.trim_end_matches('s').to_owned();
        let mut letters = one.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let type_name: String = first.into_iter().chain(letters).collect();
        vec![
            ("name", self.name.clone()),
            ("a_one", format!("{} {one}", article(&one))),
            ("one", one),
            ("type", type_name),
            ("upper", self.name.to_uppercase()),
            ("about", self.about.clone()),
            ("port", self.port.to_string()),
        ]
    }
}

/// `an` before a vowel.
fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// Writes the crate of a service and the lines that name it; returns the written files.
///
/// # Errors
/// [`Error`] if a file exists already, or a list is not where it was.
pub fn add_service(root: &Path, new: &NewService) -> Result<Vec<PathBuf>, Error> {
    let words = new.words();
    let mut files = render_all(root, "new-service", &words)?;
    files.extend(apply(root, "new-service-edits.toml.j2", Value::from_pairs(words))?);
    Ok(files)
}
