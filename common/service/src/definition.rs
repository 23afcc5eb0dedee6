//! The definition of a service crate, for programs, operator's commands and tests.

use std::collections::BTreeMap;

use clap::Arg;
use contract::catalogue;
use futures::future::BoxFuture;
use http::Extensions;
use store::{Collection, Engine, Unavailable};

use crate::{CurrentKey, Platform, Republisher, Service, Settings};

/// A service: its entry of the catalogue, its settings, and the functions that open and repair it.
pub struct ServiceDefinition {
    /// Its entry of the catalogue.
    pub service: &'static catalogue::Service,
    /// The collections of its store, without those of every service.
    pub collections: &'static [&'static Collection],
    /// The table of its own settings.
    pub settings: fn() -> Vec<Arg>,
    /// Reads its own settings, and adds them to those of other services; `None` if one is invalid.
    pub take: fn(&mut Settings, &mut ServiceSettings) -> Option<()>,
    /// Opens it.
    pub open: fn(ServiceContext) -> BoxFuture<'static, Result<Service, Unavailable>>,
    /// Publishes its states again and returns their number; `None` where no service has copies.
    pub republish: Option<Republish>,
}

/// Publishes the present states of a service again.
pub type Republish = for<'r> fn(&'r Republisher) -> BoxFuture<'r, Result<u64, Unavailable>>;

impl ServiceDefinition {
    /// Its name: `auth`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.service.name
    }
}

/// The parts of a process for opening a service.
pub struct ServiceContext {
    /// The engine of its store, the bus, clock, ids and sessions.
    pub platform: Platform,
    /// The engines of its parts that have a store of their own, by the name of the store.
    pub more_engines: BTreeMap<&'static str, Engine>,
    /// The key that signs sessions; `None` in a process that only verifies them.
    pub signing: Option<CurrentKey>,
    /// The settings of services, including this one.
    pub settings: ServiceSettings,
}

impl ServiceContext {
    /// For a service, in a process that gives each store its own engine, by name.
    pub fn new(
        service: &catalogue::Service,
        platform: impl Fn(&'static str) -> Platform,
        signing: Option<CurrentKey>,
        settings: ServiceSettings,
    ) -> Self {
        let more = service.more_databases.iter().map(|name| (*name, platform(name).engine));
        let more_engines = more.collect();
        Self { platform: platform(service.name), more_engines, signing, settings }
    }

    /// The engine of a part's own store.
    ///
    /// # Errors
    /// [`Unavailable`] when the catalogue does not name the store among the service's databases.
    pub fn engine(&self, name: &str) -> Result<Engine, Unavailable> {
        let missing = || Unavailable::new(format!("the catalogue has no database {name}"));
        self.more_engines.get(name).cloned().ok_or_else(missing)
    }

    /// The key that signs sessions, which follows its file.
    ///
    /// # Errors
    /// [`Unavailable`] when this process has only public keys.
    pub fn signing_key(&self) -> Result<CurrentKey, Unavailable> {
        let missing = || Unavailable::new("cannot sign sessions with a public key");
        self.signing.clone().ok_or_else(missing)
    }
}

/// The settings of services, by the type of the service's own; defaults without an entry.
#[derive(Debug, Clone, Default)]
pub struct ServiceSettings(Extensions);

impl ServiceSettings {
    /// Sets a service's settings.
    pub fn set<S: Clone + Send + Sync + 'static>(&mut self, settings: S) {
        self.0.insert(settings);
    }

    /// A service's settings.
    #[must_use]
    pub fn get<S: Clone + Default + Send + Sync + 'static>(&self) -> S {
        self.0.get().cloned().unwrap_or_default()
    }

    /// Changes a service's settings.
    pub fn change<S: Clone + Default + Send + Sync + 'static>(
        &mut self,
        change: impl FnOnce(&mut S),
    ) {
        let mut settings = self.get::<S>();
        change(&mut settings);
        self.set(settings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Default, PartialEq)]
    struct Doors(u8);

    #[derive(Debug, Clone, Default, PartialEq)]
    struct Seats(u8);

    #[test]
    fn each_service_has_its_own_settings_or_its_defaults() {
        let mut all = ServiceSettings::default();
        assert_eq!(all.get::<Doors>(), Doors(0));
        all.set(Doors(1));
        all.change(|seats: &mut Seats| seats.0 += 2);
        all.change(|doors: &mut Doors| doors.0 += 2);
        assert_eq!((all.get::<Doors>(), all.get::<Seats>()), (Doors(3), Seats(2)));
        let other = all.clone();
        all.set(Doors(9));
        assert_eq!(other.get::<Doors>(), Doors(3));
    }
}
