//! Settings: every value by flag or environment variable, all invalid ones reported at once.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Arg, Command};

use crate::configuration::server_address::ServerAddress;
use crate::configuration::{development_secrets, secret_file};

pub use contract::Setting;

/// The settings of a process, by flag, before they are parsed. `Debug` shows no value, since some
/// are secret.
pub struct Settings {
    values: BTreeMap<&'static str, Given>,
    errors: Vec<String>,
    in_production: bool,
}

/// An invalid value, and why.
struct InvalidValue {
    flag: &'static str,
    why: String,
}

/// A setting's value and its origin.
struct Given {
    text: String,
    /// `--port` or `PORT`; for a default the variable.
    origin: String,
    /// `PORT`
    env: &'static str,
    is_default: bool,
}

impl Given {
    /// Whether it was given on the command line, which every user of the machine can read.
    fn is_flag(&self) -> bool {
        self.origin.starts_with("--")
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.values.values().map(|given| &given.origin)).finish()
    }
}

/// Every invalid setting, one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingErrors(pub Vec<String>);

impl fmt::Display for SettingErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for SettingErrors {}

/// A command with a flag for each setting.
#[must_use]
pub fn command(command: Command, table: &[Setting]) -> Command {
    command.args(table.iter().map(|setting| {
        let default =
            if setting.default.is_empty() { "none".to_owned() } else { setting.default.to_owned() };
        Arg::new(setting.flag)
            .long(setting.flag)
            .value_name(setting.value)
            .global(true)
            .help(format!("{} [env: {}] [default: {default}]", setting.help, setting.env))
    }))
}

impl Settings {
    /// Reads the values: from the flags, else from the environment, else the defaults. A blank
    /// variable counts as unset: compose files and manifests create blank ones for unset variables.
    #[must_use]
    pub fn read(
        table: &[Setting],
        flags: &clap::ArgMatches,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let values = table.iter().map(|setting| {
            let from_flag = flags.get_one::<String>(setting.flag).cloned();
            let from_environment = environment(setting.env).filter(|text| !text.trim().is_empty());
            let (text, origin, is_default) = match (from_flag, from_environment) {
                (Some(text), _) => (text, format!("--{}", setting.flag), false),
                (None, Some(text)) => (text, setting.env.to_owned(), false),
                (None, None) => (setting.default.to_owned(), setting.env.to_owned(), true),
            };
            (setting.flag, Given { text, origin, env: setting.env, is_default })
        });
        Self { values: values.collect(), errors: Vec::new(), in_production: false }
    }

    /// Rejects development secrets from here on, and secret files that others may read.
    pub(crate) fn in_production(&mut self) {
        self.in_production = true;
    }

    /// Whether the settings are those of production.
    #[must_use]
    pub fn is_in_production(&self) -> bool {
        self.in_production
    }

    /// The value of a setting as parsed by `parse`; `None` records the error of `parse`.
    pub fn take<T, E: fmt::Display>(
        &mut self,
        flag: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let Given { text, origin, .. } = self.values.get(flag)?;
        match parse(text) {
            Ok(parsed) => Some(parsed),
            Err(rule) => {
                let error = format!("{origin}: {rule}, not {text:?}");
                self.note(error);
                None
            }
        }
    }

    /// Like [`Settings::take`], for a value that may need a permission in production: the setting
    /// `permission`, `yes` or `no`. `refused` returns the reason.
    pub fn take_permitted<T, E: fmt::Display>(
        &mut self,
        flag: &'static str,
        permission: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
        refused: impl FnOnce(&T) -> Option<&'static str>,
    ) -> Option<T> {
        let value = self.take(flag, parse);
        let is_permitted = self.take(permission, yes_or_no);
        let (value, is_permitted) = (value?, is_permitted?);
        match refused(&value).filter(|_| self.in_production && !is_permitted) {
            Some(why) => {
                self.refuse(flag, why);
                None
            }
            None => Some(value),
        }
    }

    /// Like [`Settings::take`], for a secret, which is not shown. It comes from the environment, or
    /// from the file that the setting `file_flag` names, as orchestrators mount them; never from
    /// the command line. `Some(None)` if neither is given. White space at its ends is ignored.
    pub fn take_secret_or_file<T, E: fmt::Display>(
        &mut self,
        flag: &'static str,
        file_flag: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        let taken = self.hidden((flag, file_flag), parse, |_| true);
        self.noted(taken)
    }

    /// Like [`Settings::take_secret_or_file`], for the address of a server, which is a secret only
    /// with a password in it.
    pub fn take_address_or_file(
        &mut self,
        flag: &'static str,
        file_flag: &'static str,
        parse: impl FnOnce(&str) -> Result<ServerAddress, String>,
    ) -> Option<Option<ServerAddress>> {
        let taken = self.hidden((flag, file_flag), parse, ServerAddress::holds_secret);
        self.noted(taken)
    }

    fn noted<T>(&mut self, taken: Result<T, InvalidValue>) -> Option<T> {
        taken.map_err(|InvalidValue { flag, why }| self.refuse(flag, &why)).ok()
    }

    fn hidden<T, E: fmt::Display>(
        &self,
        (flag, file_flag): (&'static str, &'static str),
        parse: impl FnOnce(&str) -> Result<T, E>,
        is_secret: impl FnOnce(&T) -> bool,
    ) -> Result<Option<T>, InvalidValue> {
        let refuse = |flag, why| Err(InvalidValue { flag, why });
        let (from, text) = match (self.is_given(flag), self.is_given(file_flag)) {
            (false, false) => return Ok(None),
            (true, false) => (flag, self.text(flag).to_owned()),
            (false, true) => match self.read_file(self.text(file_flag)) {
                Ok(text) => (file_flag, text),
                Err(why) => return refuse(file_flag, why),
            },
            (true, true) => {
                let why = format!("cannot be given together with {}", self.origin(flag));
                return refuse(file_flag, why);
            }
        };
        let parsed = match parse(text.trim()) {
            Ok(parsed) => parsed,
            Err(rule) => return refuse(from, format!("{rule} (the value is not shown)")),
        };
        let is_shown = from == flag && self.values.get(flag).is_some_and(Given::is_flag);
        if is_shown && is_secret(&parsed) {
            let (env, file) = (self.env(flag), self.env(file_flag));
            let why = format!(
                "is a secret, and every user of the machine can read a command line: set {env} or {file}"
            );
            return refuse(flag, why);
        }
        if self.in_production && development_secrets::contains_one(&text) {
            let why = "is a published development secret: production needs its own";
            return refuse(from, why.to_owned());
        }
        Ok(Some(parsed))
    }

    fn read_file(&self, file: &str) -> Result<String, String> {
        let path = path(file)?;
        self.check_secret_file(&path)?;
        std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))
    }

    /// Takes the path of a file with a secret that is read later.
    pub fn take_secret_path(&mut self, flag: &'static str) -> Option<PathBuf> {
        let path = self.take(flag, path)?;
        self.secret_path(flag, path)
    }

    /// Checks the path of a file with a secret that is read later, where it follows from another
    /// setting.
    pub fn secret_path(&mut self, flag: &'static str, path: PathBuf) -> Option<PathBuf> {
        let taken = self.check_secret_file(&path).map(|()| path);
        self.noted(taken.map_err(|why| InvalidValue { flag, why }))
    }

    fn env(&self, flag: &str) -> &'static str {
        self.values.get(flag).map_or("", |given| given.env)
    }

    fn check_secret_file(&self, path: &Path) -> Result<(), String> {
        if self.in_production { secret_file::is_private(path) } else { Ok(()) }
    }

    fn text(&self, flag: &str) -> &str {
        self.values.get(flag).map_or("", |given| given.text.as_str())
    }

    /// Whether a setting was given, rather than its default.
    #[must_use]
    pub fn is_given(&self, flag: &str) -> bool {
        self.values.get(flag).is_some_and(|given| !given.is_default)
    }

    /// Records an error of a setting beyond its value, such as that it is missing.
    pub fn refuse(&mut self, flag: &str, why: &str) {
        let error = format!("{}: {why}", self.origin(flag));
        self.note(error);
    }

    /// Several services may take a shared setting; its error is recorded once.
    fn note(&mut self, error: String) {
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    fn origin<'s>(&'s self, flag: &'s str) -> &'s str {
        self.values.get(flag).map_or(flag, |given| given.origin.as_str())
    }

    /// Finishes reading: all errors, or none.
    ///
    /// # Errors
    /// [`SettingErrors`] with a line for each invalid value.
    pub fn finish(self) -> Result<(), SettingErrors> {
        if self.errors.is_empty() { Ok(()) } else { Err(SettingErrors(self.errors)) }
    }
}

/// A duration: `500ms`, `60s`, `2m`, `24h`.
///
/// # Errors
/// The rule, for any other text.
pub fn duration(text: &str) -> Result<Duration, &'static str> {
    let rule = "must be a time such as 500ms, 60s, 2m or 24h, above zero";
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..).unwrap_or_default();
    let number: u64 = digits.parse().map_err(|_| rule)?;
    let ms_per_unit = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(rule),
    };
    match number.checked_mul(ms_per_unit) {
        Some(ms) if ms > 0 && ms <= 365 * 24 * 3_600_000 => Ok(Duration::from_millis(ms)),
        Some(_) | None => Err(rule),
    }
}

/// A yes-or-no setting.
///
/// # Errors
/// The rule.
pub fn yes_or_no(text: &str) -> Result<bool, &'static str> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("must be yes or no"),
    }
}

/// A port to listen on; 0 lets the system choose.
///
/// # Errors
/// The rule.
pub fn port(text: &str) -> Result<u16, &'static str> {
    text.parse().map_err(|_| "must be a port from 0 to 65535")
}

/// A whole number within bounds.
///
/// # Errors
/// The rule, for any other text or a number out of bounds.
pub fn count(text: &str, least: u64, most: u64) -> Result<u64, String> {
    let rule = || format!("must be a whole number from {least} to {most}");
    text.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(rule)
}

/// A file or directory.
///
/// # Errors
/// The rule, when the text is empty.
pub fn path(text: &str) -> Result<PathBuf, &'static str> {
    if text.is_empty() { Err("must be a path") } else { Ok(PathBuf::from(text)) }
}
