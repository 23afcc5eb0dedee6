//! One service in a process of its own: `boxoffice orders`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod command_line;
mod start;

use std::path::{Path, PathBuf};

use testing::engines::ports::free_ports;
use testing::processes::Program;

/// The program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_boxoffice");

/// A service's program, with servers at these ports and the session key in a directory.
fn on_servers(service: &str, dir: &Path, [mongodb, nats]: [u16; 2]) -> Program {
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
        name: service.to_owned(),
        path: PathBuf::from(PROGRAM),
        arguments: vec![service.into()],
        environment: environment.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        port,
        log: dir.join("log"),
    }
}

/// The path at which a service of [`on_servers`] reads the public half of the session key.
fn public_key(dir: &Path) -> PathBuf {
    dir.join("session-key.pem.pub")
}
