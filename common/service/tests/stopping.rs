//! Stopping: running work is completed, no new work begins, every wait is bounded.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use service::process;
use service::server::DRAIN_MAX;
use service::{Loop, Running, ServerOptions, Service, serve};
use testing::test_app::server_options;
use testing::{Platforms, TestApp};
use tokio::sync::Notify;

use crate::kiosk;
use crate::kiosk::{Gate, Note, put, refused, write};

async fn app(platforms: &Platforms, gate: &Gate) -> TestApp {
    let service = kiosk::open(platforms, gate).await;
    TestApp::start_in_background(platforms, platforms.sessions(), vec![service])
}

fn options(platforms: &Platforms, drain: Duration) -> ServerOptions {
    ServerOptions { workers: 2, drain, ..server_options(platforms, platforms.sessions()) }
}

/// The running service, its address, and a client.
fn started(
    platforms: &Platforms,
    service: Service,
    drain: Duration,
) -> (Running, SocketAddr, reqwest::Client) {
    let running = serve(vec![service], options(platforms, drain)).unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let address = running.address;
    (running, address, client)
}

#[tokio::test]
async fn running_requests_are_completed_and_their_effects_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (platforms, gate) = (Platforms::on_disk(dir.path().to_owned()), Gate::closed());
    let service = kiosk::open(&platforms, &gate).await;
    let (running, address, http) = started(&platforms, service, DRAIN_MAX);
    let requests = join_all((0..50).map(|id| put(&http, address, id)));
    let opening = async {
        refused(address).await;
        gate.open();
    };
    let stopping = async {
        gate.reached_by(50).await;
        tokio::join!(running.stop(), opening);
    };
    let (statuses, ()) = tokio::join!(requests, stopping);
    for status in statuses {
        assert_eq!(status.unwrap(), 204);
    }
    let app = app(&platforms.reopened(), &gate).await;
    let kept = app.store(kiosk::NAME).scan::<Note>("", 100).await.unwrap();
    assert_eq!(kept.len(), 50);
}

#[tokio::test]
async fn a_request_that_outlasts_the_drain_is_cancelled() {
    let (platforms, gate) = (Platforms::in_memory(), Gate::closed());
    let service = kiosk::open(&platforms, &gate).await;
    let (running, address, http) = started(&platforms, service, Duration::from_secs(1));
    let stopping = async {
        gate.reached_by(1).await;
        tokio::time::timeout(Duration::from_secs(10), running.stop()).await.unwrap();
    };
    let (answer, ()) = tokio::join!(put(&http, address, 1), stopping);
    assert!(answer.is_err(), "it is not acknowledged");
}

#[tokio::test]
async fn idle_connections_do_not_delay_the_stop() {
    let (platforms, gate) = (Platforms::in_memory(), Gate::closed());
    let app = app(&platforms, &gate).await;
    let client = app.client().clone();
    app.get(None, "/health/live").await.expect(200);
    // The client keeps its connection for the next request.
    let began = tokio::time::Instant::now();
    app.stop().await;
    assert!(began.elapsed() < DRAIN_MAX, "took {:?}", began.elapsed());
    drop(client);
}

#[tokio::test]
async fn loops_still_run_while_requests_that_wait_for_them_drain() {
    let (platforms, gate, draining) =
        (Platforms::in_memory(), Gate::closed(), Arc::new(Notify::new()));
    let mut service = kiosk::open(&platforms, &gate).await;
    let (opened, woken) = (gate.clone(), Arc::clone(&draining));
    let waiting = move || {
        let (gate, draining) = (opened.clone(), Arc::clone(&woken));
        async move {
            draining.notified().await;
            gate.open();
        }
    };
    service.loops.push(Loop::new("kiosk.opens", || std::future::ready(Ok(0)), waiting));
    let (running, address, http) = started(&platforms, service, DRAIN_MAX);
    let stopping = async {
        gate.reached_by(1).await;
        let waking = async {
            refused(address).await;
            draining.notify_one();
        };
        tokio::join!(running.stop(), waking);
    };
    let (status, ()) = tokio::join!(put(&http, address, 1), stopping);
    assert_eq!(status.unwrap(), 204);
}

#[tokio::test]
async fn exactly_the_acknowledged_decisions_are_kept_while_stopping() {
    let dir = tempfile::tempdir().unwrap();
    let (platforms, gate) = (Platforms::on_disk(dir.path().to_owned()), Gate::closed());
    let service = kiosk::open(&platforms, &gate).await;
    let (running, ..) = started(&platforms, service, DRAIN_MAX);
    let store = running.store(kiosk::NAME).unwrap().clone();
    let writer = async {
        let mut acknowledged = Vec::new();
        // Continues until the store accepts no more decisions.
        for id in 0.. {
            let id = format!("{id}");
            match write(&store, id.clone()).await {
                Ok(()) => acknowledged.push(id),
                Err(_) => return (acknowledged, id),
            }
        }
        unreachable!("there are always more")
    };
    let ((acknowledged, refused), ()) = tokio::join!(writer, running.stop());
    drop(store);
    let app = app(&platforms.reopened(), &gate).await;
    let store = app.store(kiosk::NAME);
    for id in &acknowledged {
        assert!(store.find::<Note>(id).await.unwrap().is_some());
    }
    assert_eq!(store.find::<Note>(&refused).await.unwrap(), None);
}

#[tokio::test]
async fn a_process_without_its_committer_reports_it_and_ends() {
    let platforms = Platforms::in_memory();
    let service = kiosk::open(&platforms, &Gate::closed()).await;
    let options = options(&platforms, DRAIN_MAX);
    let started = |running: &Running| running.store(kiosk::NAME).unwrap().close();
    let ended = process::run(vec![service], options, started).await;
    assert_eq!(ended.unwrap_err().to_string(), "the committer of kiosk has ended");
}
