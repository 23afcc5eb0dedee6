//! Crash tests: under steady load every process is killed repeatedly, at random and at named
//! points; afterwards the checker verifies all invariants.
//!
//! `KILLS=500 cargo test --workspace --test kills kills_of_services -- --nocapture` is
//! the full run; `SEED=…` repeats one. Every run prints its seed and its summary.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it saw"
)]

mod cancelled_show;
mod expiry;
mod fault_injection;
mod faults;
mod fleet;
mod mailboxes;
mod replicas;
mod run;
mod servers;
mod streams;

use fleet::Fleet;
use run::{Run, Target};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_of_a_single_process_lose_no_acknowledged_result() {
    let run = Run::by_environment("one process on embedded engines");
    run.on(Fleet::embedded().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_of_services_database_and_broker_lose_no_acknowledged_result() {
    let run = Run::by_environment("five services, two processes of each");
    run.on(Fleet::of_services().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_of_one_of_three_brokers_neither_lose_nor_repeat_a_message() {
    let run = Run::by_environment("five services on three brokers");
    // Each kill takes the time for which the broker is stopped.
    let run = Run { kills: run.kills.div_ceil(2), target: Target::Brokers, ..run };
    run.on(Fleet::on_a_cluster().await).await;
}
