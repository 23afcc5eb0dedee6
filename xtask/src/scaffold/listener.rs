//! A new listener.

use std::path::{Path, PathBuf};

use contract::catalogue::aggregate_of;
use contract::catalogue::services::find;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::edits::{apply, with_module};
use crate::Error;
use crate::comparison::{read, write};
use crate::rendering::text;

/// A listener that does not exist yet.
#[derive(Debug, Clone)]
pub struct NewListener {
    /// The service.
    pub service: String,
    /// The file, the function and the end of the consumer's name: `on_ticket_changed`.
    pub name: String,
    /// One type, or all of an aggregate: `ticket.*`.
    pub subject: String,
}

/// A message type of the catalogue, and the constant that declares it.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Type {
    constant: String,
    name: String,
}

impl NewListener {
    /// The source of the service, from the root.
    fn source(&self) -> PathBuf {
        Path::new("services").join(&self.service).join("src")
    }

    /// Whether the listener is of the expected form.
    fn check(&self, root: &Path) -> Result<(), Error> {
        let Self { service, name, .. } = self;
        let plain = |c: char| c.is_ascii_lowercase() || c == '_';
        let file = self.source().join(format!("listeners/{name}.rs"));
        let problem = if !root.join(self.source()).is_dir() {
            format!("{service}: there is no such service")
        } else if !name.starts_with("on_") || !name.chars().all(plain) {
            format!("{name}: a listener is on_, a noun and a participle, such as on_ticket_changed")
        } else if root.join(file).exists() {
            format!("{name}: {service} has such a listener")
        } else {
            return Ok(());
        };
        Err(Error::Form(problem))
    }

    /// The list of listeners with this one; `None` for the first.
    fn listed(&self, list: &str) -> Option<String> {
        let end = list.rfind("    })")?;
        let (before, behind) = list.split_at_checked(end)?;
        Some(with_module(&format!("{before}        {},\n{behind}", self.name), &self.name))
    }
}

/// The types of a subject and the type of their state, from the source of the aggregate.
fn types(source: &str, subject: &str) -> Option<(Vec<Type>, String)> {
    let aggregate = subject.strip_suffix(".*");
    let reads = |name: &str| name == subject || aggregate == Some(aggregate_of(name));
    let constants = source.split("\npub const ").skip(1).filter_map(|rest| {
        let (constant, rest) = rest.split_once(": MessageType<")?;
        let (state, rest) = rest.split_once('>')?;
        let name = rest.split('"').nth(1)?;
        let (constant, name) = (constant.to_owned(), name.to_owned());
        reads(&name).then(|| (Type { constant, name }, state.to_owned()))
    });
    let (mut types, states): (Vec<_>, Vec<_>) = constants.unzip();
    types.sort_by(|one, other| one.constant.cmp(&other.constant));
    Some((types, states.into_iter().next()?))
}

/// Writes the file of a listener and the lines that name it; returns the written files.
///
/// # Errors
/// [`Error`] if the listener is not of the expected form or exists already, if the catalogue has no
/// such subject, or if a list is not where it was.
pub fn add_listener(root: &Path, new: &NewListener) -> Result<Vec<PathBuf>, Error> {
    new.check(root)?;
    let NewListener { service, name, subject } = new;
    if find(service).is_none() {
        return Err(Error::Form(format!("{service}: the catalogue has no such service")));
    }
    let aggregate = aggregate_of(subject);
    let declared = format!("common/contract/src/catalogue/{aggregate}.rs");
    let declared = read(&root.join(declared))?.unwrap_or_default();
    let (types, state) = types(&declared, subject)
        .ok_or_else(|| Error::Form(format!("{subject}: the catalogue has no such type")))?;
    let values = context! {
        name => name.as_str(),
        service => service.as_str(),
        subject => subject.as_str(),
        aggregate => aggregate,
        state => state,
        types => Value::from(Serde(&types)),
    };
    let rendered = |template: &str| {
        let template = Path::new("xtask/templates/new-listener").join(template);
        let source = read(&root.join(&template))?.unwrap_or_default();
        text(&template, &source, values.clone())
    };
    let folder = new.source().join("listeners");
    let (file, list) = (folder.join(format!("{name}.rs")), folder.join("mod.rs"));
    let known = read(&root.join(&list))?;
    let listed = match &known {
        Some(known) => new
            .listed(known)
            .ok_or_else(|| Error::Form(format!("{}: no place for: {name}", list.display())))?,
        None => rendered("mod.rs.j2")?,
    };
    let is_first = known.is_none();
    let edits = context! { is_first => is_first, ..values.clone() };
    let edited = apply(root, "new-listener-edits.toml.j2", edits)?;
    write(&root.join(&file), &rendered("listener.rs.j2")?)?;
    write(&root.join(&list), &listed)?;
    Ok([vec![file, list], edited].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_a_subject_are_those_of_its_source() {
        let source = "//! x\n\n/// One.\npub const B: MessageType<S> = MessageType::new(\"a.b\", 1);\n\
            /// Two.\npub const A: MessageType<S> =\n    MessageType::coalescing(\"a.a\", 1);\n";
        let found = |subject| {
            let (types, state) = types(source, subject)?;
            let constants: Vec<String> = types.into_iter().map(|found| found.constant).collect();
            Some((constants.join(" "), state))
        };
        assert_eq!(found("a.*"), Some(("A B".to_owned(), "S".to_owned())));
        assert_eq!(found("a.b"), Some(("B".to_owned(), "S".to_owned())));
        assert_eq!(found("a.c"), None);
    }
}
