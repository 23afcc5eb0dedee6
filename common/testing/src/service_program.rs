//! What the program of every service says: of itself, when it is not told where its servers are, and when they do not come.
//!
//! [`service_program_suite!`](crate::service_program_suite!) makes a test of each.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use service::{KeyRing, SessionKey};

use crate::engines::ports::free_ports;
use crate::processes::Program;

/// Time that a start is given for servers that do not come.
const START_TIMEOUT: &str = "2s";

/// Real time within which such a start has ended, on a machine that compiles meanwhile: below the minute that it is given by
/// default.
const ENDED_MAX: Duration = Duration::from_secs(40);

/// Runs a program to its end, without any environment but the permission to sell for no money; answers its code, output and complaints.
fn run(program: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(program)
        .env_clear()
        .env("ALLOW_TEST_PROVIDER", "yes")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Its help names every setting, `key` too, which says where the session key is.
pub fn help_tells_of_every_setting(program: &str, key: &str) {
    let (code, help, _) = run(program, &["--help"]);
    assert_eq!(code, Some(0));
    for name in ["PORT", "MONGODB_URL", "NATS_URL", "NATS_MONITOR_URL", key, "MODE"] {
        assert!(help.contains(name), "{name} is not in {help}");
    }
}

/// What is missing or wrong is said at once, in a line each, by the program's `name`.
pub fn what_is_missing_is_said_in_a_line_each(program: &str, name: &str) {
    let (code, _, errors) = run(program, &["--port", "70000"]);
    assert_eq!((code, errors.lines().count()), (Some(2), 4), "{errors}");
    for complaint in
        ["--port: must be", "MONGODB_URL: is missing", "NATS_URL: is", "NATS_MONITOR_URL: is"]
    {
        assert!(errors.contains(&format!("{name}: {complaint}")), "{errors}");
    }
}

/// How the program of a service is started on servers at these ports, with the session key in a directory.
pub fn on_servers(program: &str, name: &str, dir: &Path, [mongodb, nats]: [u16; 2]) -> Program {
    let ([port], key) = (free_ports(), dir.join("session-key.pem"));
    let environment = [
        ("MODE", "development".to_owned()),
        ("PORT", port.to_string()),
        ("MONGODB_URL", format!("mongodb://127.0.0.1:{mongodb}/")),
        ("NATS_URL", format!("nats://127.0.0.1:{nats}")),
        ("SESSION_PUBLIC_KEY", public_key(dir).display().to_string()),
        ("SESSION_KEY", key.display().to_string()),
    ];
    Program {
        name: name.to_owned(),
        path: PathBuf::from(program),
        arguments: Vec::new(),
        environment: environment.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        port,
        log: dir.join("log"),
    }
}

/// Where programs of [`on_servers`] look for the public half of the session key.
pub fn public_key(dir: &Path) -> PathBuf {
    dir.join("session-key.pem.pub")
}

/// A start whose servers do not come ends once it was given the time it is set, with one line about what is missing.
pub async fn a_start_without_servers_ends_in_time_with_one_line(program: &str, name: &str) {
    let (dir, [mongodb, nats]) = (tempfile::tempdir().unwrap(), free_ports());
    KeyRing::from(&SessionKey::from_secret(&[7; 32]))
        .write_public(&public_key(dir.path()))
        .unwrap();
    let program = on_servers(program, name, dir.path(), [mongodb, nats]);
    let mut process = program.start(&[("START_TIMEOUT", START_TIMEOUT.to_owned())]);
    let ended = process.end_within(ENDED_MAX).await;
    let said = process.last_words();
    assert_eq!(ended.and_then(|status| status.code()), Some(1), "{said}");
    let complaint = format!("{name}: ");
    let complaints: Vec<_> = said.lines().filter(|line| line.starts_with(&complaint)).collect();
    let missing = format!("no MongoDB at mongodb://127.0.0.1:{mongodb}/ within {START_TIMEOUT}");
    assert!(complaints.len() == 1 && said.contains(&missing), "{said}");
}

/// Makes a test of each, for a program of this package.
#[macro_export]
macro_rules! service_program_suite {
    ($name:literal, $key:literal) => {
        #[test]
        fn help_tells_of_every_setting() {
            let program = env!(concat!("CARGO_BIN_EXE_", $name));
            $crate::service_program::help_tells_of_every_setting(program, $key);
        }

        #[test]
        fn what_is_missing_is_said_in_a_line_each() {
            let program = env!(concat!("CARGO_BIN_EXE_", $name));
            $crate::service_program::what_is_missing_is_said_in_a_line_each(program, $name);
        }

        #[tokio::test]
        async fn a_start_without_servers_ends_in_time_with_one_line() {
            let program = env!(concat!("CARGO_BIN_EXE_", $name));
            $crate::service_program::a_start_without_servers_ends_in_time_with_one_line(
                program, $name,
            )
            .await;
        }
    };
}
