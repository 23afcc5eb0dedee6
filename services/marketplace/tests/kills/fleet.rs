//! The programs that make up a marketplace, behind one address.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bus::Bus;
use contract::catalogue::services::STOREFRONT;
use contract::catalogue::{SERVICES, services};
use sources::Clock;
use store::Engine;
use testing::SmtpSink;
use testing::processes::{Instance, Program, Signal, free_ports, holds_within};
use testing::proxy::{Route, Router};
use tokio::sync::{Mutex, MutexGuard};

use crate::servers::Servers;
use invariants::Reader;
use marketplace::services::in_order;

/// Time to pay an order: short, so that many orders expire during a run.
pub(crate) const ORDER_WINDOW: Duration = Duration::from_secs(3);

/// Minimum time to pay after the start of a payment.
const PAYMENT_EXTENSION: &str = "4s";

/// Longest start of a program: more than the minute for which this database keeps an open
/// transaction of a killed process, with the documents that it locks.
const READY_MAX: Duration = Duration::from_secs(90);

/// The storage of documents and messages.
pub(crate) enum Engines {
    /// Files in a directory that one process locks.
    Embedded,
    /// A database and a broker.
    Servers(Box<Servers>),
}

/// One fleet runs at a time: on a small machine, two would delay each other's expiry.
static ALONE: Mutex<()> = Mutex::const_new(());

pub(crate) struct Fleet {
    pub(crate) members: Vec<Instance>,
    pub(crate) engines: Engines,
    router: Router,
    /// The mail server of the services.
    pub(crate) sink: Arc<SmtpSink>,
    dir: tempfile::TempDir,
    _alone: MutexGuard<'static, ()>,
}

/// Replicas of each service.
const REPLICAS: usize = 2;

impl Fleet {
    /// All five services in one process, on embedded engines.
    pub(crate) async fn embedded() -> Self {
        let alone = ALONE.lock().await;
        let dir = tempfile::tempdir().unwrap();
        let sink = Arc::new(SmtpSink::start().await);
        let settings = [
            ("SMTP_URL", sink.url()),
            ("DATA_DIR", dir.path().join("data").display().to_string()),
            ("WORKERS", "2".to_owned()),
        ];
        let boxoffice = described("boxoffice", dir.path(), &settings);
        let paths = vec![Route { prefix: "/", replicas: vec![boxoffice.base()] }];
        let members = vec![boxoffice.start(&[])];
        let (engines, router) = (Engines::Embedded, Router::start(paths));
        let mut fleet = Self { members, engines, router, sink, dir, _alone: alone };
        fleet.ready().await;
        fleet
    }

    /// Each service as two processes, on a database and a broker.
    pub(crate) async fn of_services() -> Self {
        Self::of_services_with(&[]).await
    }

    /// The same, with these settings instead of those of every fleet.
    pub(crate) async fn of_services_with(settings: &[(&str, &str)]) -> Self {
        let alone = ALONE.lock().await;
        Self::on_servers(Servers::start().await, alone, settings).await
    }

    /// Expiration alone, one process, without a service that decides about orders.
    pub(crate) async fn of_expiration() -> Self {
        let alone = ALONE.lock().await;
        let (dir, servers) = (tempfile::tempdir().unwrap(), Servers::start().await);
        let settings = |name| settings(name, dir.path(), &servers);
        let auth = described("auth", dir.path(), &settings("auth"));
        let expiration = described("expiration", dir.path(), &settings("expiration"));
        // Auth only creates the session key, and is not needed afterwards.
        let mut members = vec![auth.start(&[])];
        ready(&mut members).await;
        members = vec![expiration.start(&[])];
        ready(&mut members).await;
        let (engines, router) = (Engines::Servers(Box::new(servers)), Router::start(Vec::new()));
        let sink = Arc::new(SmtpSink::start().await);
        Self { members, engines, router, sink, dir, _alone: alone }
    }

    /// Five services on three brokers, which store three copies of every message.
    pub(crate) async fn on_a_cluster() -> Self {
        let alone = ALONE.lock().await;
        Self::on_servers(Servers::start_cluster().await, alone, &[]).await
    }

    async fn on_servers(
        servers: Servers,
        alone: MutexGuard<'static, ()>,
        more: &[(&str, &str)],
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sink = Arc::new(SmtpSink::start().await);
        let smtp_url = ("SMTP_URL".to_owned(), sink.url());
        let names: Vec<&str> = services::names().collect();
        let program = |name: &&str| {
            let mut program = described(name, dir.path(), &settings(name, dir.path(), &servers));
            let more = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            program.environment.extend(more);
            program.environment.push(smtp_url.clone());
            program
        };
        let mut programs: Vec<Program> =
            (0..REPLICAS).flat_map(|_| names.iter().map(program)).collect();
        let of = |name: &str| {
            let replicas = programs.iter().filter(|program| program.name == name);
            replicas.map(Program::base).collect()
        };
        let paths = SERVICES.iter().flat_map(|service| {
            let paths = service.paths.iter().chain(service.pages);
            paths.map(|prefix| Route { prefix, replicas: of(service.name) })
        });
        // The page `/` is a prefix of every path.
        let mut paths: Vec<Route> = paths.collect();
        paths.sort_by_key(|route| std::cmp::Reverse(route.prefix.len()));
        let (engines, router) = (Engines::Servers(Box::new(servers)), Router::start(paths));
        for program in programs.iter_mut().filter(|program| program.name == STOREFRONT.name) {
            let called = STOREFRONT.calls.iter();
            let addresses =
                called.map(|name| (format!("{}_URL", name.to_uppercase()), router.base()));
            program.environment.extend(addresses);
        }
        let mut members = Vec::new();
        for replicas in programs.chunks(names.len()) {
            members.extend(replicas.iter().map(|program| program.start(&[])));
            // The first process of each service creates the session key, the collections and the
            // streams.
            ready(&mut members).await;
        }
        Self { members, engines, router, sink, dir, _alone: alone }
    }

    pub(crate) fn base(&self) -> String {
        self.router.base()
    }

    /// Aborts transactions that killed processes left open.
    pub(crate) async fn end_open_transactions(&self) {
        if let Engines::Servers(servers) = &self.engines {
            servers.end_open_transactions().await;
        }
    }

    pub(crate) async fn ready(&mut self) {
        ready(&mut self.members).await;
    }

    /// Waits until nothing is in flight, and opens the stores for reading. After the bound, the
    /// stores are read in any state: the checker reports that they are not at rest.
    pub(crate) async fn at_rest(&mut self, bound: Duration) -> Reader {
        match &self.engines {
            Engines::Servers(servers) => {
                let reader = servers.reader().await;
                holds_within(bound, || is_at_rest(&reader)).await;
                reader
            }
            Engines::Embedded => self.at_rest_embedded(bound).await,
        }
    }

    async fn at_rest_embedded(&mut self, bound: Duration) -> Reader {
        let until = tokio::time::Instant::now() + bound;
        loop {
            // Only one process can open an embedded engine.
            for member in &mut self.members {
                member.process.signal(Signal::TERM);
                member.process.end_within(READY_MAX).await.unwrap();
            }
            let data = self.dir.path().join("data");
            let bus = Bus::embedded(&data.join("bus.db"), Clock::System).unwrap();
            let engine = |name: &str| Engine::sqlite(data.join(format!("{name}.db")));
            let reader = Reader::open(in_order(), engine, bus).await.unwrap();
            if is_at_rest(&reader).await || tokio::time::Instant::now() > until {
                return reader;
            }
            drop(reader);
            self.members.iter_mut().for_each(Instance::restart);
            self.ready().await;
        }
    }
}

/// Whether nothing is in flight, and no mail is to be sent.
async fn is_at_rest(reader: &Reader) -> bool {
    let now = Clock::System.now();
    reader.is_quiet().await.unwrap() && reader.are_mails_sent(now).await.unwrap()
}

/// Settings of a service in addition to its port and the settings of every fleet.
fn settings(name: &str, dir: &Path, servers: &Servers) -> Vec<(&'static str, String)> {
    let key = dir.join("session-key.pem").display().to_string();
    let mut settings = vec![
        ("MODE", "development".to_owned()),
        ("WORKERS", "1".to_owned()),
        ("SESSION_PUBLIC_KEY", format!("{key}.pub")),
        ("SESSION_KEY", key),
        ("MAIL_DIR", dir.join("mail").display().to_string()),
    ];
    settings.extend(servers.settings(name));
    settings
}

/// A program with the settings of every fleet.
fn described(name: &str, dir: &Path, settings: &[(&str, String)]) -> Program {
    let [port] = free_ports();
    let mut environment = vec![
        ("PORT".to_owned(), port.to_string()),
        ("COOKIE".to_owned(), "plain".to_owned()),
        ("ORDER_WINDOW".to_owned(), format!("{}s", ORDER_WINDOW.as_secs())),
        ("PAYMENT_EXTENSION".to_owned(), PAYMENT_EXTENSION.to_owned()),
    ];
    environment.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    Program {
        name: name.to_owned(),
        // A build with debug assertions, which has crash points.
        path: env!("CARGO_BIN_EXE_boxoffice").into(),
        // All services, or one.
        arguments: services::find(name).map(|service| service.name.into()).into_iter().collect(),
        environment,
        port,
        log: dir.join(format!("{name}-{port}.log")),
    }
}

async fn ready(members: &mut [Instance]) {
    for member in members {
        let is_ready = member.is_ready_within(READY_MAX).await;
        assert!(is_ready, "{} is not ready:\n{}", member.program.name, member.output_tail());
    }
}
