//! A whole process under its signals. One test, since a signal reaches everything in the program.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests use the rest")]
mod kiosk;

use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use futures::future::join_all;
use kiosk::{Gate, Note};
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

async fn put(http: &reqwest::Client, address: SocketAddr, id: String) -> u16 {
    let request = http.put(format!("http://{address}/api/notes/{id}"));
    request.timeout(Duration::from_secs(20)).send().await.unwrap().status().as_u16()
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
        let started = |running: &service::Running| sender.send(running.address()).unwrap();
        let process = process::run(vec![service], options(&platforms).await, started);
        let of_this_run: Vec<String> = (0..20).map(|id| format!("{id}{signal}")).collect();
        let clients = async {
            let address = receiver.await.unwrap();
            let requests = of_this_run.iter().map(|id| put(&http, address, id.clone()));
            let signalling = async {
                gate.reached_by(20).await;
                send_to_myself(signal);
                while TcpStream::connect(address).is_ok() {
                    tokio::task::yield_now().await;
                }
                gate.open();
            };
            tokio::join!(join_all(requests), signalling).0
        };
        let both = async { tokio::join!(process, clients) };
        let (ended, statuses) = tokio::time::timeout(DRAIN_MAX * 3, both).await.unwrap();
        ended.unwrap();
        assert_eq!(statuses, [204; 20], "{signal}");
        ids.extend(of_this_run);
        platforms = platforms.reopened();
    }
    let app = kiosk::start(&platforms, platforms.sessions()).await;
    for id in &ids {
        assert!(app.store(kiosk::NAME).find::<Note>(id).await.unwrap().is_some());
    }
}
