//! The servers' settings: all missing ones reported at once, no password in any line; and secrets,
//! by environment or file, of which production rejects published and readable ones.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use service::development_secrets::DEVELOPMENT_SECRETS;
use service::server_settings::{Arguments, ServerSettings, take, take_if_any};
use service::settings::table;
use service::{Mode, Settings, process_settings};

const MONGODB_URL: &str = "mongodb://ann:geheim1@db1,db2/?replicaSet=rs0";
const NATS_URL: &str = "nats://bob:geheim2@n1:4222,nats://bob:geheim2@n2";
const MONGODB: (&str, &str) = ("MONGODB_URL", MONGODB_URL);
const NATS: (&str, &str) = ("NATS_URL", NATS_URL);

fn given_with(flags: &[&str], environment: &[(&str, &str)], mode: Mode) -> Settings {
    let table = [process_settings::table(1, mode), table::<Arguments>()].concat();
    testing::settings::given(&table, flags, environment)
}

fn given(environment: &[(&str, &str)], mode: Mode) -> Settings {
    given_with(&[], environment, mode)
}

/// The servers of these settings, or the errors, one line each.
fn servers(mut settings: Settings) -> Result<ServerSettings, Vec<String>> {
    let servers = take(&mut settings);
    settings.finish(servers).map_err(|errors| errors.0)
}

/// The errors, one line each, which show no secret.
fn wrong(environment: &[(&str, &str)], mode: Mode) -> Vec<String> {
    wrong_with(&[], environment, mode)
}

fn wrong_with(flags: &[&str], environment: &[(&str, &str)], mode: Mode) -> Vec<String> {
    let errors = servers(given_with(flags, environment, mode)).unwrap_err();
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
    assert_eq!(both.mongodb_address.to_string(), "mongodb://***@db1,db2/");
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

fn write(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn an_address_with_a_password_is_rejected_on_the_command_line() {
    let both = ["--mongodb-url", MONGODB_URL, "--nats-url", NATS_URL];
    let errors = wrong_with(&both, &[], Mode::Development);
    let expected = [
        ("--mongodb-url: is a secret", "set MONGODB_URL or MONGODB_URL_FILE"),
        ("--nats-url: is a secret", "set NATS_URL or NATS_URL_FILE"),
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:?}");
    for (line, (start, end)) in errors.iter().zip(expected) {
        assert!(line.starts_with(start) && line.ends_with(end), "{line}");
    }
    let open = ["--mongodb-url", "mongodb://db1/", "--nats-url", "nats://n1"];
    servers(given_with(&open, &[], Mode::Development)).unwrap();
    servers(given(&[MONGODB, NATS], Mode::Development)).unwrap();
}

#[test]
fn an_address_may_be_in_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let (mongodb, nats) = (dir.path().join("mongodb-url"), dir.path().join("nats-url"));
    write(&mongodb, &format!("{MONGODB_URL}\n"), 0o644);
    write(&nats, NATS_URL, 0o644);
    let files = [
        ("MONGODB_URL_FILE", mongodb.to_str().unwrap()),
        ("NATS_URL_FILE", nats.to_str().unwrap()),
    ];
    let found = servers(given(&files, Mode::Development)).unwrap();
    assert_eq!(found.mongodb_address.reveal(), MONGODB_URL);
    assert_eq!(found.nats_address.reveal(), NATS_URL);
    assert!(!format!("{found:?}").contains("geheim"));
    let both = [files.as_slice(), &[NATS]].concat();
    assert_eq!(
        wrong(&both, Mode::Development),
        ["NATS_URL_FILE: cannot be given together with NATS_URL"]
    );
}

#[test]
fn production_rejects_secret_files_that_others_may_read_or_the_group_may_change() {
    let dir = tempfile::tempdir().unwrap();
    let (file, credentials) = (dir.path().join("mongodb-url"), dir.path().join("user.creds"));
    let taken = |mode: u32, production: &str| {
        write(&file, MONGODB_URL, mode);
        write(&credentials, "geheim", mode);
        let environment = [
            ("MODE", production),
            ("MONGODB_URL_FILE", file.to_str().unwrap()),
            NATS,
            ("NATS_CREDENTIALS", credentials.to_str().unwrap()),
            ("NATS_MONITOR_URL", "http://n1:8222"),
        ];
        servers(given(&environment, Mode::Development))
    };
    for mode in [0o400, 0o440, 0o600, 0o640] {
        assert!(taken(mode, "production").is_ok(), "{mode:o}");
    }
    for mode in [0o444, 0o604, 0o644, 0o660, 0o602, 0o666] {
        let errors = taken(mode, "production").unwrap_err();
        assert_eq!(errors.len(), 2, "{errors:?}");
        for (line, name) in errors.iter().zip(["MONGODB_URL_FILE: ", "NATS_CREDENTIALS: "]) {
            let is_named = line.contains(&format!("accessible to others (mode {mode:03o})"));
            assert!(line.starts_with(name) && is_named, "{line}");
        }
        assert!(taken(mode, "development").is_ok(), "{mode:o}");
    }
}

#[test]
fn production_rejects_every_development_secret() {
    for sample in DEVELOPMENT_SECRETS {
        let (mongodb, nats) =
            (format!("mongodb://orders:{sample}@db1/"), format!("nats://orders:{sample}@n1"));
        let environment = |mode| {
            [
                ("MODE", mode),
                ("MONGODB_URL", mongodb.as_str()),
                ("NATS_URL", nats.as_str()),
                ("NATS_MONITOR_URL", "http://n1:8222"),
            ]
        };
        let errors = wrong(&environment("production"), Mode::Development);
        assert_eq!(errors.len(), 2, "{errors:?}");
        for (line, name) in errors.iter().zip(["MONGODB_URL", "NATS_URL"]) {
            let expected = format!("{name}: is a published development secret");
            assert!(line.starts_with(&expected) && !line.contains(sample), "{line}");
        }
        servers(given(&environment("development"), Mode::Development)).unwrap();
    }
}
