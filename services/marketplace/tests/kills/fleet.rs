//! The programs that make up a marketplace, behind one address.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bus::Bus;
use sources::Clock;
use store::Engine;
use testing::processes::{Process, Program, READY_MAX, free_port};
use testing::proxy::{Route, Router};

use crate::programs::program;
use crate::reading::Reader;

/// Time to pay an order: short, so that many expire while a run lasts.
pub(crate) const ORDER_WINDOW: &str = "3s";

/// Time that starting a payment leaves at least.
const PAYMENT_EXTENSION: &str = "4s";

/// Time that the programs are given to come to rest once the load has ended.
pub(crate) const QUIET_MAX: Duration = Duration::from_mins(1);

/// A marketplace that runs.
pub(crate) struct Fleet {
    pub(crate) members: Vec<Process>,
    router: Router,
    dir: PathBuf,
    _kept_until_dropped: tempfile::TempDir,
}

impl Fleet {
    /// All five services in one process, on embedded engines.
    pub(crate) async fn embedded(variables: &[(&str, String)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let settings = [
            ("DATA_DIR", dir.path().join("data").display().to_string()),
            ("WORKERS", "2".to_owned()),
        ];
        let boxoffice = described("boxoffice", dir.path(), settings);
        let routes = vec![Route { prefix: "/", replicas: vec![boxoffice.base()] }];
        let mut members = vec![boxoffice.start(variables)];
        ready(&mut members).await;
        let path = dir.path().to_owned();
        Self { members, router: Router::start(routes), dir: path, _kept_until_dropped: dir }
    }

    /// Where customers find it.
    pub(crate) fn base(&self) -> String {
        self.router.base()
    }

    /// Waits until every member is ready.
    pub(crate) async fn ready(&mut self) {
        ready(&mut self.members).await;
    }

    /// Waits until nothing is on its way, and opens the stores for reading. What is not quiet within its bound is read all the
    /// same: that it is not is for the checker to say.
    pub(crate) async fn at_rest(&mut self, variables: &[(&str, String)]) -> Reader {
        let until = tokio::time::Instant::now() + QUIET_MAX;
        loop {
            // An embedded engine is one process's alone.
            for member in &mut self.members {
                member.signal("-TERM");
                member.end_within(READY_MAX).await.unwrap();
            }
            let data = self.dir.join("data");
            let bus = Bus::embedded(&data.join("bus.db"), Clock::System).unwrap();
            let engine = |name: &str| Engine::sqlite(data.join(format!("{name}.db")));
            let reader = Reader::open(engine, bus).await;
            if reader.is_quiet().await || tokio::time::Instant::now() > until {
                return reader;
            }
            drop(reader);
            for member in &mut self.members {
                *member = member.program().start(variables);
            }
            self.ready().await;
        }
    }
}

/// How a program is started with what every fleet sets.
fn described<const N: usize>(name: &str, dir: &Path, settings: [(&str, String); N]) -> Program {
    let port = free_port();
    let mut environment = vec![
        ("PORT".to_owned(), port.to_string()),
        ("ORDER_WINDOW".to_owned(), ORDER_WINDOW.to_owned()),
        ("PAYMENT_EXTENSION".to_owned(), PAYMENT_EXTENSION.to_owned()),
    ];
    environment.extend(settings.map(|(name, value)| (name.to_owned(), value)));
    Program {
        name: name.to_owned(),
        path: program(name),
        arguments: Vec::new(),
        environment,
        port,
        log: dir.join(format!("{name}-{port}.log")),
    }
}

async fn ready(members: &mut [Process]) {
    for member in members {
        let is_ready = member.is_ready_within(READY_MAX).await;
        assert!(is_ready, "{} is not ready:\n{}", member.program().name, member.last_words());
    }
}
