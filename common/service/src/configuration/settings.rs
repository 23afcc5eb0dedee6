//! Settings: every value by flag or environment variable, all invalid ones reported at once.
//!
//! A struct that derives [`Args`] declares settings: a field's comment is its help, `env` its
//! variable, `default_value` its default, and `hide_env_values` marks a secret.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::ffi::OsString;
use std::fmt;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::{PossibleValue, Resettable, ValueParser};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, ValueEnum};

use crate::configuration::{development_secrets, server_address};

/// The purpose of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, derive_more::Display)]
#[display(rename_all = "lowercase")]
pub enum Mode {
    /// Real sales: rejects a broker that acknowledges before it writes to disk, development
    /// secrets, and secret files readable by others; cookies are for https only by default.
    Production,
    /// A laptop or a test.
    Development,
}

/// Every invalid setting, one line each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct SettingErrors(pub Vec<String>);

/// The settings that a struct declares. A secret may be in a file, which another setting names.
#[must_use]
pub fn table<G: Args>() -> Vec<Arg> {
    let declaring = G::augment_args(Command::new("settings"));
    let with_file = |arg: &Arg| {
        let file = arg.is_hide_env_values_set().then(|| {
            let (flag, env) = (format!("{}-file", flag(arg)), format!("{}_FILE", variable(arg)));
            let help = format!("File that contains {}", variable(arg));
            Arg::new(flag.clone()).long(flag).env(env).value_name("FILE").help(help)
        });
        [Some(arg.clone()), file].into_iter().flatten()
    };
    declaring.get_arguments().flat_map(with_file).collect()
}

/// A command with a flag for each setting.
#[must_use]
pub fn command(command: Command, table: &[Arg]) -> Command {
    command.args(table.iter().enumerate().map(|(order, arg)| {
        // Values are validated after the command line, all of them.
        let arg = arg.clone().value_parser(ValueParser::os_string());
        let arg = arg.hide_env_values(true).display_order(order);
        let has_default = arg.get_default_values().iter().any(|default| !default.is_empty());
        // Only shown by `--help`: the value of a default is read from the table.
        if has_default { arg.global(true) } else { arg.default_value("none").global(true) }
    }))
}

fn flag(arg: &Arg) -> &str {
    arg.get_long().unwrap_or_default()
}

fn variable(arg: &Arg) -> String {
    arg.get_env().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether the text is a valid value of the setting, or the rule.
fn validate(arg: &Arg, text: &str) -> Result<(), String> {
    let parser = Command::new("setting").no_binary_name(true);
    let parser = parser.arg(arg.clone().env(Resettable::Reset));
    let parsed = parser.try_get_matches_from([format!("--{}={text}", flag(arg))]);
    // The source is the rule of the setting's own parser.
    parsed.map(drop).map_err(|error| match error.source() {
        Some(rule) => rule.to_string(),
        None => format!("must be {}", possible_values(arg)),
    })
}

/// The names of an enumeration's values: `production or development`.
fn possible_values(arg: &Arg) -> String {
    let values = arg.get_possible_values();
    let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
    match names.as_slice() {
        [others @ .., last] => format!("{} or {last}", others.join(", ")),
        [] => "UTF-8 text".to_owned(),
    }
}

/// The settings of a process. `Debug` shows no value, since some are secret.
pub struct Settings {
    given: BTreeMap<String, Given>,
    values: ArgMatches,
    /// The settings whose own values are invalid.
    invalid: Vec<String>,
    errors: Vec<String>,
    mode: Mode,
}

struct Given {
    text: String,
    /// `--port` or `PORT`; for a default the variable.
    origin: String,
    /// `PORT`
    env: String,
    is_default: bool,
}

impl Given {
    /// A blank variable counts as unset: compose files and manifests create such variables.
    fn read(arg: &Arg, flags: &ArgMatches, environment: impl Fn(&str) -> Option<String>) -> Self {
        let (id, env) = (arg.get_id().as_str(), variable(arg));
        let is_flag = flags.value_source(id) == Some(ValueSource::CommandLine);
        let from_flag = flags.get_one::<OsString>(id).filter(|_| is_flag);
        let from_flag = from_flag.map(|text| text.to_string_lossy().into_owned());
        let origin = if is_flag { format!("--{}", flag(arg)) } else { env.clone() };
        let from_environment = || environment(&env).filter(|text| !text.trim().is_empty());
        let given = from_flag.or_else(from_environment);
        let default = arg.get_default_values().first();
        let is_default = given.is_none();
        let default = || default.map(|text| text.to_string_lossy().into_owned());
        Self { text: given.or_else(default).unwrap_or_default(), origin, env, is_default }
    }

    /// Whether it was given on the command line, which every user of the machine can read.
    fn is_flag(&self) -> bool {
        self.origin.starts_with("--")
    }
}

/// An invalid value: the flag, and why.
type InvalidValue = (String, String);

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.given.values().map(|given| &given.origin)).finish()
    }
}

impl Settings {
    /// Reads the values: from the flags, else from the environment, else the defaults; validates
    /// each. An invalid value is replaced by the default, so that relations can be checked too.
    #[must_use]
    pub fn read(
        table: &[Arg],
        flags: &ArgMatches,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let given = table
            .iter()
            .map(|arg| (flag(arg).to_owned(), Given::read(arg, flags, &environment)))
            .collect::<BTreeMap<_, _>>();
        let mode = given.get("mode").and_then(|given| Mode::from_str(&given.text, false).ok());
        let mut settings = Self {
            given,
            values: ArgMatches::default(),
            invalid: Vec::new(),
            errors: Vec::new(),
            mode: mode.unwrap_or(Mode::Development),
        };
        let mut valid = vec!["settings".to_owned()];
        for arg in table {
            match settings.validated(arg) {
                Ok(text) => valid.extend(text.map(|text| format!("--{}={text}", flag(arg)))),
                Err((origin, why)) => {
                    settings.refuse(&[&origin], &why);
                    settings.invalid.push(flag(arg).to_owned());
                }
            }
        }
        let parser = Command::new("settings");
        let parser = parser.args(table.iter().map(|arg| arg.clone().env(Resettable::Reset)));
        match parser.try_get_matches_from(valid) {
            Ok(values) => settings.values = values,
            // Its text may contain a secret.
            Err(_) => settings.note("the table of settings is inconsistent".to_owned()),
        }
        settings
    }

    /// The settings that a struct declares.
    #[must_use]
    pub fn get<G: Args>(&self) -> Option<G> {
        G::from_arg_matches(&self.values).ok()
    }

    /// The purpose of the process; development if it is invalid.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The text of a setting that is not its default, if it is valid.
    fn validated(&self, arg: &Arg) -> Result<Option<String>, InvalidValue> {
        if arg.is_hide_env_values_set() {
            return self.secret(arg);
        }
        let Some(given) = self.given(flag(arg)) else { return Ok(None) };
        let Given { text, .. } = given;
        match validate(arg, text) {
            Ok(()) => Ok(Some(text.clone())),
            Err(rule) => Err((flag(arg).to_owned(), format!("{rule}, not {text:?}"))),
        }
    }

    /// A secret, which is not shown: from the environment, or from the file that its other setting
    /// names; never from the command line. White space at its ends is ignored.
    fn secret(&self, arg: &Arg) -> Result<Option<String>, InvalidValue> {
        let flag = flag(arg).to_owned();
        let file_flag = format!("{flag}-file");
        let (from, text) = match (self.given(&flag), self.given(&file_flag)) {
            (None, None) => return Ok(None),
            (Some(given), None) => (flag, given.text.clone()),
            (None, Some(given)) => match self.read_file(&given.text) {
                Ok(text) => (file_flag, text),
                Err(why) => return Err((file_flag, why)),
            },
            (Some(given), Some(_)) => {
                return Err((file_flag, format!("cannot be given together with {}", given.origin)));
            }
        };
        let text = text.trim();
        if let Err(rule) = validate(arg, text) {
            return Err((from, format!("{rule} (the value is not shown)")));
        }
        // An address is a secret only with credentials in it.
        let is_address =
            arg.get_value_names().into_iter().flatten().any(|name| name.starts_with("URL"));
        let is_secret = !is_address || server_address::holds_secret(text);
        let shown = self.given(self::flag(arg)).filter(|given| given.is_flag() && is_secret);
        if let Some(Given { env, .. }) = shown {
            let why = format!(
                "is a secret, and every user of the machine can read a command line: set {env} or {env}_FILE"
            );
            return Err((from, why));
        }
        if self.mode == Mode::Production && development_secrets::contains_one(text) {
            let why = "is a published development secret: production needs its own";
            return Err((from, why.to_owned()));
        }
        Ok(Some(text.to_owned()))
    }

    fn read_file(&self, file: &str) -> Result<String, String> {
        let path = path(file)?;
        self.check_secret_file(&path)?;
        std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))
    }

    fn check_secret_file(&self, path: &Path) -> Result<(), String> {
        match self.mode {
            Mode::Production => is_private(path),
            Mode::Development => Ok(()),
        }
    }

    /// Checks the path of a secret's file, read later; the settings determine the path.
    pub fn check_secret_path(&mut self, flags: &[&str], path: &Path) {
        if let Err(why) = self.check_secret_file(path) {
            self.refuse(flags, &why);
        }
    }

    fn given(&self, flag: &str) -> Option<&Given> {
        self.given.get(flag).filter(|given| !given.is_default)
    }

    /// Whether a setting was given, rather than its default.
    #[must_use]
    pub fn is_given(&self, flag: &str) -> bool {
        self.given(flag).is_some()
    }

    /// Records why the first setting is refused, unless the value of one is invalid by itself.
    pub fn refuse(&mut self, flags: &[&str], why: &str) {
        if flags.iter().any(|flag| self.invalid.iter().any(|invalid| invalid == flag)) {
            return;
        }
        let flag = flags.first().copied().unwrap_or_default();
        let origin = self.given.get(flag).map_or(flag, |given| given.origin.as_str());
        self.note(format!("{origin}: {why}"));
    }

    /// Records an error of the first of these settings if this is production and there is a reason.
    pub fn refuse_in_production(&mut self, flags: &[&str], why: Option<&str>) {
        if let Some(why) = why.filter(|_| self.mode == Mode::Production) {
            self.refuse(flags, why);
        }
    }

    /// Several services may check a shared setting; its error is recorded once.
    fn note(&mut self, error: String) {
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    /// Finishes reading: all errors, or the result.
    ///
    /// # Errors
    /// [`SettingErrors`] with a line for each invalid value.
    pub fn finish<T>(self, settings: Option<T>) -> Result<T, SettingErrors> {
        if !self.errors.is_empty() {
            return Err(SettingErrors(self.errors));
        }
        settings.ok_or_else(|| SettingErrors(vec!["a setting is not declared".to_owned()]))
    }
}

/// Forbidden permissions: all of others, writing of the group, which reads mounts (`fsGroup`).
const FORBIDDEN: u32 = 0o027;

/// Rejects a file that others may read, or the group may change; a missing one is found later.
fn is_private(path: &Path) -> Result<(), String> {
    let Ok(metadata) = std::fs::metadata(path) else { return Ok(()) };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & FORBIDDEN == 0 {
        return Ok(());
    }
    let file = path.display();
    Err(format!(
        "{file} is accessible to others (mode {mode:03o}): `chmod 600`, or 640 for a group"
    ))
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

/// A port to listen on; 0 lets the system choose.
///
/// # Errors
/// The rule.
pub fn port(text: &str) -> Result<u16, &'static str> {
    text.parse().map_err(|_| "must be a port from 0 to 65535")
}

/// Parses a whole number within bounds.
pub fn count<N: TryFrom<u64>>(
    least: u64,
    most: u64,
) -> impl Fn(&str) -> Result<N, String> + Clone + Send + Sync + 'static {
    move |text| {
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        let number = number.and_then(|number| N::try_from(number).ok());
        number.ok_or_else(|| format!("must be a whole number from {least} to {most}"))
    }
}

/// A file or directory.
///
/// # Errors
/// The rule, when the text is empty.
pub fn path(text: &str) -> Result<PathBuf, &'static str> {
    if text.is_empty() { Err("must be a path") } else { Ok(PathBuf::from(text)) }
}
