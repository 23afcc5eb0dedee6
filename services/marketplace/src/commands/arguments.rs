//! The name of the program, and arguments that several commands have.

use clap::builder::PossibleValuesParser;
use contract::catalogue::services;

/// The program's name.
pub(super) const NAME: &str = "boxoffice";

/// The values of an argument that names a service.
pub(super) fn service_names() -> PossibleValuesParser {
    PossibleValuesParser::new(services::names())
}
