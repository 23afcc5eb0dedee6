//! A server that is started, killed and paused by a test, and ends with the test process.
//!
//! A small shell script is the server's parent. It reads commands from a pipe. When the pipe
//! closes, because the supervisor is dropped or the test process dies, it kills the server and
//! removes its data.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use parking_lot::Mutex;

/// The script.
const SCRIPT: &str = include_str!("process_supervisor.sh");

/// A server's supervisor. Dropping it ends the server and removes its data.
pub struct ProcessSupervisor {
    dir: PathBuf,
    pipe: Mutex<Option<Pipe>>,
}

struct Pipe {
    script: Child,
    commands: ChildStdin,
    replies: BufReader<ChildStdout>,
}

impl ProcessSupervisor {
    /// A supervisor of the server `command`, not started yet, and of its directory `dir`, which it
    /// removes at the end.
    pub fn new(dir: PathBuf, command: &[&str]) -> Self {
        let mut script = Command::new("sh");
        script.args(["-c", SCRIPT, "supervisor"]).arg(&dir).args(command);
        let mut script = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let commands = script.stdin.take().unwrap();
        let replies = BufReader::new(script.stdout.take().unwrap());
        Self { dir, pipe: Mutex::new(Some(Pipe { script, commands, replies })) }
    }

    /// The server's data directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Starts the server; returns its process id.
    pub fn start(&self) -> u32 {
        self.send("start").unwrap()
    }

    /// Kills the server (`kill -9`), paused or not; returns once the process has ended.
    pub fn kill(&self) {
        self.send("kill");
    }

    /// Suspends the server, which then behaves as a hung machine.
    pub fn pause(&self) {
        self.send("STOP");
    }

    /// Resumes the server.
    pub fn resume(&self) {
        self.send("CONT");
    }

    /// The last lines of the server's output.
    pub fn output_tail(&self) -> String {
        let output = std::fs::read_to_string(self.dir.join("output")).unwrap_or_default();
        let lines: Vec<&str> = output.lines().collect();
        lines.get(lines.len().saturating_sub(5)..).unwrap_or_default().join("\n")
    }

    fn send(&self, command: &str) -> Option<u32> {
        let mut pipe = self.pipe.lock();
        let pipe = pipe.as_mut().unwrap();
        writeln!(pipe.commands, "{command}").unwrap();
        let mut reply = String::new();
        pipe.replies.read_line(&mut reply).unwrap();
        reply.trim().parse().ok()
    }
}

impl Drop for ProcessSupervisor {
    fn drop(&mut self) {
        if let Some(Pipe { mut script, commands, .. }) = self.pipe.lock().take() {
            drop(commands);
            // The script ends by itself; an error means that it was killed.
            let _ = script.wait();
        }
    }
}
