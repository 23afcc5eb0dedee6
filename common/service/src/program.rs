//! A program that is one service: its command line, its settings, its start, and its end.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::Command;
use contract::catalogue::{self, services};
use sources::Clock;
use store::Unavailable;

use crate::engines::Engines;
use crate::limits;
use crate::process::{self, Process, StartError};
use crate::process_settings::{self, Defaults, ProcessSettings};
use crate::server::Running;
use crate::server_settings::{self, ServerSettings};
use crate::service::Service;
use crate::session_key::{KeyFile, KeyRing};
use crate::settings::{Setting, SettingErrors, Settings, command, path};
use crate::starting::Starting;
use crate::telemetry;
use crate::waiting::Patience;

/// Exit code of a command line or a setting that makes no sense (as BSD's `sysexits` and shells have it).
pub const EXIT_USAGE: u8 = 2;

/// What is particular to the program of one service; `S` is what the service can be set.
pub struct Program<S> {
    /// Its name: `auth`.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The port it listens on unless told otherwise.
    pub port: &'static str,
    /// What it does with the session key.
    pub role: KeyRole,
    /// Its own settings.
    pub settings: &'static [Setting],
    /// Takes its own settings.
    pub take: fn(&mut Settings) -> Option<S>,
}

/// What a program does with the session key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRole {
    /// Signs sessions: has the private half, made on first start.
    Signs,
    /// Verifies sessions: is given the public half.
    Verifies,
}

/// Everything a program can be set.
struct ProgramSettings<S> {
    process: ProcessSettings,
    servers: ServerSettings,
    key: KeyFile,
    own: S,
}

static SESSION_KEY: Setting = Setting {
    flag: "session-key",
    env: "SESSION_KEY",
    default: "session-key.pem",
    value: "FILE",
    help: "Key that sessions are signed with (PKCS#8 PEM); made on first start, its public half beside it as FILE.pub. Of several in it the first signs",
};

static SESSION_PUBLIC_KEY: Setting = Setting {
    flag: "session-public-key",
    env: "SESSION_PUBLIC_KEY",
    default: "session-key.pem.pub",
    value: "FILE",
    help: "Public halves of the session keys (SPKI PEM), which auth writes",
};

/// Runs the program of one service with the arguments and the environment of this process, until SIGINT or SIGTERM. `open`
/// opens the service, and is tried again while the servers are not there yet.
pub fn main<S>(
    program: &Program<S>,
    open: impl AsyncFn(&Process, &S) -> Result<Service, Unavailable>,
) -> ExitCode {
    let settings = match program.settings(std::env::args_os(), |name| std::env::var(name).ok()) {
        Ok(settings) => settings,
        Err(Stop::Shown(code)) => return code,
        Err(Stop::Invalid(errors)) => {
            complain(program.name, &errors.to_string());
            return ExitCode::from(EXIT_USAGE);
        }
    };
    let running =
        process::runtime().and_then(|runtime| runtime.block_on(program.run(settings, open)));
    match running {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(program.name, &error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// One line a complaint, on standard error.
#[expect(clippy::print_stderr, reason = "this is what the person who started it reads")]
pub fn complain(program: &str, text: &str) {
    for line in text.lines() {
        eprintln!("{program}: {line}");
    }
}

/// Why a program has no settings to run with.
enum Stop {
    /// Help, its version, or what is wrong with the command line was shown.
    Shown(ExitCode),
    Invalid(SettingErrors),
}

impl<S> Program<S> {
    fn table(&self) -> Vec<Setting> {
        let defaults = Defaults { port: self.port, mode: "production" };
        let mut table = process_settings::table(defaults).to_vec();
        table.extend(limits::TABLE);
        table.extend(server_settings::TABLE);
        table.push(match self.role {
            KeyRole::Signs => SESSION_KEY,
            KeyRole::Verifies => SESSION_PUBLIC_KEY,
        });
        table.extend(self.settings);
        table
    }

    fn settings(
        &self,
        arguments: impl IntoIterator<Item = OsString>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<ProgramSettings<S>, Stop> {
        let table = self.table();
        let line = Command::new(self.name).about(self.about).version(self.version);
        let flags = command(line, &table).try_get_matches_from(arguments).map_err(|message| {
            // Nothing can be said where standard error is closed.
            let _ = message.print();
            let code = if message.use_stderr() { EXIT_USAGE } else { 0 };
            Stop::Shown(ExitCode::from(code))
        })?;
        self.check(Settings::gather(&table, &flags, environment)).map_err(Stop::Invalid)
    }

    fn check(&self, mut settings: Settings) -> Result<ProgramSettings<S>, SettingErrors> {
        let mode = process_settings::take_mode(&mut settings);
        let process = process_settings::take(&mut settings, mode);
        let servers = server_settings::take(&mut settings, mode);
        let servers = servers.map(|servers| servers.as_service(self.name));
        let key = match self.role {
            KeyRole::Signs => settings.take_secret_path("session-key").map(KeyFile::Private),
            KeyRole::Verifies => settings.take("session-public-key", path).map(KeyFile::Public),
        };
        let own = (self.take)(&mut settings);
        settings.finish()?;
        let all =
            || Some(ProgramSettings { process: process?, servers: servers?, key: key?, own: own? });
        all().ok_or_else(|| SettingErrors(vec!["a setting is not declared".to_owned()]))
    }

    async fn run(
        &self,
        settings: ProgramSettings<S>,
        open: impl AsyncFn(&Process, &S) -> Result<Service, Unavailable>,
    ) -> Result<(), StartError> {
        let ProgramSettings { process: settings, servers, key, own } = settings;
        telemetry::log(settings.log.clone(), settings.log_format);
        let listener = process::bind(settings.host, settings.port).await?;
        let starting = Starting::on(&listener);
        let patience = Patience::of(servers.start_timeout);
        let keys = await_keys(&key, patience).await?;
        let engines = Engines::connect(&servers, &Clock::System, patience).await?;
        let process = Process::new(self.name, &settings, listener, engines, (key, keys))?;
        let what = format!("{}'s store and consumers", self.name);
        let opening = patience.wait_for(&what, async || open(&process, &own).await);
        let mut service = opening.await?;
        if services::find(self.name).is_some_and(catalogue::Service::keeps_log) {
            service.loops.push(crate::Loop::trim(process.engines().bus().clone(), Clock::System));
        }
        let (name, mode, engines) = (self.name, settings.mode, process.engines().describe());
        let started = |running: &Running| {
            let lines = format!(
                "{name} is open on http://{}\n\
                 \x20 mode     {mode}\n\
                 \x20 engines  {engines}\n\
                 Ctrl-C stops it.",
                running.address(),
            );
            // Nothing can be said where standard output is closed; the service runs all the same.
            let _ = writeln!(std::io::stdout(), "{lines}");
        };
        drop(starting);
        process.run(vec![service], started).await
    }
}

/// The keys of sessions. Public halves that are not there yet are waited for, since auth may be starting.
async fn await_keys(key: &KeyFile, patience: Patience) -> Result<KeyRing, Unavailable> {
    let missing = |path: &Path| matches!(path.try_exists(), Ok(false));
    match key {
        KeyFile::Public(path) if missing(path) => {
            let what = format!("public session key at {}", path.display());
            patience.wait_for(&what, async || key.open()).await
        }
        KeyFile::Public(_) | KeyFile::Private(_) => key.open(),
    }
}
