//! A new service, route or listener that builds and passes the tables.

use std::process::ExitCode;

use clap::Args;

use crate::scaffold::{
    NewListener, NewRoute, NewService, Verb, add_listener, add_route, add_service, finish,
};
use crate::{Error, root};

/// This program was compiled before a new service existed, so another run knows it. The lock file
/// gains the crate, or the dependency that the first listener of a service adds to its crate.
const GENERATING: [&str; 2] = ["cargo update --workspace --offline", "cargo xtask generate --all"];

#[derive(Args)]
pub(super) struct NewServiceArguments {
    /// A plural: ushers.
    name: String,
    /// Its purpose, in one line without a full stop.
    #[arg(long)]
    about: Option<String>,
}

impl NewServiceArguments {
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let Self { name, about } = self;
        let written = add_service(root(), &NewService::new(&name, about.as_deref())?)?;
        let next = format!("docs/howto/add-a-service.md; cargo xtask check; cargo test -p {name}");
        finish(&written, &GENERATING, &next)
    }
}

#[derive(Args)]
pub(super) struct NewRouteArguments {
    /// The service: orders.
    service: String,
    /// A verb and a noun: `show_summary`.
    name: String,
    /// /api/payments/summary; parameters are added by hand.
    path: String,
    /// post: a change without a body.
    #[arg(long, default_value = "get", value_parser = ["get", "post"])]
    method: String,
}

impl NewRouteArguments {
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let Self { service, name, path, method } = self;
        let verb = if method == "post" { Verb::Post } else { Verb::Get };
        let written = add_route(root(), &NewRoute { service, name, verb, path })?;
        let next = "docs/howto/add-a-route.md; cargo test -p marketplace --test edges";
        finish(&written, &["cargo xtask openapi"], next)
    }
}

#[derive(Args)]
pub(super) struct NewListenerArguments {
    /// The service that listens: orders.
    service: String,
    /// The file and function: `on_ticket_changed`.
    name: String,
    /// ticket.created, or ticket.* for all types.
    subject: String,
}

impl NewListenerArguments {
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let Self { service, name, subject } = self;
        let next = format!("docs/howto/add-a-message.md#a-listener; cargo test -p {service}");
        let written = add_listener(root(), &NewListener { service, name, subject })?;
        finish(&written, &GENERATING, &next)
    }
}
