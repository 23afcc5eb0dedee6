//! `orders`: the service as a process of its own, on MongoDB and NATS JetStream.

use std::process::ExitCode;

use service::{KeyRole, Program, program};

/// Many small allocations from several threads: mimalloc takes a third less time for them than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let program = Program {
        name: orders::NAME,
        about: "The arbiter of stock: inventories, holds and orders",
        version: env!("CARGO_PKG_VERSION"),
        port: "3003",
        role: KeyRole::Verifies,
        settings: orders::settings::TABLE,
        take: orders::settings::take,
    };
    program::main(&program, async |process, settings| {
        orders::service(process.platform(orders::NAME), *settings).await
    })
}
