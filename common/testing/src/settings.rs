//! Settings of arguments and an environment, as a process reads them; those of the test's own
//! process have no effect.

use clap::{Arg, Command};
use service::settings::command;
use service::{Mode, Settings, process_settings};

/// The settings of a table that these arguments and variables give.
pub fn given(table: &[Arg], arguments: &[&str], environment: &[(&str, &str)]) -> Settings {
    let arguments = [&["test"], arguments].concat();
    let flags = command(Command::new("test"), table).try_get_matches_from(arguments).unwrap();
    Settings::read(table, &flags, |name| {
        let found = environment.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

/// The settings of a service in this environment. The mode is `development` unless the environment
/// has another, and the test provider is allowed in production.
///
/// # Errors
/// The errors of all settings.
pub fn read<T>(
    own: Vec<Arg>,
    environment: &[(&str, &str)],
    take: impl FnOnce(&mut Settings) -> Option<T>,
) -> Result<T, String> {
    let table = [process_settings::table(3_000, Mode::Development), own].concat();
    let environment = [environment, &[("ALLOW_TEST_PROVIDER", "yes")]].concat();
    let mut given = given(&table, &[], &environment);
    let taken = take(&mut given);
    given.finish(taken).map_err(|errors| errors.to_string())
}
