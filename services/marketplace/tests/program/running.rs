//! The program as a process: started, called, signalled.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use derive_more::Deref;
use serde_json::{Value, json};
use testing::engines::mongo::Mongo;
use testing::engines::nats::Nats;
use testing::processes::{Process, Signal, holds_within};
use testing::{Client, User};

/// Real time within which a fact must hold.
pub(crate) const FACT_WAIT_MAX: Duration = Duration::from_secs(30);

/// The settings of mails that production requires. No server listens on the discard port.
pub(crate) const MAIL: [(&str, &str); 3] = [
    ("SMTP_URL", "smtp://127.0.0.1:9"),
    ("MAIL_FROM", "tickets@example.com"),
    ("PUBLIC_URL", "https://tickets.example.com"),
];

pub(crate) fn program(data_dir: &Path, flags: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_boxoffice"));
    command.env_clear().args(["--data-dir", data_dir.to_str().unwrap()]).args(flags);
    command
}

/// The program in production mode, on a database and a broker of this test's own. Its mails wait for
/// a server; accounts trade without them.
pub(crate) fn on_servers(dir: &Path, mongodb: &str, nats: &Nats) -> Command {
    let mut command = program(dir, &["--mode", "production", "--cookie", "plain"]);
    command
        .env("ALLOW_TEST_PROVIDER", "yes")
        .env("MONGODB_URL", mongodb)
        .env("MONGODB_PREFIX", "operator_")
        .env("NATS_URL", nats.url())
        .env("NATS_MONITOR_URL", nats.monitor_url())
        .envs(MAIL)
        .env("VERIFIED_TO_TRADE", "off");
    command
}

pub(crate) async fn servers() -> (Mongo, Nats) {
    tokio::task::spawn_blocking(|| (Mongo::start(), Nats::start())).await.unwrap()
}

#[derive(Deref)]
pub(crate) struct Marketplace {
    pub(crate) process: Process,
    pub(crate) banner: String,
    #[deref]
    client: Client,
}

impl Marketplace {
    pub(crate) fn start(data_dir: &Path, flags: &[&str]) -> Self {
        Self::start_by(program(data_dir, &["--port", "0"]).args(flags))
    }

    /// Starts the program by a command, which names the port 0.
    pub(crate) fn start_by(command: &mut Command) -> Self {
        let mut process = Process::spawn(command.stdout(Stdio::piped()), None);
        let mut lines = BufReader::new(process.child.stdout.take().unwrap()).lines();
        let mut banner = String::new();
        for line in lines.by_ref() {
            banner.push_str(&line.unwrap());
            banner.push('\n');
            if banner.ends_with("Ctrl-C stops it.\n") {
                break;
            }
        }
        let url = banner.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("the program did not start: {banner}"));
        let client = Client::to(url.to_owned());
        Self { process, banner, client }
    }

    pub(crate) async fn metrics(&self) -> String {
        self.get(None, "/metrics").await.body
    }

    /// The value of a metric with its labels; `None` if it is not published.
    pub(crate) async fn metric(&self, name: &str) -> Option<u32> {
        let metrics = self.metrics().await;
        metrics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
    }

    pub(crate) async fn becomes(&self, user: Option<&User>, path: &str, field: &str, value: Value) {
        let is_so = async || self.get(user, path).await.at(field) == value;
        eventually(&format!("{field} of {path} is {value}"), is_so).await;
    }

    /// A seller, Ann, and units of a ticket that the seller offers for 5 dollars each.
    pub(crate) async fn offered(&self, quantity: u32) -> (User, User, String) {
        let (seller, ann) = (self.sign_up("seller").await, self.sign_up("ann").await);
        let offer = json!({"title": "Concert", "price": 5, "quantity": quantity});
        let ticket = self.create(&seller, "/api/tickets", offer).await;
        (seller, ann, ticket)
    }

    /// Ann, and a ticket of which Ann has bought one of these units by a card.
    pub(crate) async fn sold(&self, quantity: u32, card: &str) -> (User, String) {
        let (_, ann, ticket) = self.offered(quantity).await;
        let order = self.create(&ann, "/api/orders", json!({"ticketId": ticket})).await;
        self.pay(&ann, order.parse().unwrap(), card).await.expect(201);
        (ann, ticket)
    }

    /// Stops the program; returns once it has exited.
    pub(crate) async fn stop(mut self) {
        self.process.signal(Signal::TERM);
        self.process.end_within(FACT_WAIT_MAX).await.unwrap();
    }
}

/// Waits until a condition holds; fails the test if it does not within the bound.
pub(crate) async fn eventually(fact: &str, holds: impl AsyncFnMut() -> bool) {
    assert!(holds_within(FACT_WAIT_MAX, holds).await, "it does not become true that {fact}");
}

/// Runs a program to its end; returns its exit code, standard output and standard error.
pub(crate) fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// Runs the block of a page between the markers of this name; returns each line that is JSON, and
/// the whole output.
pub(crate) async fn tour(page: &str, name: &str, url: &str) -> (Vec<Value>, String) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(page);
    let page = std::fs::read_to_string(page).unwrap();
    let (_, tour) = page.split_once(&format!("<!-- {name}:begin -->\n```bash\n")).unwrap();
    let (tour, _) = tour.split_once(&format!("```\n<!-- {name}:end -->")).unwrap();
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", tour]).env("URL", url).env("no_proxy", "*");
    let (code, output, errors) = tokio::task::spawn_blocking(move || run(&mut bash)).await.unwrap();
    assert_eq!(code, 0, "{output}{errors}");
    let answers = output.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    (answers, output)
}
