//! A process of one service, on MongoDB and NATS: its command line, settings, start, and end.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, Args, Command};
use contract::catalogue::services::KeyRole;
use sources::Clock;
use store::Unavailable;

use crate::configuration::process_settings::{self, ProcessSettings};
use crate::configuration::server_settings::{self, ServerSettings};
use crate::configuration::settings::{self, Mode, SettingErrors, Settings, command, path};
use crate::lifecycle::process::{self, Process, StartError};
use crate::lifecycle::startup_responder::StartupResponder;
use crate::lifecycle::startup_wait::StartupWait;
use crate::{
    Engines, KeyFile, KeyRing, Running, ServiceContext, ServiceDefinition, ServiceSettings,
    telemetry,
};

/// Exit code of an invalid command line or setting (as in BSD's `sysexits` and shells).
pub const EXIT_USAGE: u8 = 2;

struct ProgramSettings {
    process: ProcessSettings,
    servers: ServerSettings,
    key: KeyFile,
    own: ServiceSettings,
}

/// The key of the service that signs sessions.
#[derive(Args)]
struct SigningKey {
    /// Key that signs sessions (PKCS#8 PEM), created on first start, with its public half beside it
    /// as FILE.pub; of several keys the first one signs.
    #[arg(long, env, default_value = "session-key.pem", value_name = "FILE", value_parser = path)]
    session_key: PathBuf,
}

/// The keys of a service that verifies sessions.
#[derive(Args)]
struct PublicKey {
    /// Public halves of the session keys (SPKI PEM), written by auth.
    #[arg(long, env, default_value = PUBLIC_KEY, value_name = "FILE", value_parser = path)]
    session_public_key: PathBuf,
}

const PUBLIC_KEY: &str = "session-key.pem.pub";

/// Runs one service with these arguments, the first of which is the program as the command line
/// names it, and with the environment of this process, until SIGINT or SIGTERM.
pub fn run(
    definition: &ServiceDefinition,
    arguments: impl IntoIterator<Item = OsString>,
) -> ExitCode {
    let table = table(definition);
    let line = Command::new(definition.name()).about(definition.service.about);
    let line = command(line.version(env!("CARGO_PKG_VERSION")), &table);
    // Help, the version and an invalid command line end the process.
    let flags = line.get_matches_from(arguments);
    let settings = Settings::read(&table, &flags, |name| std::env::var(name).ok());
    let settings = match check(definition, settings) {
        Ok(settings) => settings,
        Err(errors) => {
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

/// Every setting of the process of a service.
#[must_use]
pub fn table(definition: &ServiceDefinition) -> Vec<Arg> {
    let mut table = process_settings::table(definition.service.port, Mode::Production);
    table.extend(settings::table::<server_settings::Arguments>());
    table.extend(match definition.service.session_key {
        KeyRole::Signs => settings::table::<SigningKey>(),
        KeyRole::Verifies => settings::table::<PublicKey>(),
    });
    table.extend((definition.settings)());
    table
}

fn check(
    definition: &ServiceDefinition,
    mut settings: Settings,
) -> Result<ProgramSettings, SettingErrors> {
    let process = settings.get();
    let servers = server_settings::take(&mut settings);
    let servers = servers.map(|servers| servers.for_service(definition.name()));
    let key = match definition.service.session_key {
        KeyRole::Signs => settings.get().map(|SigningKey { session_key }| {
            settings.check_secret_path(&["session-key"], &session_key);
            KeyFile::Private(session_key)
        }),
        KeyRole::Verifies => settings
            .get()
            .map(|PublicKey { session_public_key }| KeyFile::Public(session_public_key)),
    };
    let mut own = ServiceSettings::default();
    let taken = (definition.take)(&mut settings, &mut own);
    let all = || {
        taken?;
        Some(ProgramSettings { process: process?, servers: servers?, key: key?, own })
    };
    settings.finish(all())
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
        let (platform, signing) = (|name| process.platform(name), process.signing.clone());
        ServiceContext::new(definition.service, platform, signing, own.clone())
    };
    let opening = startup_wait.wait_for(&what, async || (definition.open)(opening()).await);
    let mut service = opening.await?;
    if definition.service.keeps_log {
        service.loops.push(crate::Loop::trim(process.engines.bus.clone(), Clock::System));
    }
    let engines = process.engines.describe();
    let started = |running: &Running| {
        let lines = format!(
            "{name} is open on http://{}\n\
             \x20 mode     {mode}\n\
             \x20 engines  {engines}\n\
             Ctrl-C stops it.",
            running.address,
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
