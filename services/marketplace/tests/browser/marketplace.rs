//! The program on embedded engines, and what tests offer in it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use derive_more::Deref;
use serde_json::{Value, json};
use tempfile::TempDir;
use testing::processes::{Process, READY_MAX, Signal, free_ports, holds_within};
use testing::{Client, User};
use tokio::sync::OnceCell;

/// Real time within which the program fills an empty directory.
const DEMO_MAX: Duration = Duration::from_mins(3);

#[derive(Deref)]
pub(crate) struct Marketplace {
    #[deref]
    client: Client,
    process: Process,
}

/// The marketplace of the tests that need no other content than their own.
pub(crate) async fn marketplace() -> &'static Marketplace {
    static SHARED: OnceCell<(Marketplace, TempDir)> = OnceCell::const_new();
    let start = async || {
        let data = directory();
        (Marketplace::start(data.path(), &[]).await, data)
    };
    &SHARED.get_or_init(start).await.0
}

/// A name that no other test of this process uses.
pub(crate) fn fresh(name: &str) -> String {
    static NUMBERS: AtomicU32 = AtomicU32::new(1);
    format!("{name}-{}", NUMBERS.fetch_add(1, Ordering::Relaxed))
}

/// A directory for the data of a marketplace.
pub(crate) fn directory() -> TempDir {
    tempfile::Builder::new().prefix("boxoffice-pages-").tempdir().unwrap()
}

impl Marketplace {
    /// Starts the program on the content of its demo.
    pub(crate) async fn of_demo(data: &Path) -> Self {
        let ended = Process::spawn(program(data).arg("demo"), None).end_within(DEMO_MAX).await;
        assert!(ended.is_some_and(|status| status.success()), "the demo does not end");
        Self::start(data, &[]).await
    }

    /// Starts the program. Its data is removed when this process ends.
    pub(crate) async fn start(data: &Path, flags: &[&str]) -> Self {
        let [port] = free_ports();
        Self::start_on(port, data, program(data).args(flags)).await
    }

    /// Starts the program by a command on a port that its settings contain.
    pub(crate) async fn start_on(port: u16, data: &Path, command: &mut Command) -> Self {
        command.args(["--port", &port.to_string()]);
        let mut process = Process::spawn(command, Some(data));
        let base = format!("http://127.0.0.1:{port}");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let ready = format!("{base}/health/ready");
        let mut is_ready = false;
        holds_within(READY_MAX, async || {
            let reply = http.get(&ready).send().await;
            is_ready = reply.is_ok_and(|reply| reply.status().is_success());
            is_ready || process.ended().is_some()
        })
        .await;
        assert!(is_ready, "the program does not start");
        Self { client: Client::to(base), process }
    }

    /// The same marketplace for a test, whose runtime keeps the connections.
    pub(crate) fn client(&self) -> Client {
        Client::to(self.client.base().to_owned())
    }

    /// Stops the program.
    pub(crate) async fn stop(mut self) {
        self.process.signal(Signal::TERM);
        self.process.end_within(READY_MAX).await.unwrap();
    }
}

/// The program on a data directory, without output.
pub(crate) fn program(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_boxoffice"));
    command.env_clear().arg("--data-dir").arg(data);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Offers a show; returns its id once its page sells every price category.
pub(crate) async fn offer_show(client: &Client, seller: &User, body: Value) -> String {
    let categories = body["tickets"].as_array().unwrap().len();
    let id = client.create(seller, "/api/shows", body).await;
    sells(client, &format!("/shows/{id}"), categories).await;
    id
}

/// Offers a ticket without a show; returns its id once its page sells it.
pub(crate) async fn offer_ticket(client: &Client, seller: &User, body: Value) -> String {
    let id = client.create(seller, "/api/tickets", body).await;
    sells(client, &format!("/tickets/{id}"), 1).await;
    id
}

/// A show of two price categories.
pub(crate) fn show(title: &str) -> Value {
    json!({
        "title": title,
        "description": "Four concerts in one night.\n\nThe bar opens an hour before.",
        "startsAt": "2035-06-01T18:00:00Z",
        "doorsAt": "2035-06-01T17:00:00Z",
        "venue": {"name": "Town Hall", "address": "Market 1, Berlin", "timeZone": "Europe/Berlin"},
        "tickets": [
            {"title": "Stalls", "price": 24.5, "quantity": 40},
            {"title": "Box", "description": "Six seats.", "price": 60, "quantity": 6},
        ],
    })
}

async fn sells(client: &Client, path: &str, categories: usize) {
    let is_so = async || {
        client.get(None, path).await.body.matches("name=\"quantity.").count() == categories
    };
    assert!(holds_within(READY_MAX, is_so).await, "{path} does not sell");
}
