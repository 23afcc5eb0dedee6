//! `cargo xtask new-route`: a route that builds and passes the tables.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use crate::scaffold::{NewRoute, Verb, add_route, finish};
use crate::{Error, root};

pub(super) fn command() -> Command {
    Command::new("new-route")
        .about("Writes a route from a template, and the lines that name it")
        .arg(Arg::new("service").required(true).help("The service: orders"))
        .arg(Arg::new("name").required(true).help("A verb and a noun: show_summary"))
        .arg(
            Arg::new("path")
                .required(true)
                .help("/api/payments/summary; parameters are added by hand"),
        )
        .arg(
            Arg::new("method")
                .long("method")
                .value_parser(["get", "post"])
                .default_value("get")
                .help("post: a change without a body"),
        )
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, Error> {
    let text = |name: &str| given.get_one::<String>(name).cloned().unwrap_or_default();
    let verb = if text("method") == "post" { Verb::Post } else { Verb::Get };
    let (service, name) = (text("service"), text("name"));
    let new = NewRoute { service, name, verb, path: text("path") };
    let written = add_route(root(), &new)?;
    let next = "docs/howto/add-a-route.md; cargo test -p marketplace --test edges";
    finish(&written, &["cargo xtask openapi"], next)
}
