//! Programs that are started, killed, paused and awaited, and end with their test process.
//!
//! | module | contents |
//! |---|---|
//! | `kill_on_exit` | kills a process when its parent ends |

mod kill_on_exit;

use std::ffi::OsString;
use std::future::Future;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

pub use kill_on_exit::KillOnExit;

/// Wait between two checks of a condition outside this process: short compared with the awaited
/// times, without much load.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Lines of the log in the message of a failed test.
const LAST_LINES: usize = 15;

/// Bound on the start of a program, on a machine that compiles concurrently.
pub const READY_MAX: Duration = Duration::from_mins(1);

/// Waits until a condition holds; returns whether it did within the bound.
pub async fn holds_within<F: Future<Output = bool>>(
    bound: Duration,
    mut fact: impl FnMut() -> F,
) -> bool {
    let waiting = async {
        while !fact().await {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    tokio::time::timeout(bound, waiting).await.is_ok()
}

/// The command of a program that can be started repeatedly.
#[derive(Debug, Clone)]
pub struct Program {
    /// Its name in messages: `orders-2`.
    pub name: String,
    /// The executable.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its complete environment.
    pub environment: Vec<(String, String)>,
    /// The port on which it serves HTTP.
    pub port: u16,
    /// The file of its output.
    pub log: PathBuf,
}

/// A started program; killed when it is dropped, and when this process ends.
pub struct Process {
    program: Program,
    child: Child,
    kill_on_exit: KillOnExit,
}

impl Program {
    /// Starts the program, with these variables in addition to its environment.
    pub fn start(&self, variables: &[(&str, String)]) -> Process {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let mut command = Command::new(&self.path);
        command.env_clear().args(&self.arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let child =
            command.spawn().unwrap_or_else(|error| panic!("{}: {error}", self.path.display()));
        let kill_on_exit = KillOnExit::of(&child);
        Process { program: self.clone(), child, kill_on_exit }
    }

    /// `http://127.0.0.1:…`
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Process {
    /// The program.
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
            self.kill_on_exit.disarm();
        }
        ended
    }

    /// Kills it with `kill -9` and waits for its end.
    pub fn kill(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        self.child.wait().unwrap();
        self.kill_on_exit.disarm();
    }

    /// Sends a signal such as `-TERM`, `-STOP` or `-CONT`, if the process still runs.
    pub fn signal(&mut self, signal: &str) {
        if self.ended().is_none() {
            let id = self.child.id().to_string();
            Command::new("kill").args([signal, &id]).status().unwrap();
        }
    }

    /// Waits until the process ends; `None` if it does not within the bound.
    pub async fn end_within(&mut self, bound: Duration) -> Option<ExitStatus> {
        let waiting = async {
            loop {
                if let Some(status) = self.ended() {
                    return status;
                }
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        };
        tokio::time::timeout(bound, waiting).await.ok()
    }

    /// Waits until its readiness probe succeeds; returns whether it did before the process ended or
    /// the bound passed.
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
                tokio::time::sleep(POLL_INTERVAL).await;
            }
        };
        tokio::time::timeout(bound, waiting).await.unwrap_or(false)
    }

    /// The last lines of its output, for the message of a failed test.
    pub fn output_tail(&self) -> String {
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
