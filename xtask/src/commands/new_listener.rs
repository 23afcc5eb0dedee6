//! `cargo xtask new-listener`: a listener that builds, with its subscription and rights.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use crate::scaffold::{NewListener, add_listener, finish};
use crate::{Error, root};

pub(super) fn command() -> Command {
    Command::new("new-listener")
        .about("Writes a listener from a template, and the lines and files that name it")
        .arg(Arg::new("service").required(true).help("The service that listens: orders"))
        .arg(Arg::new("name").required(true).help("The file and function: on_ticket_changed"))
        .arg(Arg::new("subject").required(true).help("ticket.created, or ticket.* for all types"))
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, Error> {
    let text = |name: &str| given.get_one::<String>(name).cloned().unwrap_or_default();
    let (service, name) = (text("service"), text("name"));
    let new = NewListener { service: service.clone(), name, subject: text("subject") };
    let written = add_listener(root(), &new)?;
    // The first listener of a service adds a dependency to its crate.
    let generating = ["cargo update --workspace --offline", "cargo xtask generate --all"];
    let next = format!("docs/howto/add-a-message.md#a-listener; cargo test -p {service}");
    finish(&written, &generating, &next)
}
