//! The disk, the database or the broker fails while the marketplace runs or starts, and recovers.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use testing::engines::mongo::Mongo;
use testing::engines::nats::Nats;
use testing::processes::{Process, free_ports};
use testing::{Reply, User};

use crate::running::{Marketplace, eventually, on_servers, program, servers};

/// Orders placed while the broker is unavailable.
const ORDERS: u32 = 3;

/// The metric of outbox entries of the orders service.
const OUTBOX_OF_ORDERS: &str = "store_outbox_entries{store=\"orders\"}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_are_accepted_without_the_broker_and_delivered_after_its_return() {
    let (database, broker) = servers().await;
    let dir = tempfile::tempdir().unwrap();
    let mut command = on_servers(dir.path(), &database.url(), &broker);
    let marketplace = Marketplace::start_by(command.args(["--port", "0"]));
    let (_, buyer, ticket) = marketplace.offered(ORDERS).await;
    let shown = format!("/api/tickets/{ticket}");
    marketplace.becomes(None, &shown, "available", json!(ORDERS)).await;
    marketplace.becomes(None, "/health/ready", "status", json!("ok")).await;
    let is_empty = || async { marketplace.metric(OUTBOX_OF_ORDERS).await == Some(0) };
    eventually("the outbox is empty", is_empty).await;

    tokio::task::block_in_place(|| broker.kill());
    marketplace.becomes(None, "/health/ready", "degraded", json!(["bus"])).await;
    let mut orders = Vec::new();
    for _ in 0..ORDERS {
        orders.push(marketplace.create(&buyer, "/api/orders", json!({"ticketId": ticket})).await);
        let health = marketplace.get(None, "/health/ready").await.expect(200).json();
        assert_eq!(health, json!({"status": "ok", "degraded": ["bus"]}));
    }
    let keeps_all = || async { marketplace.metric(OUTBOX_OF_ORDERS).await >= Some(ORDERS) };
    eventually("the outbox holds the orders", keeps_all).await;
    let unheard_of = marketplace.get(None, &shown).await.at("available");
    assert_eq!(unheard_of, ORDERS, "tickets has not received the orders");

    tokio::task::block_in_place(|| broker.run());
    marketplace.becomes(None, "/health/ready", "degraded", Value::Null).await;
    marketplace.becomes(None, &shown, "available", json!(0)).await;
    for order in orders {
        marketplace.pay(&buyer, order.parse().unwrap(), "tok_visa").await.expect(201);
        let order = format!("/api/orders/{order}");
        marketplace.becomes(Some(&buyer), &order, "status", json!("complete")).await;
    }
    eventually("the outbox is empty", is_empty).await;
    marketplace.stop().await;
}

/// Longest time until a response, during any outage, on a machine that compiles meanwhile.
const ANSWER_MAX: Duration = Duration::from_secs(2);

/// Checks of a process whose servers hang: about ten seconds' worth.
const AWAY_LOOKS: u32 = 8;

/// Maximum number of log lines of an outage: one for each store and one for the bus when it starts,
/// and as many when it ends.
const LINES_MAX: usize = 2 * 7;

/// The length of the files that SQLite recreates at every start, in blocks of 512 bytes; the logs
/// are longer.
const SHARED_MEMORY: &str = "64";

#[derive(Debug, Clone, Copy)]
enum Away {
    Hanging,
    Dead,
}

impl Away {
    fn begin(self, database: &Mongo, broker: &Nats) {
        match self {
            Self::Hanging => (database.pause(), broker.pause()),
            Self::Dead => (database.kill(), broker.kill()),
        };
    }

    fn end(self, database: &Mongo, broker: &Nats) {
        match self {
            Self::Hanging => (database.resume(), broker.resume()),
            Self::Dead => (database.run(), broker.run()),
        };
    }
}

/// The marketplace, and the lines that it has logged.
struct Logged {
    marketplace: Marketplace,
    lines: Arc<AtomicUsize>,
}

impl Logged {
    fn start(command: &mut Command) -> Self {
        let mut marketplace = Marketplace::start_by(command.stderr(Stdio::piped()));
        let lines = Arc::new(AtomicUsize::new(0));
        let (log, counted) = (marketplace.process.child.stderr.take().unwrap(), Arc::clone(&lines));
        std::thread::spawn(move || {
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                eprintln!("{line}");
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { marketplace, lines }
    }

    fn lines(&self) -> usize {
        self.lines.load(Ordering::Relaxed)
    }

    /// Sends GET or POST; the response must arrive in time.
    async fn promptly(&self, user: Option<&User>, path: &str, body: Option<&Value>) -> Reply {
        let started = tokio::time::Instant::now();
        let reply = match body {
            Some(body) => self.marketplace.post(user, path, body).await,
            None => self.marketplace.get(user, path).await,
        };
        let took = started.elapsed();
        assert!(took < ANSWER_MAX, "{path} returned {} after {took:?}", reply.status);
        reply
    }

    async fn is_ready(&self) -> bool {
        self.promptly(None, "/health/ready", None).await.status == 200
    }

    /// Limits the size of the files that the process writes, as `setrlimit` does: with 0, every
    /// write to a file fails.
    fn limit_files(&self, bytes: &str) {
        let id = self.marketplace.process.child.id().to_string();
        let limit = format!("--fsize={bytes}:");
        let status = Command::new("prlimit").args(["--pid", &id, &limit]).status().unwrap();
        assert!(status.success(), "prlimit comes with util-linux");
    }
}

/// The program, which survives the signal of a write past its limit: the write fails, as on a full
/// disk.
fn limited(dir: &Path, limit: &str) -> Command {
    let program = program(dir, &["--port", "0"]);
    let script = format!("trap '' XFSZ; ulimit -S -f {limit}; exec \"$0\" \"$@\"");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &script]).arg(program.get_program()).args(program.get_args()).env_clear();
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_writes_fail_in_time_and_reads_succeed() {
    let dir = tempfile::tempdir().unwrap();
    let shop = Logged::start(&mut limited(dir.path(), "unlimited"));
    let marketplace = &shop.marketplace;
    let (_, buyer, ticket) = marketplace.offered(90).await;
    let order = json!({"ticketId": ticket});
    let mut acknowledged = vec![marketplace.create(&buyer, "/api/orders", order.clone()).await];

    let before = shop.lines();
    shop.limit_files("0");
    for _ in 0..20 {
        let refused = shop.promptly(Some(&buyer), "/api/orders", Some(&order)).await;
        refused.expect_problem(503, "unavailable");
        let failing = shop.promptly(None, "/health/ready", None).await.expect(503).at("failing");
        assert!(failing.as_array().unwrap().contains(&json!("orders store")), "{failing}");
        shop.promptly(None, "/health/live", None).await.expect(200);
        shop.promptly(Some(&buyer), "/api/orders", None).await.expect(200);
    }
    let logged = shop.lines() - before;
    assert!(logged <= LINES_MAX, "{logged} lines");

    shop.limit_files("unlimited");
    eventually("the program recovers without a restart", || shop.is_ready()).await;
    acknowledged.push(marketplace.create(&buyer, "/api/orders", order.clone()).await);

    shop.limit_files("0");
    shop.promptly(Some(&buyer), "/api/orders", Some(&order)).await;
    drop(shop);
    // Exactly the acknowledged orders exist, without the refused ones; and the program also starts
    // on a full disk.
    for limit in [SHARED_MEMORY, "unlimited"] {
        let shop = Logged::start(&mut limited(dir.path(), limit));
        let listed = shop.promptly(Some(&buyer), "/api/orders", None).await.expect(200).json();
        let listed = listed.as_array().unwrap();
        let mut ids: Vec<&str> = listed.iter().map(|one| one["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        assert_eq!(ids, acknowledged);
        if limit == SHARED_MEMORY {
            assert!(!shop.is_ready().await, "the stores reject writes");
        } else {
            eventually("the program is ready", || shop.is_ready()).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_database_and_broker_hang_responses_are_in_time_and_the_log_stays_short() {
    let (database, broker) = servers().await;
    let dir = tempfile::tempdir().unwrap();
    let mut command = on_servers(dir.path(), &database.url(), &broker);
    let shop = Logged::start(command.args(["--port", "0"]));
    let marketplace = &shop.marketplace;
    let (_, buyer, ticket) = marketplace.offered(9).await;
    let shown = format!("/api/tickets/{ticket}");
    let order = json!({"ticketId": ticket});
    marketplace.create(&buyer, "/api/orders", order.clone()).await;
    marketplace.becomes(None, &shown, "available", json!(8)).await;
    eventually("the program is ready", || shop.is_ready()).await;

    for (left, away) in [(7, Away::Hanging), (6, Away::Dead)] {
        let before = shop.lines();
        tokio::task::block_in_place(|| away.begin(&database, &broker));
        for _ in 0..AWAY_LOOKS {
            assert!(!shop.is_ready().await, "it cannot answer requests");
            shop.promptly(None, "/health/live", None).await.expect(200);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // The outage is recorded by now: requests do not wait any more.
        marketplace.order(&buyer, &order).await.expect(503);
        tokio::task::block_in_place(|| away.end(&database, &broker));
        eventually("the program recovers without a restart", || shop.is_ready()).await;
        marketplace.create(&buyer, "/api/orders", order.clone()).await;
        let is_known = async || marketplace.get(None, &shown).await.at("available") == left;
        eventually("messages flow again", is_known).await;
        let logged = shop.lines() - before;
        assert!(logged <= 2 * LINES_MAX, "{logged} lines");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_without_its_servers_responds_while_it_starts() {
    let [port, mongodb, nats] = free_ports();
    let dir = tempfile::tempdir().unwrap();
    let mut command = program(dir.path(), &["--port", &port.to_string()]);
    command.env("MONGODB_URL", format!("mongodb://127.0.0.1:{mongodb}/"));
    command.env("NATS_URL", format!("nats://127.0.0.1:{nats}"));
    let _process = Process::spawn(command.stderr(Stdio::null()), None);
    let http = reqwest::Client::builder().no_proxy().timeout(ANSWER_MAX).build().unwrap();
    let answer = async |path: &str| {
        let answered = http.get(format!("http://127.0.0.1:{port}{path}")).send().await;
        answered.map_or(0, |answer| answer.status().as_u16())
    };
    let answers = || async { answer("/health/live").await == 200 };
    eventually("the process is alive", answers).await;
    assert_eq!(answer("/health/ready").await, 503);
}
