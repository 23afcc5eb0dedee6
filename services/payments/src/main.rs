//! `payments`: the service in a separate process, on MongoDB and NATS JetStream.

use std::process::ExitCode;

use payments::TestProvider;
use service::{KeyRole, Program, program};

/// The service makes many small allocations on several threads; mimalloc takes a third less time
/// for them than the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let program = Program {
        name: payments::NAME,
        about: "Attempts to collect money, and the provider they are made through",
        version: env!("CARGO_PKG_VERSION"),
        port: "3004",
        role: KeyRole::Verifies,
        settings: &payments::settings::TABLE,
        take: payments::settings::take,
    };
    program::main(&program, async |process, settings| {
        let ledger = process.engines().store(TestProvider::NAME);
        let platform = process.platform(payments::NAME);
        Ok(payments::service_on_provider(platform, ledger, settings).await?.service)
    })
}
