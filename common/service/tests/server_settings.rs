//! The servers' settings: all missing ones reported at once, no password in any line.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use service::server_settings::{Arguments, take, take_if_any};
use service::settings::table;
use service::{Mode, Settings, process_settings};

fn given(environment: &[(&str, &str)], mode: Mode) -> Settings {
    let table = [process_settings::table(1, mode), table::<Arguments>()].concat();
    testing::settings::given(&table, &[], environment)
}

const MONGODB: (&str, &str) = ("MONGODB_URL", "mongodb://ann:geheim1@db1,db2/?replicaSet=rs0");
const NATS: (&str, &str) = ("NATS_URL", "nats://bob:geheim2@n1:4222,nats://bob:geheim2@n2");

/// The errors, one line each.
fn wrong(environment: &[(&str, &str)], mode: Mode) -> Vec<String> {
    let mut settings = given(environment, mode);
    let servers = take(&mut settings);
    let errors = settings.finish(servers).unwrap_err().0;
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
    let servers = |environment: &[_], mode| {
        let mut settings = given(environment, mode);
        let servers = take_if_any(&mut settings);
        settings.finish(Some(servers)).map_err(|errors| errors.0)
    };
    assert!(servers(&[], Mode::Production).unwrap().is_none());
    let both = servers(&[MONGODB, NATS], Mode::Development).unwrap().unwrap();
    assert_eq!(both.mongodb_address().to_string(), "mongodb://***@db1,db2/");
    for (one, missing) in [(MONGODB, "NATS_URL: is missing"), (NATS, "MONGODB_URL: is missing")] {
        let errors = servers(&[one], Mode::Development).unwrap_err();
        assert!(
            errors.len() == 1 && errors.iter().all(|line| line.starts_with(missing)),
            "{errors:?}"
        );
    }
}

#[tokio::test]
async fn no_debug_and_no_error_shows_a_password() {
    let unreachable = ("MONGODB_URL", "mongodb://ann:geheim1@127.0.0.1:1/?replicaSet=rs0");
    let environment = [unreachable, NATS, ("MONGODB_TIMEOUT", "100ms")];
    let mut settings = given(&environment, Mode::Development);
    assert!(!format!("{settings:?}").contains("geheim"));
    let servers = take(&mut settings).unwrap();
    assert!(!format!("{servers:?}").contains("geheim"));
    let message = servers.connect_mongodb().await.unwrap_err().chain();
    assert!(message.contains("127.0.0.1:1") && !message.contains("geheim"), "{message}");
}
