//! Every setting of the marketplace.

use std::collections::HashSet;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args};
use service::process_settings::{self, ProcessSettings};
use service::server_settings::{self, ServerSettings};
use service::settings::{self, Mode, SettingErrors, Settings, path};
use service::{KeyFile, ServiceDefinition, ServiceSettings};

use crate::services::ALL;

#[derive(Args)]
struct Arguments {
    /// Directory of the embedded engines and of the session key.
    #[arg(long, env, default_value = "./data", value_name = "DIR", value_parser = path)]
    data_dir: PathBuf,
    /// Key that sessions are signed with, made on first start; session-key.pem in the data
    /// directory if not given.
    #[arg(long, env, value_name = "FILE", value_parser = path)]
    session_key: Option<PathBuf>,
}

/// The table of settings.
#[must_use]
pub fn table() -> Vec<Arg> {
    let mut table = process_settings::table(3_000, Mode::Development);
    table.extend(settings::table::<Arguments>());
    table.extend(ALL.iter().flat_map(|definition| (definition.settings)()));
    table.extend(settings::table::<server_settings::Arguments>());
    // A setting that several services share appears once.
    let mut known = HashSet::new();
    table.retain(|setting| known.insert(setting.get_id().clone()));
    table
}

/// The settings that a command line and the environment of this process give.
#[must_use]
pub fn given(flags: &ArgMatches) -> Settings {
    Settings::read(&table(), flags, |name| std::env::var(name).ok())
}

/// The settings, checked.
#[derive(Debug)]
pub struct MarketplaceSettings {
    /// Where the process listens, and how it runs.
    pub process: ProcessSettings,
    /// Directory of the embedded engines and, by default, of the session key.
    pub data_dir: PathBuf,
    /// MongoDB and NATS, if they are to be used instead of the embedded engines.
    pub servers: Option<ServerSettings>,
    /// Prefix of streams and subjects, read even without servers.
    pub nats_prefix: Option<String>,
    /// Signing key of sessions.
    pub session_key: KeyFile,
    /// Settings of the services.
    pub services: ServiceSettings,
}

impl MarketplaceSettings {
    /// Reads the settings that a command line and the environment of this process give.
    ///
    /// # Errors
    /// As of [`MarketplaceSettings::check`].
    pub fn read(flags: &ArgMatches) -> Result<Self, SettingErrors> {
        Self::check(given(flags))
    }

    /// Checks everything.
    ///
    /// # Errors
    /// [`SettingErrors`] with a line for each invalid value.
    pub fn check(mut settings: Settings) -> Result<Self, SettingErrors> {
        let checked = Self::take(&mut settings);
        settings.finish(checked)
    }

    /// Takes every setting before it looks at any, so that all that are invalid are noted.
    fn take(settings: &mut Settings) -> Option<Self> {
        let Arguments { data_dir, session_key } = settings.get()?;
        let session_key = session_key.unwrap_or_else(|| data_dir.join("session-key.pem"));
        settings.check_secret_path(&["session-key", "data-dir"], &session_key);
        let mut services = ServiceSettings::default();
        let take = |definition: &&ServiceDefinition| (definition.take)(settings, &mut services);
        let taken: Vec<Option<()>> = ALL.iter().map(take).collect();
        let servers = server_settings::take_if_any(settings);
        taken.into_iter().collect::<Option<()>>()?;
        Some(Self {
            process: settings.get()?,
            data_dir,
            servers,
            nats_prefix: settings.get::<server_settings::Arguments>()?.nats_prefix(),
            session_key: KeyFile::Private(session_key),
            services,
        })
    }
}
