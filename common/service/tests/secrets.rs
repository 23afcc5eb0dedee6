//! Secrets come from the environment and from files. Production accepts no development secret, and
//! no file that others may read.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use service::development_secrets::DEVELOPMENT_SECRETS;
use service::server_settings::{self, ServerSettings};
use service::settings::table;
use service::{Mode, process_settings};

const MONGODB: &str = "mongodb://orders:geheim1@db1/?replicaSet=rs0";
const NATS: &str = "nats://orders:geheim2@n1:4222";

/// The servers of these settings, or the errors, one line each.
fn servers(flags: &[&str], environment: &[(&str, &str)]) -> Result<ServerSettings, Vec<String>> {
    let process = process_settings::table(1, Mode::Development);
    let table = [process, table::<server_settings::Arguments>()].concat();
    let mut given = testing::settings::given(&table, flags, environment);
    let servers = server_settings::take(&mut given);
    given.finish(servers).map_err(|errors| errors.0)
}

fn wrong(flags: &[&str], environment: &[(&str, &str)]) -> Vec<String> {
    let errors = servers(flags, environment).unwrap_err();
    assert!(!errors.iter().any(|line| line.contains("geheim")), "{errors:?}");
    errors
}

fn write(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn an_address_with_a_password_is_rejected_on_the_command_line() {
    let both = ["--mongodb-url", MONGODB, "--nats-url", NATS];
    let errors = wrong(&both, &[]);
    let expected = [
        ("--mongodb-url: is a secret", "set MONGODB_URL or MONGODB_URL_FILE"),
        ("--nats-url: is a secret", "set NATS_URL or NATS_URL_FILE"),
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:?}");
    for (line, (start, end)) in errors.iter().zip(expected) {
        assert!(line.starts_with(start) && line.ends_with(end), "{line}");
    }
    servers(&["--mongodb-url", "mongodb://db1/", "--nats-url", "nats://n1"], &[]).unwrap();
    servers(&[], &[("MONGODB_URL", MONGODB), ("NATS_URL", NATS)]).unwrap();
}

#[test]
fn an_address_may_be_in_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let (mongodb, nats) = (dir.path().join("mongodb-url"), dir.path().join("nats-url"));
    write(&mongodb, &format!("{MONGODB}\n"), 0o644);
    write(&nats, NATS, 0o644);
    let files = [
        ("MONGODB_URL_FILE", mongodb.to_str().unwrap()),
        ("NATS_URL_FILE", nats.to_str().unwrap()),
    ];
    let found = servers(&[], &files).unwrap();
    assert_eq!(found.mongodb_address().reveal(), MONGODB);
    assert_eq!(found.nats_address().reveal(), NATS);
    assert!(!format!("{found:?}").contains("geheim"));
    let both = [files.as_slice(), &[("NATS_URL", NATS)]].concat();
    assert_eq!(wrong(&[], &both), ["NATS_URL_FILE: cannot be given together with NATS_URL"]);
}

#[test]
fn production_rejects_secret_files_that_others_may_read_or_the_group_may_change() {
    let dir = tempfile::tempdir().unwrap();
    let (file, credentials) = (dir.path().join("mongodb-url"), dir.path().join("user.creds"));
    let taken = |mode: u32, production: &str| {
        write(&file, MONGODB, mode);
        write(&credentials, "geheim", mode);
        let environment = [
            ("MODE", production),
            ("MONGODB_URL_FILE", file.to_str().unwrap()),
            ("NATS_URL", NATS),
            ("NATS_CREDENTIALS", credentials.to_str().unwrap()),
            ("NATS_MONITOR_URL", "http://n1:8222"),
        ];
        servers(&[], &environment)
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
        let errors = wrong(&[], &environment("production"));
        assert_eq!(errors.len(), 2, "{errors:?}");
        for (line, name) in errors.iter().zip(["MONGODB_URL", "NATS_URL"]) {
            let expected = format!("{name}: is a published development secret");
            assert!(line.starts_with(&expected) && !line.contains(sample), "{line}");
        }
        servers(&[], &environment("development")).unwrap();
    }
}
