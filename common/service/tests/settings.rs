//! Settings: by flag, by environment, by default; all errors are reported at once.

use std::time::Duration;

use clap::{Args, Command};
use service::Settings;
use service::settings::{self, SettingErrors, duration, port, table};

#[derive(Args)]
struct Example {
    /// Where to listen.
    #[arg(long, env, default_value = "3000", value_parser = port)]
    port: u16,
    /// Time to pay.
    #[arg(long, env, default_value = "60s", value_name = "TIME", value_parser = duration)]
    window: Duration,
    /// A secret.
    #[arg(long, env, hide_env_values = true, value_parser = secret)]
    key: Option<String>,
}

fn secret(text: &str) -> Result<String, &'static str> {
    if text.starts_with("sk_") { Ok(text.to_owned()) } else { Err("must begin with sk_") }
}

fn given(arguments: &[&str], environment: &[(&str, &str)]) -> Settings {
    testing::settings::given(&table::<Example>(), arguments, environment)
}

fn read(settings: Settings) -> Result<(u16, Duration), SettingErrors> {
    let example = settings.get::<Example>();
    settings.finish(example).map(|Example { port, window, .. }| (port, window))
}

#[test]
fn a_flag_precedes_the_environment_and_that_precedes_the_default() {
    let environment = [("PORT", "4000")];
    let minute = Duration::from_mins(1);
    assert_eq!(read(given(&[], &[])), Ok((3000, minute)));
    assert_eq!(read(given(&[], &environment)), Ok((4000, minute)));
    assert_eq!(read(given(&["--port", "5000"], &environment)), Ok((5000, minute)));
    assert_eq!(read(given(&["--port=0"], &[("WINDOW", "500ms")])).unwrap().0, 0);
}

#[test]
fn every_invalid_setting_is_reported_with_its_origin_and_its_rule() {
    let errors = read(given(&["--port", "70000"], &[("WINDOW", "soon")])).unwrap_err();
    let message = errors.to_string();
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(
        lines,
        [
            "--port: must be a port from 0 to 65535, not \"70000\"",
            "WINDOW: must be a time such as 500ms, 60s, 2m or 24h, above zero, not \"soon\"",
        ]
    );
}

#[test]
fn a_blank_variable_is_unset_and_a_blank_flag_is_invalid() {
    let blank = [("PORT", ""), ("WINDOW", "  "), ("KEY", "\t"), ("KEY_FILE", "")];
    assert_eq!(read(given(&[], &blank)), Ok((3000, Duration::from_mins(1))));
    let settings = given(&[], &blank);
    assert!(["port", "window", "key", "key-file"].iter().all(|flag| !settings.is_given(flag)));
    let errors = read(given(&["--port="], &[])).unwrap_err();
    assert_eq!(errors.0, ["--port: must be a port from 0 to 65535, not \"\""]);
}

#[test]
fn help_shows_every_setting_with_its_variable_and_default() {
    let help =
        settings::command(Command::new("test"), &table::<Example>()).render_help().to_string();
    for part in ["--port <PORT>", "[env: PORT]", "[default: 3000]", "--window <TIME>", "60s"] {
        assert!(help.contains(part), "{part} is not in {help}");
    }
}

#[test]
fn an_unknown_flag_is_rejected_by_name() {
    let command = settings::command(Command::new("test"), &table::<Example>());
    let error = command.try_get_matches_from(["test", "--prot", "1"]).unwrap_err();
    assert!(error.use_stderr());
    assert!(error.to_string().lines().next().unwrap().contains("--prot"));
}

#[test]
fn a_duration_has_a_unit_is_above_zero_and_at_most_a_year() {
    let table = [
        ("1ms", Some(1)),
        ("60s", Some(60_000)),
        ("2m", Some(120_000)),
        ("24h", Some(86_400_000)),
        ("8760h", Some(31_536_000_000)),
        ("8761h", None),
        ("0s", None),
        ("", None),
        ("s", None),
        ("60", None),
        ("-1s", None),
        ("1.5s", None),
        ("1 s", None),
        ("1d", None),
        ("99999999999999999999s", None),
        ("18446744073709551615h", None),
    ];
    for (text, ms) in table {
        assert_eq!(duration(text).ok(), ms.map(Duration::from_millis), "{text:?}");
    }
}

#[test]
fn a_port_is_a_number_of_sixteen_bits() {
    let table =
        [("0", Some(0)), ("65535", Some(65_535)), ("65536", None), ("-1", None), ("x", None)];
    for (text, expected) in table {
        assert_eq!(port(text).ok(), expected, "{text:?}");
    }
}

/// The secret in the settings, or the error.
fn key(environment: &[(&str, &str)]) -> Result<Option<String>, String> {
    key_of(given(&[], environment))
}

fn key_of(settings: Settings) -> Result<Option<String>, String> {
    let example = settings.get::<Example>();
    settings.finish(example).map(|example| example.key).map_err(|errors| errors.to_string())
}

#[test]
fn a_secret_comes_from_the_environment_or_a_file_and_is_never_shown() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("key");
    let path = file.to_str().unwrap();
    assert_eq!(key(&[]), Ok(None));
    assert_eq!(key(&[("KEY", "sk_1")]), Ok(Some("sk_1".to_owned())));
    let missing = key(&[("KEY_FILE", path)]).unwrap_err();
    assert!(missing.starts_with(&format!("KEY_FILE: cannot read {path}: ")), "{missing}");
    std::fs::write(&file, "sk_2\n").unwrap();
    assert_eq!(key(&[("KEY_FILE", path)]), Ok(Some("sk_2".to_owned())));
    let beside_a_blank = [("KEY", ""), ("KEY_FILE", path)];
    assert_eq!(key(&beside_a_blank), Ok(Some("sk_2".to_owned())));
    std::fs::write(&file, "geheim").unwrap();
    let rule = "must begin with sk_ (the value is not shown)";
    assert_eq!(key(&[("KEY_FILE", path)]), Err(format!("KEY_FILE: {rule}")));
    assert_eq!(key(&[("KEY", "geheim")]), Err(format!("KEY: {rule}")));
    let both = key(&[("KEY", "sk_1"), ("KEY_FILE", path)]);
    assert_eq!(both, Err("KEY_FILE: cannot be given together with KEY".to_owned()));
}

#[test]
fn a_secret_is_rejected_on_the_command_line() {
    let message = key_of(given(&["--key", "sk_geheim"], &[("KEY", "sk_1")])).unwrap_err();
    assert!(
        message.starts_with("--key: is a secret") && message.ends_with("set KEY or KEY_FILE"),
        "{message}"
    );
    assert!(!message.contains("geheim"), "{message}");
}
