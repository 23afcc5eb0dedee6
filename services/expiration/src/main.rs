//! `expiration`: the service as a process of its own, on MongoDB and NATS JetStream.

use std::process::ExitCode;

use service::{KeyRole, Program, program};

/// Many small allocations from several threads: mimalloc takes a third less time for them than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let program = Program {
        name: expiration::NAME,
        about: "Deadlines of orders: a hint when one has passed",
        version: env!("CARGO_PKG_VERSION"),
        port: "3005",
        role: KeyRole::Verifies,
        settings: &[],
        take: |_| Some(()),
    };
    program::main(&program, async |process, ()| {
        expiration::service(process.platform(expiration::NAME)).await
    })
}
