//! Commands of other programs: each is printed before it runs.

use std::process::{Command, ExitCode, Output, Stdio};

use crate::{Error, root};

/// Variables that `cargo run` sets for this program. Build scripts that watch them would run again,
/// and everything that depends on them would be compiled again.
const OF_CARGO_RUN: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

/// A command of another program, which may be cargo, with the environment of this program's caller.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    for (variable, _) in std::env::vars_os() {
        let name = variable.to_string_lossy();
        if OF_CARGO_RUN.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(&variable);
        }
    }
    command
}

/// A command of another program, run from the root of the repository.
#[derive(Debug, Clone, Default)]
pub(crate) struct Call {
    environment: Vec<(&'static str, String)>,
    words: Vec<String>,
}

impl Call {
    /// A command: the program and its arguments, separated by spaces.
    pub(crate) fn new(words: &str) -> Self {
        let words = words.split_whitespace().map(str::to_owned).collect();
        Self { environment: Vec::new(), words }
    }

    /// Adds arguments.
    pub(crate) fn with(mut self, arguments: impl IntoIterator<Item = String>) -> Self {
        self.words.extend(arguments);
        self
    }

    /// Sets an environment variable; without a value it stays as it is.
    pub(crate) fn variable(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.environment.extend(value.map(|value| (name, value.to_string())));
        self
    }

    /// Runs the command with the terminal of this program, and returns its exit code.
    ///
    /// # Errors
    /// [`Error::Io`] if the program does not start.
    pub(crate) fn run(&self) -> Result<ExitCode, Error> {
        let status = self.command().status().map_err(|source| self.failed(source))?;
        // A program that a signal ended has no code.
        let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
        Ok(ExitCode::from(code))
    }

    /// Runs the command and returns what it printed on standard output.
    ///
    /// # Errors
    /// [`Error::Io`] if the program does not start, [`Error::Form`] if it fails.
    pub(crate) fn output(&self) -> Result<String, Error> {
        let mut command = self.command();
        let output = command.stderr(Stdio::inherit()).output();
        let Output { status, stdout, .. } = output.map_err(|source| self.failed(source))?;
        if !status.success() {
            return Err(Error::Form(format!("failed: {self}")));
        }
        String::from_utf8(stdout).map_err(|_| Error::Form(format!("no UTF-8 printed: {self}")))
    }

    fn command(&self) -> Command {
        eprintln!("$ {self}");
        let mut words = self.words.iter();
        let mut command = command(words.next().map(String::as_str).unwrap_or_default());
        command.args(words).envs(self.environment.iter().cloned()).current_dir(root());
        command
    }

    fn failed(&self, source: std::io::Error) -> Error {
        Error::Io { what: format!("cannot run {self}"), source }
    }
}

/// As it is typed in a shell.
impl std::fmt::Display for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let variables = self.environment.iter().map(|(name, value)| format!("{name}={value}"));
        let words: Vec<String> = variables.chain(self.words.iter().cloned()).collect();
        f.write_str(&words.join(" "))
    }
}

/// Runs calls until one fails, and returns the exit code of the last one.
///
/// # Errors
/// As [`Call::run`].
pub(crate) fn run_all(calls: &[&str]) -> Result<ExitCode, Error> {
    for call in calls {
        let code = Call::new(call).run()?;
        if code != ExitCode::SUCCESS {
            return Ok(code);
        }
    }
    Ok(ExitCode::SUCCESS)
}
