//! A service and its platform.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use bus::Relay;
use store::{Collection, Committer, Options, Store, Unavailable};
use utoipa_actix_web::service_config::ServiceConfig;
use web::{Code, Impact, ReadyCheck};

use crate::observability::metric_descriptions::Metric;
use crate::{Loop, Platform, person, revocations};

/// The routes of a service. Clones share them.
#[derive(Clone)]
pub struct Routes {
    /// Registers the routes.
    pub configure: Arc<dyn Fn(&mut ServiceConfig<'_>) + Send + Sync>,
    /// Their problem codes, beside the general ones.
    pub codes: &'static [Code],
}

impl Routes {
    /// Routes with these problem codes, and the function that registers them.
    pub fn new(
        codes: &'static [Code],
        configure: impl Fn(&mut ServiceConfig<'_>) + Send + Sync + 'static,
    ) -> Self {
        Self { configure: Arc::new(configure), codes }
    }

    /// Routes with these problem codes, whose handlers receive the ports of the service as data.
    pub fn on_ports<P: Send + Sync + 'static>(
        codes: &'static [Code],
        ports: P,
        configure: fn(&mut ServiceConfig<'_>),
    ) -> Self {
        let data = Data::new(ports);
        Self::new(codes, move |config| {
            config.app_data(Data::clone(&data));
            configure(config);
        })
    }
}

/// A service, ready to run: in its own process, together with others, or stepped by a test.
pub struct Service {
    /// Its name: `auth`.
    pub name: &'static str,
    /// Its routes.
    pub routes: Routes,
    /// Its background loops.
    pub loops: Vec<Loop>,
    /// Its stores, each with its committer; the first is its own, others belong to parts of it.
    pub stores: Vec<(Store, Committer)>,
    /// The metrics that it publishes, beside those of every process.
    pub metrics: &'static [Metric],
    /// Its readiness checks.
    pub checks: Vec<ReadyCheck>,
}

impl Service {
    /// Opens a service's store and adds the parts of every service: the relay, the retention of
    /// keys, the copy of revoked sessions, and a check that the store can be written to.
    ///
    /// # Errors
    /// [`Unavailable`] when the store or the bus does not respond.
    pub async fn open(
        name: &'static str,
        platform: &Platform,
        collections: &[&'static Collection],
    ) -> Result<(Self, Store), Unavailable> {
        let mut collections = collections.to_vec();
        collections.push(&web::idempotency::COLLECTION);
        collections.push(&revocations::COLLECTION);
        collections.push(&person::COLLECTION);
        let options = Options {
            source: name,
            collections,
            clock: platform.clock.clone(),
            ids: platform.ids.clone(),
        };
        let (store, committer) = Store::open(platform.engine.clone(), options).await?;
        revocations::load(&store, platform).await?;
        let relay = Relay::new(store.outbox(), platform.bus.clone(), platform.clock.clone());
        let revoked = revocations::listener(name, &store, platform).await?;
        let mut loops = vec![
            Loop::relay(name, relay),
            Loop::listener(revoked),
            Loop::forgetting::<web::idempotency::Record>(
                format!("{name}.forget_idempotency_keys"),
                (&store, &platform.clock),
                ("by_age", Duration::ZERO),
            ),
        ];
        loops.extend(revocations::forgetting(name, &store, platform));
        if platform.engine.is_shared() {
            loops.push(revocations::replicas::follow(name, &store, platform));
        }
        let checks = vec![commits(name, store.clone()), revocations::caught_up(name, platform)];
        let service = Self {
            name,
            routes: Routes::new(&[], |_| {}),
            loops,
            metrics: &[],
            stores: vec![(store.clone(), committer)],
            checks,
        };
        Ok((service, store))
    }
}

/// Checks that the store can be written to: its committer runs, and its engine commits.
fn commits(name: &'static str, store: Store) -> ReadyCheck {
    let check = move || {
        let store = store.clone();
        async move { store.check_writable().await }
    };
    ReadyCheck::new(format!("{name} store"), Impact::Unready, check)
}
