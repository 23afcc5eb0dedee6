//! A new listener.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use clap::Args;
use contract::catalogue::aggregate_of;
use contract::catalogue::services::find;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;
use xshell::Shell;

use super::edits::{apply, with_module};
use super::{GENERATING, finish, is_plain, source_of};
use crate::comparison::read;
use crate::process::shell;
use crate::rendering::text;

/// A listener that does not exist yet.
#[derive(Debug, Args)]
pub(crate) struct NewListener {
    /// The service that listens: orders.
    pub(super) service: String,
    /// The file, the function and the end of the consumer's name: `on_ticket_changed`.
    pub(super) name: String,
    /// ticket.created, or ticket.* for all types.
    pub(super) subject: String,
}

/// A message type of the catalogue, and the constant that declares it.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Type {
    constant: String,
    name: String,
}

impl NewListener {
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let (shell, service) = (shell()?, &self.service);
        let written = self.add(&shell)?;
        let next = format!("docs/howto/add-a-message.md#a-listener; cargo test -p {service}");
        finish(&shell, &written, &GENERATING, &next)
    }

    /// Writes the file of the listener and the lines that name it; returns the written files.
    pub(super) fn add(&self, tree: &Shell) -> anyhow::Result<Vec<PathBuf>> {
        let Self { service, name, subject } = self;
        let folder = source_of(service).join("listeners");
        let (file, list) = (folder.join(format!("{name}.rs")), folder.join("mod.rs"));
        ensure!(tree.path_exists(source_of(service)), "{service}: there is no such service");
        ensure!(
            name.starts_with("on_") && is_plain(name),
            "{name}: a listener is on_, a noun and a participle, such as on_ticket_changed"
        );
        ensure!(!tree.path_exists(&file), "{name}: {service} has such a listener");
        ensure!(find(service).is_some(), "{service}: the catalogue has no such service");
        let aggregate = aggregate_of(subject);
        let declared = format!("common/contract/src/catalogue/{aggregate}.rs");
        let declared = read(tree, Path::new(&declared))?.unwrap_or_default();
        let (types, state) = types(&declared, subject)
            .with_context(|| format!("{subject}: the catalogue has no such type"))?;
        let known = read(tree, &list)?;
        let values = context! {
            name => name,
            service => service,
            subject => subject,
            aggregate => aggregate,
            state => state,
            types => Value::from(Serde(&types)),
            is_first => known.is_none(),
        };
        let templates = Path::new("xtask/templates/new-listener");
        let rendered = |template| text(tree, &templates.join(template), values.clone());
        let listed = match &known {
            Some(known) => self
                .listed(known)
                .with_context(|| format!("{}: no place for: {name}", list.display()))?,
            None => rendered("mod.rs.j2")?,
        };
        let edited = apply(tree, "new-listener-edits.toml.j2", values.clone())?;
        tree.write_file(&file, rendered("listener.rs.j2")?)?;
        tree.write_file(&list, listed)?;
        Ok([vec![file, list], edited].concat())
    }

    fn listed(&self, list: &str) -> Option<String> {
        let (before, macro_call) = list.split_at_checked(list.find("listeners! {")?)?;
        let (known, behind) = macro_call.split_once(",\n}")?;
        let listed = format!("{before}{known},\n    {},\n}}{behind}", self.name);
        Some(with_module(&listed, &self.name))
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
