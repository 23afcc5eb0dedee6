//! A new service.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;
use contract::catalogue::services::SERVICES;
use minijinja::Value;
use xshell::Shell;

use super::edits::apply;
use super::{GENERATING, capitalised, finish};
use crate::process::shell;
use crate::rendering::{files_below, text};

const FOLDER: &str = "xtask/templates/new-service";

/// A service that does not exist yet.
#[derive(Debug, Args)]
pub(crate) struct NewService {
    /// A noun: ushers, storefront.
    pub(super) name: String,
    /// Its first aggregate, a singular; by default that of a name that is a plural.
    #[arg(long)]
    pub(super) aggregate: Option<String>,
    /// Its purpose, in one line without a full stop.
    #[arg(long)]
    pub(super) about: Option<String>,
}

impl NewService {
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let (shell, name) = (shell()?, &self.name);
        let written = self.add(&shell)?;
        let next = format!("docs/howto/add-a-service.md; cargo xtask check; cargo test -p {name}");
        finish(&shell, &written, &GENERATING, &next)
    }

    /// Writes the crate and the lines that name it; returns the written files. `{word}` in the path
    /// of a template stands for a value.
    pub(super) fn add(&self, tree: &Shell) -> anyhow::Result<Vec<PathBuf>> {
        let words = self.words()?;
        let values = Value::from_pairs(words.clone());
        let mut written = Vec::new();
        for template in files_below(tree, Path::new(FOLDER))? {
            let mut path = template.with_extension("").display().to_string();
            for (name, value) in &words {
                path = path.replace(&format!("{{{name}}}"), value);
            }
            ensure!(!tree.path_exists(&path), "{path} exists already");
            let template = Path::new(FOLDER).join(template);
            tree.write_file(&path, text(tree, &template, values.clone())?)?;
            written.push(path.into());
        }
        written.extend(apply(tree, "new-service-edits.toml.j2", values)?);
        Ok(written)
    }

    /// The words of templates and paths, with the next port. Fails if a name is not a noun of
    /// lower-case letters, or is taken.
    pub(super) fn words(&self) -> anyhow::Result<Vec<(&'static str, String)>> {
        let name = self.name.as_str();
        let one = self.aggregate.as_deref().or(name.strip_suffix('s')).unwrap_or_default();
        let is_word = |name: &str| name.len() > 1 && name.chars().all(|c| c.is_ascii_lowercase());
        ensure!(
            is_word(name) && is_word(one),
            "{name}: a service is a plural of lower-case letters, such as ushers, or has --aggregate"
        );
        let is_free = SERVICES.iter().all(|service| service.name != name);
        ensure!(is_free, "{name}: there is such a service already");
        let last = SERVICES.iter().map(|service| service.port).max().unwrap_or_default();
        let article = if one.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        Ok(vec![
            ("name", name.to_owned()),
            ("a_one", format!("{article} {one}")),
            ("one", one.to_owned()),
            ("type", capitalised(one)),
            ("upper", name.to_uppercase()),
            ("about", self.about.clone().unwrap_or(format!("The {name} of a sale"))),
            ("port", (last + 1).to_string()),
        ])
    }
}
