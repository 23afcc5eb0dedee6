//! `tickets`: the service as a process of its own, on MongoDB and NATS JetStream.

use std::process::ExitCode;

use service::{KeyRole, Program, program};

/// Many small allocations from several threads: mimalloc takes a third less time for them than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let program = Program {
        name: tickets::NAME,
        about: "What sellers offer, and what of it can still be bought",
        version: env!("CARGO_PKG_VERSION"),
        port: "3002",
        role: KeyRole::Verifies,
        settings: tickets::settings::TABLE,
        take: tickets::settings::take,
    };
    program::main(&program, async |process, settings| {
        tickets::service(process.platform(tickets::NAME), *settings).await
    })
}
