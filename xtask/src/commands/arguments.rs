//! Arguments that several commands have.

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::comparison::Mode;

/// The flag that compares instead of writing.
pub(super) fn check_flag() -> Arg {
    Arg::new("check").long("check").action(ArgAction::SetTrue).help("Compares, and writes nothing")
}

/// The value of a flag made by [`number`].
pub(super) fn given_number(given: &ArgMatches, name: &str) -> Option<u64> {
    given.get_one(name).copied()
}

/// A flag with a whole number.
pub(super) fn number(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("N").value_parser(value_parser!(u64)).help(help)
}

/// The mode that the flag of [`check_flag`] gives.
pub(super) fn mode_of(given: &ArgMatches) -> Mode {
    if given.get_flag("check") { Mode::Check } else { Mode::Write }
}
