//! Engines, bus, clock and keys that survive a restart of the services on them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use bus::Bus;
use contract::{Id, Timestamp, UserId};
use parking_lot::Mutex;
use service::{Platform, SessionKey};
use sources::{Clock, Ids, ManualClock};
use store::{Engine, Faults};
use web::session::{CookieKind, Revocations, Verifier};
use web::{SeenStorage, Sessions};

use crate::processes::within;
use crate::user::{Rank, User, claims, sign};

/// The start of manual clocks: 2026-11-21T12:00:00Z.
pub const START: Timestamp = Timestamp::from_unix_ms(1_795_262_400_000);

/// Real-time bound until the previous process closes the bus.
const BUS_CLOSE_MAX: Duration = Duration::from_secs(20);

/// The dependencies of services, kept across restarts.
pub struct Platforms {
    /// The clock of the services.
    pub clock: Clock,
    /// The bus.
    pub bus: Bus,
    /// The source of ids.
    pub ids: Ids,
    /// The key that signs sessions.
    pub key: SessionKey,
    on_disk: Option<PathBuf>,
    engines: Mutex<HashMap<String, Engine>>,
}

impl Platforms {
    /// Memory engines and a manual clock.
    pub fn in_memory() -> Self {
        let (clock, _) = Clock::manual(START);
        let bus = Bus::memory(clock.clone());
        Self::new(clock, bus, None)
    }

    /// Embedded engines in a directory, and a manual clock.
    pub fn on_disk(dir: PathBuf) -> Self {
        Self::on_disk_by(Clock::manual(START).0, dir)
    }

    fn on_disk_by(clock: Clock, dir: PathBuf) -> Self {
        // Threads of a stopped server end shortly after it.
        let bus = within(BUS_CLOSE_MAX, "the bus is closed elsewhere", || {
            Bus::embedded(&dir.join("bus.db"), clock.clone()).map_err(|error| error.chain())
        });
        Self::new(clock, bus, Some(dir))
    }

    fn new(clock: Clock, bus: Bus, on_disk: Option<PathBuf>) -> Self {
        Self {
            clock,
            bus,
            ids: Ids::seeded(1),
            key: SessionKey::from_secret(&[7; 32]),
            on_disk,
            engines: Mutex::default(),
        }
    }

    /// The platforms of the next process: the bus and the engines are opened again from the
    /// directory; memory engines, the clock, the ids and the key stay. Services on these platforms
    /// must be stopped or killed first.
    pub fn reopened(self) -> Self {
        let Self { clock, bus, ids, key, on_disk, engines } = self;
        let Some(dir) = on_disk else { return Self { clock, bus, ids, key, on_disk, engines } };
        drop((bus, engines));
        Self { ids, key, ..Self::on_disk_by(clock, dir) }
    }

    /// The handle of the manual clock.
    pub fn hand(&self) -> &ManualClock {
        hand_of(&self.clock)
    }

    /// A new id, minted now.
    pub fn id(&self) -> Id {
        self.ids.next(self.clock.now())
    }

    /// A new session of an account.
    pub fn signed_in(&self, id: UserId) -> User {
        let claims = claims(id, self.id().into(), Rank::User, self.clock.now());
        User { id, cookie: format!("session={}", sign(&claims, &self.key)) }
    }

    /// The engine of a store: the same name returns the same engine.
    pub fn engine(&self, name: &str) -> Engine {
        let mut engines = self.engines.lock();
        let engine = engines.entry(name.to_owned()).or_insert_with(|| match &self.on_disk {
            Some(dir) => Engine::sqlite(dir.join(format!("{name}.db"))),
            None => Engine::memory(),
        });
        engine.clone()
    }

    /// The injected faults of a store in memory.
    pub fn faults(&self, name: &str) -> Faults {
        match self.engine(name) {
            Engine::Memory(engine) => engine.faults(),
            Engine::Sqlite(_) | Engine::Mongo(_) => panic!("{name} is not in memory"),
        }
    }

    /// The platform of the named service, with new sessions, as in a new process.
    pub fn platform(&self, name: &str) -> Platform {
        self.platform_with(name, self.sessions())
    }

    /// The platform of the named service, in a process with these sessions.
    pub fn platform_with(&self, name: &str, sessions: Sessions) -> Platform {
        Platform {
            engine: self.engine(name),
            bus: self.bus.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            sessions,
        }
    }

    /// The verification of sessions in one process.
    pub fn sessions(&self) -> Sessions {
        Sessions {
            verifier: Verifier::new(&[self.key.public_key()]),
            revocations: Revocations::default(),
            cookie: CookieKind::Plain,
            clock: self.clock.clone(),
            cors_origins: web::CorsOrigins::default(),
            seen_storage: SeenStorage::default(),
        }
    }
}

/// The handle of a manual clock.
pub(crate) fn hand_of(clock: &Clock) -> &ManualClock {
    match clock {
        Clock::Manual(hand) => hand,
        Clock::System => panic!("the system clock cannot be moved"),
    }
}
