//! The output of every service: help, missing settings, and servers that do not start.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::Duration;

use contract::catalogue::SERVICES;
use contract::catalogue::services::{self, KeyRole};
use marketplace::services::ALL;
use service::KeyFile;
use service::program::table;
use testing::processes::free_ports;

use crate::{PROGRAM, on_servers, write_public_key};

/// Bound on the wait for servers that do not start.
const START_TIMEOUT: &str = "2s";

/// Real time within which such a start ends, on a machine that compiles meanwhile: below the
/// default bound of a minute.
const ENDED_MAX: Duration = Duration::from_secs(40);

/// Runs the program to its end, with only the permission to use the test provider in its
/// environment; returns its exit code, standard output and standard error.
fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(PROGRAM)
        .env_clear()
        .env("ALLOW_TEST_PROVIDER", "yes")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_help_of_a_service_names_all_its_settings() {
    for definition in ALL {
        let name = definition.name();
        let (code, help, _) = run(&[name, "--help"]);
        assert_eq!(code, Some(0));
        // Long lines are wrapped.
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(definition.service.about), "{help}");
        assert!(help.contains(&format!("Usage: boxoffice {name} [OPTIONS]")), "{help}");
        for setting in table(definition) {
            let env = setting.get_env().unwrap().to_str().unwrap();
            assert!(help.contains(&format!("[env: {env}]")), "{env} of {name}");
        }
        let key = match definition.service.session_key {
            KeyRole::Signs => "SESSION_KEY",
            KeyRole::Verifies => "SESSION_PUBLIC_KEY",
        };
        for name in ["PORT", "MONGODB_URL", "NATS_URL", "NATS_MONITOR_URL", key, "MODE"] {
            assert!(help.contains(name), "{name} is not in {help}");
        }
        let (code, version, _) = run(&[name, "--version"]);
        assert_eq!((code, version), (Some(0), format!("{name} {}\n", env!("CARGO_PKG_VERSION"))));
    }
}

#[test]
fn the_help_of_the_program_names_every_service() {
    let (code, help, _) = run(&["--help"]);
    assert_eq!(code, Some(0));
    for name in services::names() {
        let line = format!("  {name:<21}Starts {name} alone, on MongoDB and NATS\n");
        assert!(help.contains(&line), "{help}");
    }
}

#[test]
fn flags_before_the_name_of_a_service_are_rejected() {
    let (code, _, errors) = run(&["--port", "3003", "orders"]);
    assert_eq!(code, Some(2));
    assert_eq!(
        errors,
        "boxoffice: flags of a service come behind its name: boxoffice orders --help\n"
    );
}

#[test]
fn each_missing_setting_is_reported_on_one_line() {
    for name in services::names() {
        let (code, _, errors) = run(&[name, "--port", "70000"]);
        let own: &[&str] = match name {
            "mail" => &["SMTP_URL: is missing", "MAIL_FROM: is missing", "PUBLIC_URL: is missing"],
            _ => &[],
        };
        let common =
            ["--port: must be", "MONGODB_URL: is missing", "NATS_URL: is", "NATS_MONITOR_URL: is"];
        let complaints = [&common, own].concat();
        assert_eq!((code, errors.lines().count()), (Some(2), complaints.len()), "{errors}");
        for complaint in complaints {
            assert!(errors.contains(&format!("{name}: {complaint}")), "{errors}");
        }
    }
}

#[tokio::test]
async fn a_start_without_servers_fails_in_time_with_one_line() {
    for service in SERVICES {
        let (dir, [mongodb, nats]) = (tempfile::tempdir().unwrap(), free_ports());
        write_public_key(dir.path());
        let program = on_servers(service.name, dir.path(), [mongodb, nats]);
        let mut started = program.start(&[("START_TIMEOUT", START_TIMEOUT.to_owned())]);
        let ended = started.process.end_within(ENDED_MAX).await;
        let output = started.output_tail();
        assert_eq!(ended.and_then(|status| status.code()), Some(1), "{output}");
        let complaint = format!("{}: ", service.name);
        let errors: Vec<_> = output.lines().filter(|line| line.starts_with(&complaint)).collect();
        let missing =
            format!("no MongoDB at mongodb://127.0.0.1:{mongodb}/ within {START_TIMEOUT}");
        assert!(errors.len() == 1 && output.contains(&missing), "{output}");
    }
}

#[test]
fn production_rejects_a_session_key_that_other_users_can_read() {
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("session-key.pem");
    KeyFile::Private(key.clone()).open().unwrap();
    let errors = |mode: u32| {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
        let program = Command::new(PROGRAM).arg("auth").env("SESSION_KEY", &key).output();
        String::from_utf8(program.unwrap().stderr).unwrap()
    };
    assert!(errors(0o644).contains("SESSION_KEY: "), "{}", errors(0o644));
    let errors = errors(0o640);
    assert!(!errors.contains("SESSION_KEY") && errors.contains("NATS_URL"), "{errors}");
}
