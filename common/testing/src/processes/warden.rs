//! Kills a process when whoever started it is gone, however that came about.
//!
//! As with the [guardian](crate::engines::guardian) of a server, a small shell script holds the other end of a pipe, which closes
//! when this process dies of whatever. It stands beside the process and not above it: a program that is looked at from outside,
//! and has an exit code that counts, stays a child of its test.

use std::io::Write as _;
use std::process::{Child, ChildStdin, Command, Stdio};

/// Kills the process that it is given unless it is told, before the pipe closes, that it has ended.
const SCRIPT: &str = r#"trap : HUP INT TERM; read -r _ || kill -KILL "$0" 2>/dev/null"#;

/// Somebody who kills a process when this one dies. Dropped, it lets the process live.
#[derive(Debug)]
pub struct Warden {
    script: Child,
    pipe: Option<ChildStdin>,
}

impl Warden {
    /// A warden over a process that was just started.
    pub fn over(child: &Child) -> Self {
        let mut script = Command::new("sh");
        script.args(["-c", SCRIPT, &child.id().to_string()]);
        script.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut script = script.spawn().unwrap();
        let pipe = script.stdin.take();
        Self { script, pipe }
    }

    /// Tells it that the process has ended, so that nobody is killed who has its number later; a second time changes nothing.
    pub fn dismiss(&mut self) {
        if let Some(mut pipe) = self.pipe.take() {
            // It may have been killed.
            let _ = pipe.write_all(b"dismissed\n");
            let _ = self.script.wait();
        }
    }
}

impl Drop for Warden {
    fn drop(&mut self) {
        self.dismiss();
    }
}
