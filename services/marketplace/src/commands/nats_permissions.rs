//! Prints what a user of NATS may do, as a part of the servers' configuration.

use bus::jetstream::User;
use bus::jetstream::permissions::Permissions;
use clap::{Arg, Command};
use contract::catalogue::services;
use service::process::StartError;

use super::output::print;
use crate::settings::MarketplaceSettings;

pub(super) fn command() -> Command {
    let users: Vec<&'static str> = services::names().chain([User::Operator.name()]).collect();
    Command::new("nats-permissions")
        .about("Prints a user of NATS and what it may do, for the servers' configuration")
        .arg(Arg::new("user").required(true).value_parser(users).help("The service, or operator"))
}

pub(super) fn nats_permissions(
    settings: &MarketplaceSettings,
    name: &str,
) -> Result<(), StartError> {
    let service = services::find(name);
    let user = service.map_or(User::Operator, |service| User::Service(service.name));
    let Permissions { publish, subscribe } = Permissions::of(user, settings.nats_prefix.as_deref());
    let password = format!("$NATS_{}_PASSWORD", name.to_uppercase());
    Ok(print(&format!(
        "# What {name} may do: `boxoffice nats-permissions {name}` writes this, by the message catalogue. All else is refused.\n\
         user: {name}\n\
         password: {password}\n\
         permissions {{\n  publish {{\n    allow: [\n{}    ]\n  }}\n  subscribe {{\n    allow: [\n{}    ]\n  }}\n}}",
        lines(&publish),
        lines(&subscribe),
    ))?)
}

fn lines(subjects: &[String]) -> String {
    let line = |subject: &String| format!("      \"{subject}\"\n");
    subjects.iter().map(line).collect::<Vec<_>>().concat()
}
