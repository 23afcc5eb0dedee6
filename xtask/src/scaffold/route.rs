//! A new route.

use std::path::{Path, PathBuf};

use minijinja::{Value, context};

use super::edits::{apply, with_module};
use crate::Error;
use crate::comparison::{read, write};
use crate::rendering::text;

/// The method of a new route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Changes something, without a body.
    Post,
}

/// A route that does not exist yet.
#[derive(Debug, Clone)]
pub struct NewRoute {
    /// The service.
    pub service: String,
    /// The file, function and operation id: a verb and a noun, `show_summary`.
    pub name: String,
    /// The method.
    pub verb: Verb,
    /// The path, such as `/api/orders/summary`.
    pub path: String,
}

/// The table of rights.
const RIGHTS: &str = "services/marketplace/tests/edges/tables/rights.txt";

impl NewRoute {
    /// The folder of the service's routes, from the root.
    fn folder(&self) -> PathBuf {
        Path::new("services").join(&self.service).join("src/routes")
    }

    /// The tag of the operation, which is also the name of the table of bad inputs.
    fn tag(&self) -> &str {
        if self.service == "auth" { "users" } else { &self.service }
    }

    /// Whether the route is of the expected form.
    fn check(&self, root: &Path) -> Result<(), Error> {
        let Self { service, name, path, .. } = self;
        let plain = |c: char| c.is_ascii_lowercase() || c == '_';
        let problem = if !root.join(self.folder()).is_dir() {
            format!("{service}: there is no such service with routes")
        } else if !name.chars().all(plain) || !name.contains('_') {
            format!("{name}: a route is a verb and a noun, such as show_summary")
        } else if !path.starts_with('/') || path.contains('{') {
            format!("{path}: must begin with / and have no parameter; parameters are added by hand")
        } else if root.join(self.folder()).join(format!("{name}.rs")).exists() {
            format!("{name}: {service} has such a route")
        } else {
            return Ok(());
        };
        Err(Error::Form(problem))
    }

    /// The list of routes with this one: modules are sorted, and a path without parameters is
    /// registered first, since the first match wins.
    fn listed(&self, list: &str) -> String {
        let name = self.name.as_str();
        let declared = with_module(list, name);
        let registered = format!("    config\n        .service({name}::{name})\n");
        declared.replacen("    config.service(", "    config\n        .service(", 1).replacen(
            "    config\n",
            &registered,
            1,
        )
    }

    /// The values of the template and of the edits: rows of the tables of rights, behind those of
    /// the same paths, and of bad inputs.
    fn values(&self, rights: &str) -> Value {
        let (method, status) = match self.verb {
            Verb::Get => ("GET", 200),
            Verb::Post => ("POST", 204),
        };
        let near = self.path.split('/').take(3).collect::<Vec<_>>().join("/");
        context! {
            name => self.name.as_str(),
            path => self.path.as_str(),
            tag => self.tag(),
            view => view(&self.name),
            method => method,
            status => status,
            is_known => rights.contains(&near),
            near => near,
        }
    }
}

/// Writes the file of a route and the lines that name it; returns the written files.
///
/// # Errors
/// [`Error`] if the route is not of the expected form or exists already.
pub fn add_route(root: &Path, new: &NewRoute) -> Result<Vec<PathBuf>, Error> {
    new.check(root)?;
    let template = Path::new("xtask/templates/new-route").join(match new.verb {
        Verb::Get => "get.rs.j2",
        Verb::Post => "post.rs.j2",
    });
    let source = read(&root.join(&template))?.unwrap_or_default();
    let rights = read(&root.join(RIGHTS))?.unwrap_or_default();
    let values = new.values(&rights);
    let file = new.folder().join(format!("{}.rs", new.name));
    write(&root.join(&file), &text(&template, &source, values.clone())?)?;
    let list = new.folder().join("mod.rs");
    let known = read(&root.join(&list))?.unwrap_or_default();
    write(&root.join(&list), &new.listed(&known))?;
    let tables = apply(root, "new-route-edits.toml.j2", values)?;
    Ok([vec![file, list], tables].concat())
}

/// `SummaryView` for `show_summary`.
fn view(name: &str) -> String {
    let words = name.split('_').skip(1).map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.chain(["View".to_owned()]).collect()
}
