//! A process of one service, on MongoDB and NATS: its command line, its settings, its start, and
//! its end.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::Command;
use contract::catalogue::services::KeyRole;
use sources::Clock;
use store::Unavailable;

use crate::configuration::limits;
use crate::configuration::process_settings::{self, Defaults, ProcessSettings};
use crate::configuration::server_settings::{self, ServerSettings};
use crate::configuration::settings::{Setting, SettingErrors, Settings, command, path};
use crate::definition::{ServiceContext, ServiceDefinition, ServiceSettings};
use crate::lifecycle::engines::Engines;
use crate::lifecycle::process::{self, Process, StartError};
use crate::lifecycle::server::Running;
use crate::lifecycle::startup_responder::StartupResponder;
use crate::lifecycle::startup_wait::StartupWait;
use crate::observability::telemetry;
use crate::sessions::session_key::{KeyFile, KeyRing};

/// Exit code of an invalid command line or setting (as in BSD's `sysexits` and shells).
pub const EXIT_USAGE: u8 = 2;

/// The settings of the process of one service.
struct ProgramSettings {
    process: ProcessSettings,
    servers: ServerSettings,
    key: KeyFile,
    own: ServiceSettings,
}

static SESSION_KEY: Setting = Setting {
    flag: "session-key",
    env: "SESSION_KEY",
    default: "session-key.pem",
    value: "FILE",
    help: "Key that signs sessions (PKCS#8 PEM), created on first start, with its public half beside it as FILE.pub; of several keys the first one signs",
};

static SESSION_PUBLIC_KEY: Setting = Setting {
    flag: "session-public-key",
    env: "SESSION_PUBLIC_KEY",
    default: "session-key.pem.pub",
    value: "FILE",
    help: "Public halves of the session keys (SPKI PEM), written by auth",
};

/// Runs one service with these arguments, the first of which is the program as the command line
/// names it, and with the environment of this process, until SIGINT or SIGTERM.
pub fn run(
    definition: &ServiceDefinition,
    arguments: impl IntoIterator<Item = OsString>,
) -> ExitCode {
    let settings = match read_settings(definition, arguments, |name| std::env::var(name).ok()) {
        Ok(settings) => settings,
        Err(Stop::Shown(code)) => return code,
        Err(Stop::Invalid(errors)) => {
            print_error(definition.name(), &errors.to_string());
            return ExitCode::from(EXIT_USAGE);
        }
    };
    let running =
        process::runtime().and_then(|runtime| runtime.block_on(serve(definition, settings)));
    match running {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_error(definition.name(), &error.chain());
            ExitCode::FAILURE
        }
    }
}

/// Prints an error to standard error, each line with the program's name.
#[expect(clippy::print_stderr, reason = "this is what the person who started it reads")]
pub fn print_error(program: &str, text: &str) {
    for line in text.lines() {
        eprintln!("{program}: {line}");
    }
}

/// Why a program has no settings to run with.
enum Stop {
    /// Help, the version, or an error of the command line was shown.
    Shown(ExitCode),
    Invalid(SettingErrors),
}

/// Every setting of the process of a service.
#[must_use]
pub fn table(definition: &ServiceDefinition) -> Vec<Setting> {
    // Once in the life of a process.
    let port = definition.service.port.to_string().leak();
    let mut table = process_settings::table(Defaults { port, mode: "production" }).to_vec();
    table.extend(limits::TABLE);
    table.extend(server_settings::TABLE);
    table.push(match definition.service.session_key {
        KeyRole::Signs => SESSION_KEY,
        KeyRole::Verifies => SESSION_PUBLIC_KEY,
    });
    table.extend((definition.settings)());
    table
}

fn read_settings(
    definition: &ServiceDefinition,
    arguments: impl IntoIterator<Item = OsString>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<ProgramSettings, Stop> {
    let table = table(definition);
    let line = Command::new(definition.name()).about(definition.service.about);
    let line = command(line.version(env!("CARGO_PKG_VERSION")), &table);
    let flags = line.try_get_matches_from(arguments).map_err(|message| {
        // Standard error may be closed.
        let _ = message.print();
        let code = if message.use_stderr() { EXIT_USAGE } else { 0 };
        Stop::Shown(ExitCode::from(code))
    })?;
    check(definition, Settings::read(&table, &flags, environment)).map_err(Stop::Invalid)
}

fn check(
    definition: &ServiceDefinition,
    mut settings: Settings,
) -> Result<ProgramSettings, SettingErrors> {
    let mode = process_settings::take_mode(&mut settings);
    let process = process_settings::take(&mut settings, mode);
    let servers = server_settings::take(&mut settings, mode);
    let servers = servers.map(|servers| servers.as_service(definition.name()));
    let key = match definition.service.session_key {
        KeyRole::Signs => settings.take_secret_path("session-key").map(KeyFile::Private),
        KeyRole::Verifies => settings.take("session-public-key", path).map(KeyFile::Public),
    };
    let mut own = ServiceSettings::default();
    let taken = (definition.take)(&mut settings, &mut own);
    settings.finish()?;
    let all = || {
        taken?;
        Some(ProgramSettings { process: process?, servers: servers?, key: key?, own })
    };
    all().ok_or_else(|| SettingErrors(vec!["a setting is not declared".to_owned()]))
}

async fn serve(
    definition: &ServiceDefinition,
    settings: ProgramSettings,
) -> Result<(), StartError> {
    let ProgramSettings { process: settings, servers, key, own } = settings;
    telemetry::log(settings.log.clone(), settings.log_format);
    let listener = process::bind(settings.host, settings.port).await?;
    let starting = StartupResponder::on(&listener);
    let startup_wait = StartupWait::of(servers.start_timeout);
    let keys = await_keys(&key, startup_wait).await?;
    let engines = Engines::connect(&servers, &Clock::System, startup_wait).await?;
    let (name, mode) = (definition.name(), settings.mode);
    let process = Process::new(name, &settings, listener, engines, (key, keys))?;
    let what = format!("{name}'s store and consumers");
    let opening = || {
        let (platform, signing) = (|name| process.platform(name), process.signing_key());
        ServiceContext::new(definition.service, platform, signing, own.clone())
    };
    let opening = startup_wait.wait_for(&what, async || (definition.open)(opening()).await);
    let mut service = opening.await?;
    if definition.service.keeps_log() {
        service.loops.push(crate::Loop::trim(process.engines().bus().clone(), Clock::System));
    }
    let engines = process.engines().describe();
    let started = |running: &Running| {
        let lines = format!(
            "{name} is open on http://{}\n\
             \x20 mode     {mode}\n\
             \x20 engines  {engines}\n\
             Ctrl-C stops it.",
            running.address(),
        );
        // Standard output may be closed; the service runs nevertheless.
        let _ = writeln!(std::io::stdout(), "{lines}");
    };
    drop(starting);
    process.run(vec![service], started).await
}

/// The keys of sessions, waiting for missing public halves, since auth may be starting.
async fn await_keys(key: &KeyFile, startup_wait: StartupWait) -> Result<KeyRing, Unavailable> {
    let missing = |path: &Path| matches!(path.try_exists(), Ok(false));
    match key {
        KeyFile::Public(path) if missing(path) => {
            let what = format!("public session key at {}", path.display());
            startup_wait.wait_for(&what, async || key.open()).await
        }
        KeyFile::Public(_) | KeyFile::Private(_) => key.open(),
    }
}
