//! The settings of a service, as its process reads them.

use clap::Command;
use service::process_settings::{self, Defaults};
use service::{Setting, Settings};

/// The settings of this environment. The mode is `development` unless the environment has another,
/// and the test provider is allowed in production.
///
/// # Errors
/// The errors of all settings.
pub fn read<T>(
    own: &[Setting],
    environment: &[(&str, &str)],
    take: impl FnOnce(&mut Settings) -> Option<T>,
) -> Result<T, String> {
    let process = process_settings::table(Defaults { port: "3000", mode: "development" });
    let table = [process.as_slice(), own].concat();
    let flags = service::settings::command(Command::new("test"), &table);
    let flags = flags.try_get_matches_from(["test"]).unwrap();
    let mut given = Settings::read(&table, &flags, |name| {
        let allowed = ("ALLOW_TEST_PROVIDER", "yes");
        let found = environment.iter().chain([&allowed]).find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    });
    process_settings::take_mode(&mut given);
    let taken = take(&mut given);
    given.finish().map_err(|errors| errors.to_string())?;
    Ok(taken.unwrap())
}
