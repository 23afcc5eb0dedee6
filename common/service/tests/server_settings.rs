//! The servers' settings: all missing ones reported at once, no password in any line.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use clap::Command;
use service::process_settings::Mode;
use service::server_settings::{TABLE, take, take_if_any};
use service::{Settings, settings};

fn given(environment: &[(&str, &str)]) -> Settings {
    let flags = settings::command(Command::new("test"), TABLE).get_matches_from(["test"]);
    Settings::read(TABLE, &flags, |name| {
        let found = environment.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

const MONGODB: (&str, &str) = ("MONGODB_URL", "mongodb://ann:geheim1@db1,db2/?replicaSet=rs0");
const NATS: (&str, &str) = ("NATS_URL", "nats://bob:geheim2@n1:4222,nats://bob:geheim2@n2");

/// The errors, one line each.
fn wrong(environment: &[(&str, &str)], mode: Mode) -> Vec<String> {
    let mut settings = given(environment);
    assert!(take(&mut settings, Some(mode)).is_none());
    let errors = settings.finish().unwrap_err().0;
    assert!(!errors.iter().any(|line| line.contains("geheim")), "{errors:?}");
    errors
}

#[test]
fn all_missing_settings_are_reported_at_once() {
    let starts = |lines: Vec<String>, expected: &[&str]| {
        assert_eq!(lines.len(), expected.len(), "{lines:?}");
        for (line, start) in lines.iter().zip(expected) {
            assert!(line.starts_with(start), "{line}");
        }
    };
    let all = ["MONGODB_URL: is missing", "NATS_URL: is missing", "NATS_MONITOR_URL: is missing"];
    starts(wrong(&[], Mode::Production), &all);
    starts(wrong(&[], Mode::Development), all.get(..2).unwrap());
    starts(wrong(&[MONGODB, NATS], Mode::Production), all.get(2..).unwrap());
    let bad = [
        ("MONGODB_URL", "http://ann:geheim@db"),
        ("MONGODB_PREFIX", "a b"),
        ("MONGODB_TIMEOUT", "soon"),
        ("MONGODB_POOL", "0"),
        ("NATS_URL", "n1:4222"),
        ("NATS_MONITOR_URL", "n1"),
        ("NATS_PREFIX", "a.b"),
        ("NATS_REPLICAS", "2"),
        ("NATS_TIMEOUT", "10ms"),
        ("NATS_LOG_BYTES_MAX", "1"),
        ("START_TIMEOUT", "0s"),
    ];
    assert_eq!(wrong(&bad, Mode::Production).len(), bad.len());
}

#[test]
fn servers_need_both_urls_and_embedded_engines_none() {
    let mut none = given(&[]);
    assert!(take_if_any(&mut none, Some(Mode::Production)).unwrap().is_none());
    none.finish().unwrap();
    let mut both = given(&[MONGODB, NATS]);
    let servers = take_if_any(&mut both, Some(Mode::Development)).unwrap().unwrap();
    both.finish().unwrap();
    assert_eq!(servers.mongodb_address().to_string(), "mongodb://***@db1,db2/");
    for (one, missing) in [(MONGODB, "NATS_URL: is missing"), (NATS, "MONGODB_URL: is missing")] {
        let mut settings = given(&[one]);
        assert!(take_if_any(&mut settings, Some(Mode::Development)).is_none());
        let errors = settings.finish().unwrap_err().0;
        assert!(
            errors.len() == 1 && errors.iter().all(|line| line.starts_with(missing)),
            "{errors:?}"
        );
    }
}

#[tokio::test]
async fn no_debug_and_no_error_shows_a_password() {
    let unreachable = ("MONGODB_URL", "mongodb://ann:geheim1@127.0.0.1:1/?replicaSet=rs0");
    let mut settings = given(&[unreachable, NATS, ("MONGODB_TIMEOUT", "100ms")]);
    assert!(!format!("{settings:?}").contains("geheim"));
    let servers = take(&mut settings, Some(Mode::Development)).unwrap();
    assert!(!format!("{servers:?}").contains("geheim"));
    let message = servers.connect_mongodb().await.unwrap_err().chain();
    assert!(message.contains("127.0.0.1:1") && !message.contains("geheim"), "{message}");
}
