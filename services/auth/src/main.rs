//! `auth`: the service as a separate process, on MongoDB and NATS JetStream.

use std::process::ExitCode;

use service::{KeyRole, Program, program};

/// mimalloc needs a third less time than the system's allocator for many small allocations from several
/// threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let program = Program {
        name: auth::NAME,
        about: "Accounts and sessions: who is asking, and who may no longer",
        version: env!("CARGO_PKG_VERSION"),
        port: "3001",
        role: KeyRole::Signs,
        settings: auth::settings::TABLE,
        take: auth::settings::take,
    };
    program::main(&program, async |process, settings| {
        auth::service(process.platform(auth::NAME), process.signing_key()?, *settings).await
    })
}
