//! One service in a process of its own: `boxoffice orders`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod command_line;
mod start;

use std::path::{Path, PathBuf};

use service::{KeyRing, SessionKey};
use testing::processes::{Program, free_ports};

/// The program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_boxoffice");

/// The file of the public half of the session key.
const PUBLIC_KEY: &str = "session-key.pem.pub";

/// A service's program, with servers at these ports and the session key in a directory.
fn on_servers(service: &str, dir: &Path, [mongodb, nats]: [u16; 2]) -> Program {
    let ([port], key) = (free_ports(), dir.join("session-key.pem"));
    let environment = [
        ("MODE", "development".to_owned()),
        ("PORT", port.to_string()),
        ("MONGODB_URL", format!("mongodb://127.0.0.1:{mongodb}/")),
        ("NATS_URL", format!("nats://127.0.0.1:{nats}")),
        ("SESSION_PUBLIC_KEY", dir.join(PUBLIC_KEY).display().to_string()),
        ("SESSION_KEY", key.display().to_string()),
        ("MAIL_DIR", dir.join("mail").display().to_string()),
    ];
    Program {
        name: service.to_owned(),
        path: PathBuf::from(PROGRAM),
        arguments: vec![service.into()],
        environment: environment.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        port,
        log: dir.join("log"),
    }
}

/// Writes the public half of the session key, which a service of [`on_servers`] reads.
fn write_public_key(dir: &Path) {
    KeyRing::from(&SessionKey::from_secret(&[7; 32])).write_public(&dir.join(PUBLIC_KEY)).unwrap();
}
