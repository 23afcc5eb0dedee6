//! A new route.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;
use minijinja::{Value, context};
use xshell::Shell;

use super::edits::{apply, with_module};
use super::{capitalised, finish, is_plain, source_of};
use crate::process::shell;
use crate::rendering::text;

/// A route that does not exist yet.
#[derive(Debug, Args)]
pub(crate) struct NewRoute {
    /// The service: orders.
    pub(super) service: String,
    /// A verb and a noun: `show_summary`.
    pub(super) name: String,
    /// /api/payments/summary; parameters are added by hand.
    pub(super) path: String,
    /// post: a change without a body.
    #[arg(long, default_value = "get", value_parser = ["get", "post"])]
    pub(super) method: String,
}

const RIGHTS: &str = "services/marketplace/tests/edges/tables/rights.txt";

impl NewRoute {
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let shell = shell()?;
        let written = self.add(&shell)?;
        let next = "docs/howto/add-a-route.md; cargo test -p marketplace --test edges";
        finish(&shell, &written, &["cargo xtask openapi"], next)
    }

    /// Writes the file of the route and the lines that name it; returns the written files.
    pub(super) fn add(&self, tree: &Shell) -> anyhow::Result<Vec<PathBuf>> {
        let Self { service, name, path, method } = self;
        let folder = source_of(service).join("routes");
        let (file, list) = (folder.join(format!("{name}.rs")), folder.join("mod.rs"));
        ensure!(tree.path_exists(&folder), "{service}: there is no such service with routes");
        ensure!(
            is_plain(name) && name.contains('_'),
            "{name}: a route is a verb and a noun, such as show_summary"
        );
        ensure!(
            path.starts_with('/') && !path.contains('{'),
            "{path}: must begin with / and have no parameter; parameters are added by hand"
        );
        ensure!(!tree.path_exists(&file), "{name}: {service} has such a route");
        let values = self.values(&tree.read_file(RIGHTS)?);
        let template = format!("xtask/templates/new-route/{method}.rs.j2");
        tree.write_file(&file, text(tree, Path::new(&template), values.clone())?)?;
        tree.write_file(&list, self.listed(&tree.read_file(&list)?))?;
        let tables = apply(tree, "new-route-edits.toml.j2", values)?;
        Ok([vec![file, list], tables].concat())
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
    /// the same paths, and of bad inputs, which has the name of the operation's tag.
    fn values(&self, rights: &str) -> Value {
        let Self { service, name, path, method } = self;
        let near = path.split('/').take(3).collect::<Vec<_>>().join("/");
        // `SummaryView` for `show_summary`.
        let view: String = name.split('_').skip(1).map(capitalised).collect();
        context! {
            name => name,
            path => path,
            tag => if service == "auth" { "users" } else { service },
            view => view + "View",
            method => method.to_uppercase(),
            status => if method == "post" { 204 } else { 200 },
            is_known => rights.contains(&near),
            near => near,
        }
    }
}
