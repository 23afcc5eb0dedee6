//! The name of the program, and arguments that several commands have.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction};
use contract::catalogue::services;

/// The program's name.
pub(super) const NAME: &str = "boxoffice";

/// The values of an argument that names a service.
pub(super) fn service_names() -> PossibleValuesParser {
    PossibleValuesParser::new(services::names())
}

/// The flag of commands whose output programs may read.
pub(super) fn json() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help("Prints JSON")
}
