//! Components that outlive every process: stores, bus, provider and clock.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, BusFaults, LogLimits};
use contract::amount_rules::AmountRules;
use contract::catalogue::services;
use orders::domain::HoldLimits;
use parking_lot::Mutex;
use payments::TestProvider;
use service::{Platform, ServiceSettings, SessionKey};
use sources::{Clock, Ids, ManualClock};
use store::{Engine, MemoryEngine};
use testing::platforms::START;
use web::session::{CookieKind, Revocations, Verifier};
use web::{SeenStorage, Sessions};

use crate::continuous_checks::Checks;
use crate::mail_server::MailServer;
use crate::operation::{Deployment, StoreFault};
use crate::provider::Provider;

/// Time to pay an order: short, so that many orders expire within a script.
pub(crate) const ORDER_WINDOW: Duration = Duration::from_secs(6);

/// Units of a ticket that a buyer may hold at once; two orders of a script already reach it.
pub(crate) const HOLD_LIMIT: u32 = 3;

/// The limit over all tickets: less than twice the limit of one ticket.
pub(crate) const HOLD_LIMIT_TOTAL: u32 = 5;

/// Unpaid orders from which a buyer may hold one unit only; most scripts exceed it.
pub(crate) const UNPAID_LIMIT: u32 = 3;

/// Percentage of a ticket that a network may hold; up to four units, the limit of one buyer applies.
pub(crate) const NETWORK_HOLD_SHARE: u32 = 50;

/// Minimum time between the start of a payment and the deadline of its order.
const PAYMENT_EXTENSION: Duration = Duration::from_secs(3);

pub(crate) const SECRET: [u8; 32] = [7; 32];

/// The environment in which processes open.
pub(crate) struct Engines {
    pub(crate) clock: Clock,
    pub(crate) hand: ManualClock,
    pub(crate) ids: Ids,
    pub(crate) bus: Bus,
    pub(crate) bus_faults: BusFaults,
    pub(crate) provider: Provider,
    pub(crate) mail_server: MailServer,
    pub(crate) key: SessionKey,
    pub(crate) settings: ServiceSettings,
    pub(crate) checks: Arc<Mutex<Checks>>,
    pub(crate) deployment: Deployment,
    stores: BTreeMap<&'static str, MemoryEngine>,
    verifier: Verifier,
}

impl Engines {
    pub(crate) fn new(deployment: Deployment) -> Self {
        let (clock, hand) = Clock::manual(START);
        let checks = Arc::new(Mutex::new(Checks::new(deployment)));
        let stores = services::names().chain([TestProvider::NAME]).map(|name| {
            let engine = match deployment {
                Deployment::OneProcess | Deployment::Services => MemoryEngine::default(),
                Deployment::Replicas => MemoryEngine::shared(),
            };
            let (checks, hand) = (Arc::clone(&checks), hand.clone());
            (name, engine.watched(move |batch| checks.lock().committed(name, batch, hand.now())))
        });
        let stores: BTreeMap<&'static str, MemoryEngine> = stores.collect();
        let watching = Arc::clone(&checks);
        let bus = Bus::memory_watched(clock.clone(), LogLimits::default(), move |message| {
            watching.lock().published(message);
        });
        let key = SessionKey::from_secret(&SECRET);
        Self {
            hand,
            ids: Ids::seeded(1),
            bus_faults: bus.faults().expect("a memory bus"),
            bus,
            provider: Provider::new(clock.clone()),
            mail_server: MailServer::default(),
            clock,
            settings: settings(),
            checks,
            deployment,
            stores,
            verifier: Verifier::new(&[key.public_key()]),
            key,
        }
    }

    /// The engine of a store, for a new process.
    pub(crate) fn engine(&self, name: &str) -> Engine {
        Engine::Memory(self.stores[name].replica())
    }

    pub(crate) fn platform(&self, name: &str, sessions: Sessions) -> Platform {
        let (clock, ids) = (self.clock.clone(), self.ids.clone());
        Platform { engine: self.engine(name), bus: self.bus.clone(), clock, ids, sessions }
    }

    /// The session verification of a new process.
    pub(crate) fn sessions(&self) -> Sessions {
        Sessions {
            verifier: self.verifier.clone(),
            revocations: Revocations::default(),
            cookie: CookieKind::Plain,
            clock: self.clock.clone(),
            cors_origins: web::CorsOrigins::default(),
            seen_storage: match self.deployment {
                Deployment::OneProcess => SeenStorage::memory(),
                Deployment::Services | Deployment::Replicas => SeenStorage::Cookies,
            },
        }
    }

    /// Plans a fault of a store, once or until the store recovers.
    pub(crate) fn plan_in_store(&self, store: &str, fault: StoreFault) {
        let Some(faults) = self.stores.get(store).map(MemoryEngine::faults) else { return };
        match fault {
            StoreFault::Once(operation, fault) => faults.plan(operation, fault),
            StoreFault::Lasting(fault) => faults.begin(fault),
            StoreFault::Recovers => faults.end(),
        }
    }

    pub(crate) fn stop_faults(&self) {
        for engine in self.stores.values() {
            engine.faults().stop();
        }
        self.bus_faults.stop();
        self.provider.with(|provider, _| provider.clear_faults());
        self.mail_server.clear_faults();
    }
}

/// The settings of the services: short windows, and cheap password hashing on the calling thread.
fn settings() -> ServiceSettings {
    let mut settings = ServiceSettings::default();
    settings.set(orders::Settings {
        amount_rules: AmountRules::Stripe,
        order_window: ORDER_WINDOW,
        payment_extension: PAYMENT_EXTENSION,
        hold_limits: HoldLimits {
            per_ticket: NonZeroU32::new(HOLD_LIMIT),
            total: NonZeroU32::new(HOLD_LIMIT_TOTAL),
            unpaid_ends: NonZeroU32::new(UNPAID_LIMIT),
        },
        network_hold_share: NonZeroU32::new(NETWORK_HOLD_SHARE),
        ..orders::Settings::default()
    });
    let amount_rules = AmountRules::Stripe;
    settings.set(tickets::Settings { amount_rules, ..tickets::Settings::default() });
    settings.set(auth::Settings {
        hashing: auth::hashing::Cost { memory_kib: 8, passes: 1 },
        hashed: auth::hashing::HashThreads::Calling,
        ..auth::Settings::default()
    });
    settings
}
