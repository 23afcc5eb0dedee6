//! Programs that are started, killed, paused and awaited, and end with their test process.

use std::ffi::OsString;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::Duration;

use rand::Rng as _;
use rustix::process::{Pid, WaitId, WaitIdOptions, kill_process, waitid};

pub use rustix::process::Signal;

/// Wait between two checks of a condition outside this process: short compared with the awaited
/// times, without much load.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Lines of the log in the message of a failed test.
const LAST_LINES: usize = 15;

/// Bound on the start of a program, on a machine that compiles concurrently.
pub const READY_MAX: Duration = Duration::from_mins(1);

/// The range of [`free_ports`]: below the ephemeral ports of outgoing connections (from 32768 on
/// Linux), so that no connection takes a port while its server is down.
const PORTS: std::ops::Range<u16> = 10_000..32_000;

/// Ports tried before the search for free ones fails.
const PORT_TRIES_MAX: usize = 1_000;

/// Waits until a condition holds; returns whether it did within the bound.
pub async fn holds_within(bound: Duration, mut fact: impl AsyncFnMut() -> bool) -> bool {
    let waiting = async {
        while !fact().await {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    };
    tokio::time::timeout(bound, waiting).await.is_ok()
}

/// Calls `poll` until it succeeds, and returns its result. Blocks the thread. Panics after `bound`;
/// the message contains `what`, the awaited condition, and the last error of `poll`.
#[expect(
    clippy::disallowed_methods,
    reason = "a bound in real time on a fact that no clock by hand moves"
)]
pub fn within<T>(bound: Duration, what: &str, mut poll: impl FnMut() -> Result<T, String>) -> T {
    let started = std::time::Instant::now();
    loop {
        match poll() {
            Ok(fact) => return fact,
            Err(why) if started.elapsed() > bound => panic!("{what}: not within {bound:?}: {why}"),
            Err(_) => std::thread::sleep(POLL_INTERVAL),
        }
    }
}

/// Returns `N` different free ports of the loopback interface, which a server uses again after a
/// restart.
pub fn free_ports<const N: usize>() -> [u16; N] {
    let mut random = rand::rng();
    let tries = std::iter::repeat_with(|| random.random_range(PORTS)).take(PORT_TRIES_MAX);
    // All listeners stay open until the end, so that the ports differ.
    let free = tries.filter_map(|port| TcpListener::bind(("127.0.0.1", port)).ok());
    let listeners: Vec<TcpListener> = free.take(N).collect();
    let ports: Vec<u16> = listeners.iter().map(|l| l.local_addr().unwrap().port()).collect();
    ports.try_into().unwrap_or_else(|found| panic!("no {N} free ports, only {found:?}"))
}

/// Kills the process with the given id and removes its data, unless the pipe delivers a line before
/// it closes. A process that is just ending may write while its data is removed.
const SCRIPT: &str = r#"
    trap : HUP INT TERM
    read -r _ && exit
    kill -KILL "$0"
    rm -rf "$@" || { sleep 1; rm -rf "$@"; }"#;

/// A process; killed when it is dropped, and when this process ends for any reason.
///
/// A small shell script holds the other end of a pipe, which closes when this process ends. The
/// script is a sibling of the process, not its parent: the process stays a child of its test, which
/// reads its exit code.
pub struct Process {
    /// The child, with its output if the command pipes it.
    pub child: Child,
    script: Child,
    /// `None` once the process has ended, so that no later process with the same id is killed.
    pipe: Option<ChildStdin>,
}

impl Process {
    /// Starts a command. The data is removed if this process ends first.
    pub fn spawn(command: &mut Command, data: Option<&Path>) -> Self {
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut script = Command::new("sh");
        script.args(["-c", SCRIPT, &child.id().to_string()]).args(data);
        script.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut script = script.spawn().unwrap();
        let pipe = script.stdin.take();
        Self { child, script, pipe }
    }

    /// Its exit status, once it has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let ended = self.child.try_wait().unwrap();
        if ended.is_some() {
            self.end_script();
        }
        ended
    }

    /// Kills it with `kill -9` and waits for its end.
    pub fn kill(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        self.child.wait().unwrap();
        self.end_script();
    }

    fn end_script(&mut self) {
        if let Some(mut pipe) = self.pipe.take() {
            // The script may have been killed.
            let _ = pipe.write_all(b"ended\n");
            let _ = self.script.wait();
        }
    }

    /// Sends a signal, if the process still runs.
    pub fn signal(&self, signal: Signal) {
        if self.pipe.is_some() {
            kill_process(Pid::from_child(&self.child), signal).unwrap();
        }
    }

    /// Suspends it; returns once all its threads are stopped, or it has ended.
    pub fn pause(&self) {
        self.signal(Signal::STOP);
        let change = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        // Fails if it has ended.
        let _ = waitid(WaitId::Pid(Pid::from_child(&self.child)), change);
    }

    /// Resumes it.
    pub fn resume(&self) {
        self.signal(Signal::CONT);
    }

    /// Waits until the process ends; `None` if it does not within the bound.
    pub async fn end_within(&mut self, bound: Duration) -> Option<ExitStatus> {
        holds_within(bound, async || self.ended().is_some()).await;
        self.ended()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
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

/// A started program.
pub struct Instance {
    /// The program.
    pub program: Program,
    /// Its process.
    pub process: Process,
}

impl Program {
    /// Starts the program, with these variables in addition to its environment.
    pub fn start(&self, variables: &[(&str, String)]) -> Instance {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let mut command = Command::new(&self.path);
        command.env_clear().args(&self.arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        Instance { program: self.clone(), process: Process::spawn(&mut command, None) }
    }

    /// `http://127.0.0.1:…`
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Instance {
    /// Starts the program again; a process that still runs is killed.
    pub fn restart(&mut self) {
        self.process.kill();
        *self = self.program.start(&[]);
    }

    /// Waits until its readiness probe succeeds; returns whether it did before the process ended or
    /// the bound passed.
    pub async fn is_ready_within(&mut self, bound: Duration) -> bool {
        let http = reqwest::Client::builder().no_proxy().timeout(READY_MAX).build().unwrap();
        let url = format!("{}/health/ready", self.program.base());
        let mut is_ready = false;
        holds_within(bound, async || {
            let answer = http.get(&url).send().await;
            is_ready = answer.is_ok_and(|answer| answer.status().is_success());
            is_ready || self.process.ended().is_some()
        })
        .await;
        is_ready
    }

    /// The last lines of its output, for the message of a failed test.
    pub fn output_tail(&self) -> String {
        last_lines(&self.program.log)
    }
}

/// The last lines of a file of output.
pub(crate) fn last_lines(log: &Path) -> String {
    let log = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    let (_, last) = lines.split_at(lines.len().saturating_sub(LAST_LINES));
    last.join("\n")
}
