//! A start before the key file and the servers are available.

use std::time::Duration;

use service::{KeyRing, SessionKey};
use testing::engines::mongo::Mongo;
use testing::engines::nats::Nats;
use testing::processes::{Process, READY_MAX, holds_within};

use crate::{on_servers, public_key};

/// Real time within which the program logs that it waits.
const LINE_WAIT_MAX: Duration = Duration::from_secs(30);

fn port(url: &str) -> u16 {
    url.trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap()
}

async fn expect_line(process: &Process, what: &str) {
    let output = || async { process.output_tail().contains(what) };
    assert!(
        holds_within(LINE_WAIT_MAX, output).await,
        "{what} is not in {}",
        process.output_tail()
    );
}

async fn servers() -> (Mongo, Nats) {
    tokio::task::spawn_blocking(|| (Mongo::start(), Nats::start())).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_waits_for_its_key_and_its_servers() {
    let (dir, (mongo, nats)) = (tempfile::tempdir().unwrap(), servers().await);
    mongo.kill();
    nats.kill();
    let ports = [mongo.port(), port(&nats.url())];
    let program = on_servers("orders", dir.path(), ports);
    let mut process = program.start(&[("START_TIMEOUT", "5m".to_owned())]);
    expect_line(&process, "waiting for public session key at").await;
    KeyRing::from(&SessionKey::from_secret(&[7; 32]))
        .write_public(&public_key(dir.path()))
        .unwrap();
    expect_line(&process, "waiting for MongoDB at").await;
    tokio::task::block_in_place(|| mongo.run());
    expect_line(&process, "waiting for NATS JetStream at").await;
    assert!(process.ended().is_none(), "{}", process.output_tail());
    tokio::task::block_in_place(|| nats.run());
    assert!(process.is_ready_within(READY_MAX).await, "{}", process.output_tail());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_broker_is_reported_on_one_line() {
    let (dir, (mongo, nats)) = (tempfile::tempdir().unwrap(), servers().await);
    nats.kill();
    KeyRing::from(&SessionKey::from_secret(&[7; 32]))
        .write_public(&public_key(dir.path()))
        .unwrap();
    let ports = [mongo.port(), port(&nats.url())];
    let program = on_servers("orders", dir.path(), ports);
    let mut process = program.start(&[("START_TIMEOUT", "5s".to_owned())]);
    let ended = process.end_within(LINE_WAIT_MAX).await;
    let output = process.output_tail();
    assert_eq!(ended.and_then(|status| status.code()), Some(1), "{output}");
    let errors: Vec<_> = output.lines().filter(|line| line.starts_with("orders: ")).collect();
    assert_eq!(errors.len(), 1, "{output}");
    let missing = format!("cannot connect to NATS at 127.0.0.1:{}", port(&nats.url()));
    assert!(errors.concat().contains(&missing), "{output}");
}
