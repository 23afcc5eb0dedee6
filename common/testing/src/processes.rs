//! Programs that are started, killed, paused and awaited, and do not outlive their test process.
//!
//! | module | holds |
//! |---|---|
//! | `warden` | kills a process when whoever started it is gone |

mod warden;

use std::ffi::OsString;
use std::future::Future;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

pub use warden::Warden;

/// Wait between two looks at a fact outside this process: short beside all that is waited for, and no burden.
const LOOK_PERIOD: Duration = Duration::from_millis(20);

/// Lines of its log that the message of a failed test shows.
const LAST_LINES: usize = 15;

/// Time a program may take until it is ready, on a machine that compiles meanwhile.
pub const READY_MAX: Duration = Duration::from_mins(1);

/// Waits until a fact holds; answers whether it did within the bound.
pub async fn holds_within<F: Future<Output = bool>>(
    bound: Duration,
    mut fact: impl FnMut() -> F,
) -> bool {
    let waiting = async {
        while !fact().await {
            tokio::time::sleep(LOOK_PERIOD).await;
        }
    };
    tokio::time::timeout(bound, waiting).await.is_ok()
}

/// How a program is started, again and again.
#[derive(Debug, Clone)]
pub struct Program {
    /// What it is called in messages: `orders-2`.
    pub name: String,
    /// The executable.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its whole environment.
    pub environment: Vec<(String, String)>,
    /// The port on which it serves HTTP.
    pub port: u16,
    /// Where what it prints is kept.
    pub log: PathBuf,
}

/// A program, running or dead; killed when it is dropped, and when this process dies.
pub struct Process {
    program: Program,
    child: Child,
    warden: Warden,
}

impl Program {
    /// Starts it, with these variables besides its own.
    pub fn start(&self, variables: &[(&str, String)]) -> Process {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let mut command = Command::new(&self.path);
        command.env_clear().args(&self.arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let child =
            command.spawn().unwrap_or_else(|error| panic!("{}: {error}", self.path.display()));
        let warden = Warden::over(&child);
        Process { program: self.clone(), child, warden }
    }

    /// `http://127.0.0.1:…`
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Process {
    /// How it is started.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its exit status, once it has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let ended = self.child.try_wait().unwrap();
        if ended.is_some() {
            self.warden.dismiss();
        }
        ended
    }

    /// `kill -9`, and its end.
    pub fn kill(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        self.child.wait().unwrap();
        self.warden.dismiss();
    }

    /// Sends a signal such as `-TERM`, `-STOP` or `-CONT`, if it still runs.
    pub fn signal(&mut self, signal: &str) {
        if self.ended().is_none() {
            let id = self.child.id().to_string();
            Command::new("kill").args([signal, &id]).status().unwrap();
        }
    }

    /// Waits until it has ended by itself; `None` when it does not within the bound.
    pub async fn end_within(&mut self, bound: Duration) -> Option<ExitStatus> {
        let waiting = async {
            loop {
                if let Some(status) = self.ended() {
                    return status;
                }
                tokio::time::sleep(LOOK_PERIOD).await;
            }
        };
        tokio::time::timeout(bound, waiting).await.ok()
    }

    /// Waits until it says that it is ready; answers whether it came to that before it ended or the bound passed.
    pub async fn is_ready_within(&mut self, bound: Duration) -> bool {
        let http = reqwest::Client::builder().no_proxy().timeout(READY_MAX).build().unwrap();
        let url = format!("{}/health/ready", self.program.base());
        let waiting = async {
            loop {
                if self.ended().is_some() {
                    return false;
                }
                let answer = http.get(&url).send().await;
                if answer.is_ok_and(|answer| answer.status().is_success()) {
                    return true;
                }
                tokio::time::sleep(LOOK_PERIOD).await;
            }
        };
        tokio::time::timeout(bound, waiting).await.unwrap_or(false)
    }

    /// The last lines it printed, for the message of a failed test.
    pub fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.program.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let (_, last) = lines.split_at(lines.len().saturating_sub(LAST_LINES));
        last.join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
