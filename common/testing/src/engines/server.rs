//! A server that a test starts, kills and pauses, with its data.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use parking_lot::Mutex;

use crate::processes::{Process, last_lines};

/// A server. Dropping it ends the server and removes its data; so does the end of the test process
/// while the server runs.
pub struct Server {
    dir: PathBuf,
    command: Mutex<Command>,
    process: Mutex<Option<Process>>,
}

impl Server {
    /// The server of a command, not started yet, and its directory, which is removed at the end.
    pub fn new(dir: PathBuf, program: &Path, arguments: &[&str]) -> Self {
        let output = File::create(dir.join("output")).unwrap();
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null());
        command.stdout(output.try_clone().unwrap()).stderr(output);
        Self { dir, command: Mutex::new(command), process: Mutex::default() }
    }

    /// Starts the server; returns its process id.
    pub fn start(&self) -> u32 {
        let process = Process::spawn(&mut self.command.lock(), Some(&self.dir));
        let id = process.child.id();
        *self.process.lock() = Some(process);
        id
    }

    /// Kills the server (`kill -9`), paused or not; returns once the process has ended.
    pub fn kill(&self) {
        self.process.lock().take();
    }

    /// Suspends the server, which then behaves as a hung machine.
    pub fn pause(&self) {
        self.process.lock().as_ref().unwrap().pause();
    }

    /// Resumes the server.
    pub fn resume(&self) {
        self.process.lock().as_ref().unwrap().resume();
    }

    /// The last lines of the server's output.
    pub fn output_tail(&self) -> String {
        last_lines(&self.dir.join("output"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        // A test does not fail because its temporary directory remains.
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}
