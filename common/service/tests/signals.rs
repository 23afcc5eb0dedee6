//! A whole process under its signals. One test, since a signal reaches everything in the program.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
mod kiosk;

use std::process::Command;

use futures::future::join_all;
use kiosk::{Gate, Note, put, refused};
use service::ServerOptions;
use service::process;
use service::server::DRAIN_MAX;
use testing::Platforms;
use testing::test_app::server_options;
use tokio::sync::oneshot;

async fn options(platforms: &Platforms) -> ServerOptions {
    let listener = process::bind("127.0.0.1".parse().unwrap(), 0).await.unwrap();
    ServerOptions { listener, workers: 2, ..server_options(platforms, platforms.sessions()) }
}

fn send_to_myself(signal: &str) {
    let me = std::process::id().to_string();
    assert!(Command::new("kill").args([signal, &me]).status().unwrap().success());
}

#[tokio::test]
async fn a_signal_ends_a_process_without_losing_a_running_request() {
    let dir = tempfile::tempdir().unwrap();
    let mut platforms = Platforms::on_disk(dir.path().to_owned());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut ids = Vec::new();
    for signal in ["-TERM", "-INT"] {
        let gate = Gate::closed();
        let service = kiosk::open(&platforms, &gate).await;
        let (sender, receiver) = oneshot::channel();
        let started = |running: &service::Running| sender.send(running.address).unwrap();
        let process = process::run(vec![service], options(&platforms).await, started);
        let of_this_run: Vec<String> = (0..20).map(|id| format!("{id}{signal}")).collect();
        let clients = async {
            let address = receiver.await.unwrap();
            let requests = of_this_run.iter().map(|id| put(&http, address, id));
            let signalling = async {
                gate.reached_by(20).await;
                send_to_myself(signal);
                refused(address).await;
                gate.open();
            };
            tokio::join!(join_all(requests), signalling).0
        };
        let both = async { tokio::join!(process, clients) };
        let (ended, statuses) = tokio::time::timeout(DRAIN_MAX * 3, both).await.unwrap();
        ended.unwrap();
        let statuses: Vec<u16> = statuses.into_iter().map(Result::unwrap).collect();
        assert_eq!(statuses, [204; 20], "{signal}");
        ids.extend(of_this_run);
        platforms = platforms.reopened();
    }
    let app = kiosk::app(&platforms).await;
    for id in &ids {
        assert!(app.store(kiosk::NAME).find::<Note>(id).await.unwrap().is_some());
    }
}
