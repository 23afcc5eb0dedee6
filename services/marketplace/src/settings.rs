//! Every setting of the marketplace.

use std::collections::HashSet;
use std::convert::Infallible;
use std::path::PathBuf;

use service::limits;
use service::process_settings::{self, Defaults, ProcessSettings};
use service::server_settings::{self, ServerSettings};
use service::settings::{Setting, SettingErrors, Settings, path};
use service::{KeyFile, ServiceDefinition, ServiceSettings};

use crate::services::ALL;

static OWN: &[Setting] = &[
    Setting {
        flag: "data-dir",
        env: "DATA_DIR",
        default: "./data",
        value: "DIR",
        help: "Directory of the embedded engines and of the session key",
    },
    Setting {
        flag: "session-key",
        env: "SESSION_KEY",
        default: "",
        value: "FILE",
        help: "Key that sessions are signed with, made on first start; session-key.pem in the data directory if not given",
    },
];

/// The table of settings.
#[must_use]
pub fn table() -> Vec<Setting> {
    let process = process_settings::table(Defaults { port: "3000", mode: "development" });
    let mut table = [&process, limits::TABLE, OWN].concat();
    table.extend(ALL.iter().flat_map(|definition| (definition.settings)()));
    table.extend(server_settings::TABLE);
    // A setting that several services share appears once.
    let mut flags = HashSet::new();
    table.retain(|setting| flags.insert(setting.flag));
    table
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
    /// Checks everything.
    ///
    /// # Errors
    /// [`SettingErrors`] with a line for each invalid value.
    pub fn check(mut settings: Settings) -> Result<Self, SettingErrors> {
        let checked = Self::take(&mut settings);
        settings.finish()?;
        checked.ok_or_else(|| SettingErrors(vec!["a setting is not declared".to_owned()]))
    }

    /// Takes every value before looking at any, so that all that are invalid are noted.
    fn take(settings: &mut Settings) -> Option<Self> {
        let mode = process_settings::take_mode(settings);
        let process = process_settings::take(settings, mode);
        let data_dir = settings.take("data-dir", path);
        let session_key = if settings.is_given("session-key") {
            settings.take_secret_path("session-key")
        } else {
            let path = data_dir.as_ref().map(|data_dir| data_dir.join("session-key.pem"));
            path.and_then(|path| settings.secret_path("session-key", path))
        };
        let mut services = ServiceSettings::default();
        let take = |definition: &&ServiceDefinition| (definition.take)(settings, &mut services);
        let taken: Vec<Option<()>> = ALL.iter().map(take).collect();
        let servers = server_settings::take_if_any(settings, mode);
        // An invalid value is already reported.
        let nats_prefix = settings.take("nats-prefix", |text| {
            Ok::<_, Infallible>(server_settings::nats_prefix(text).unwrap_or_default())
        });
        taken.into_iter().collect::<Option<()>>()?;
        Some(Self {
            process: process?,
            data_dir: data_dir?,
            servers: servers?,
            nats_prefix: nats_prefix?,
            session_key: KeyFile::Private(session_key?),
            services,
        })
    }
}
