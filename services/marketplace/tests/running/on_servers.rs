//! The program on MongoDB and NATS.

use std::path::Path;
use std::process::Command;

use testing::engines::nats::Nats;

use crate::running::program;

/// The program in production mode, on a database and a broker of this test's own.
pub(crate) fn on_servers(dir: &Path, mongodb: &str, nats: &Nats) -> Command {
    let mut command = program(dir, &["--mode", "production", "--cookie", "plain"]);
    command
        .env("ALLOW_TEST_PROVIDER", "yes")
        .env("MONGODB_URL", mongodb)
        .env("MONGODB_PREFIX", "operator_")
        .env("NATS_URL", nats.url())
        .env("NATS_MONITOR_URL", nats.monitor_url());
    command
}
