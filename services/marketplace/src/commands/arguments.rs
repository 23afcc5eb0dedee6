//! The name of the program, and arguments that several commands have.

use clap::builder::PossibleValuesParser;
use contract::catalogue::services;

pub(super) const NAME: &str = "boxoffice";

pub(super) fn service_names() -> PossibleValuesParser {
    PossibleValuesParser::new(services::names())
}
