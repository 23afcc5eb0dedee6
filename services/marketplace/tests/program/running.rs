//! The program as a process: started, called, signalled.

use std::io::{BufRead as _, BufReader};
use std::ops::Deref;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use testing::engines::mongo::Mongo;
use testing::engines::nats::Nats;
use testing::processes::{KillOnExit, holds_within};
use testing::{Client, User};

/// Real time within which a fact must hold.
pub(crate) const FACT_WAIT_MAX: Duration = Duration::from_secs(30);

pub(crate) fn program(data_dir: &Path, flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_boxoffice"));
    command.env_clear().args(["--data-dir", data_dir.to_str().unwrap()]).args(flags);
    command
}

/// The program in production mode, on a database and a broker of this test's own.
pub(crate) fn on_servers(dir: &Path, mongodb: &str, nats: &Nats) -> Command {
    let mut command = program(dir, &["--mode", "production", "--cookie", "plain"]);
    command
        .env("ALLOW_TEST_PROVIDER", "yes")
        .env("MONGODB_URL", mongodb)
        .env("MONGODB_PREFIX", "operator_")
        .env("NATS_URL", nats.url())
        .env("NATS_MONITOR_URL", nats.monitor_url());
    command
}

/// Starts a database and a broker.
pub(crate) async fn servers() -> (Mongo, Nats) {
    tokio::task::spawn_blocking(|| (Mongo::start(), Nats::start())).await.unwrap()
}

/// The running program; killed when its test ends, also by a panic.
pub(crate) struct Marketplace {
    pub(crate) child: Child,
    _kill_on_exit: KillOnExit,
    pub(crate) banner: String,
    client: Client,
}

impl Deref for Marketplace {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Marketplace {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Marketplace {
    pub(crate) fn start(data_dir: &Path, flags: &[&str]) -> Self {
        Self::start_by(program(data_dir, &["--port", "0"]).args(flags))
    }

    /// Starts the program by a command, which names the port 0.
    pub(crate) fn start_by(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let kill_on_exit = KillOnExit::of(&child);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut banner = String::new();
        for line in lines.by_ref() {
            banner.push_str(&line.unwrap());
            banner.push('\n');
            if banner.ends_with("Ctrl-C stops it.\n") {
                break;
            }
        }
        let url = banner.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("the program did not start: {banner}"));
        let client = Client::to(url.to_owned());
        Self { child, _kill_on_exit: kill_on_exit, banner, client }
    }

    pub(crate) async fn metrics(&self) -> String {
        self.get(None, "/metrics").await.body
    }

    pub(crate) async fn becomes(&self, user: Option<&User>, path: &str, field: &str, value: Value) {
        let is_so = async || self.get(user, path).await.at(field) == value;
        let held = holds_within(FACT_WAIT_MAX, is_so).await;
        assert!(held, "{path} does not come to {field} = {value}");
    }

    /// Stops the program; returns once it has exited.
    pub(crate) async fn stop(mut self) {
        self.signal("-TERM");
        tokio::task::spawn_blocking(move || self.child.wait().unwrap()).await.unwrap();
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }
}

/// Runs a program to its end; returns its exit code, standard output and standard error.
pub(crate) fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}
