//! A start before the key file and the servers are available.

use std::time::Duration;

use testing::engines::mongo::Mongo;
use testing::engines::nats::Nats;
use testing::processes::{Instance, READY_MAX, holds_within};

use crate::{on_servers, write_public_key};

/// Real time within which the program logs that it waits.
const LINE_WAIT_MAX: Duration = Duration::from_secs(30);

async fn expect_line(service: &Instance, what: &str) {
    let is_logged = holds_within(LINE_WAIT_MAX, async || service.output_tail().contains(what));
    assert!(is_logged.await, "{what} is not in {}", service.output_tail());
}

async fn servers() -> (Mongo, Nats) {
    tokio::task::spawn_blocking(|| (Mongo::start(), Nats::start())).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_waits_for_its_key_and_its_servers() {
    let (dir, (mongo, nats)) = (tempfile::tempdir().unwrap(), servers().await);
    mongo.kill();
    nats.kill();
    let ports = [mongo.port, nats.port];
    let program = on_servers("orders", dir.path(), ports);
    let mut service = program.start(&[("START_TIMEOUT", "5m".to_owned())]);
    expect_line(&service, "waiting for public session key at").await;
    write_public_key(dir.path());
    expect_line(&service, "waiting for MongoDB at").await;
    tokio::task::block_in_place(|| mongo.run());
    expect_line(&service, "waiting for NATS JetStream at").await;
    assert!(service.process.ended().is_none(), "{}", service.output_tail());
    tokio::task::block_in_place(|| nats.run());
    assert!(service.is_ready_within(READY_MAX).await, "{}", service.output_tail());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_broker_is_reported_on_one_line() {
    let (dir, (mongo, nats)) = (tempfile::tempdir().unwrap(), servers().await);
    nats.kill();
    write_public_key(dir.path());
    let ports = [mongo.port, nats.port];
    let program = on_servers("orders", dir.path(), ports);
    let mut service = program.start(&[("START_TIMEOUT", "5s".to_owned())]);
    let ended = service.process.end_within(LINE_WAIT_MAX).await;
    let output = service.output_tail();
    assert_eq!(ended.and_then(|status| status.code()), Some(1), "{output}");
    let errors: Vec<_> = output.lines().filter(|line| line.starts_with("orders: ")).collect();
    assert_eq!(errors.len(), 1, "{output}");
    let missing = format!("cannot connect to NATS at 127.0.0.1:{}", nats.port);
    assert!(errors.concat().contains(&missing), "{output}");
}
