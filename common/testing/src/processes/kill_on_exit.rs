//! Kills a process when its parent ends for any reason.
//!
//! As with the [supervisor](crate::engines::process_supervisor) of a server, a small shell script
//! holds the other end of a pipe, which closes when this process ends. The script is a sibling of
//! the process, not its parent: the process stays a child of its test, which reads its exit code.

use std::io::Write as _;
use std::process::{Child, ChildStdin, Command, Stdio};

/// Kills the process with the given id, unless the pipe delivers a line before it closes.
const SCRIPT: &str = r#"trap : HUP INT TERM; read -r _ || kill -KILL "$0" 2>/dev/null"#;

/// A script that kills a process when this one ends. Dropping the value leaves the process running.
#[derive(Debug)]
pub struct KillOnExit {
    script: Child,
    pipe: Option<ChildStdin>,
}

impl KillOnExit {
    /// Starts the script for a process that was just started.
    pub fn of(child: &Child) -> Self {
        let mut script = Command::new("sh");
        script.args(["-c", SCRIPT, &child.id().to_string()]);
        script.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut script = script.spawn().unwrap();
        let pipe = script.stdin.take();
        Self { script, pipe }
    }

    /// Ends the script because the process has ended, so that no later process with the same id is
    /// killed; a second call has no effect.
    pub fn disarm(&mut self) {
        if let Some(mut pipe) = self.pipe.take() {
            // The script may have been killed.
            let _ = pipe.write_all(b"disarmed\n");
            let _ = self.script.wait();
        }
    }
}

impl Drop for KillOnExit {
    fn drop(&mut self) {
        self.disarm();
    }
}
