//! The definition of a service crate, by which programs, operator's commands and tests treat every
//! service alike.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use clap::Arg;
use contract::catalogue;
use futures::future::BoxFuture;
use store::{Collection, Engine, Unavailable};

use crate::background::republisher::Republisher;
use crate::configuration::settings::Settings;
use crate::platform::Platform;
use crate::service::Service;
use crate::sessions::session_key::CurrentKey;

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
    /// Publishes its present states again and returns their number; `None` where no service keeps
    /// copies of them.
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

/// The settings of one service.
trait OwnSettings: Any + Debug + Send + Sync {}

impl<S: Any + Debug + Send + Sync> OwnSettings for S {}

/// The settings of services, by the type of each service's own. A service without an entry has its
/// defaults.
#[derive(Debug, Clone, Default)]
pub struct ServiceSettings(BTreeMap<TypeId, Arc<dyn OwnSettings>>);

impl ServiceSettings {
    /// Sets a service's settings.
    pub fn set<S: Debug + Send + Sync + 'static>(&mut self, settings: S) {
        self.0.insert(TypeId::of::<S>(), Arc::new(settings));
    }

    /// A service's settings.
    #[must_use]
    pub fn get<S: Clone + Default + 'static>(&self) -> S {
        let any = self.0.get(&TypeId::of::<S>()).map(|settings| -> &dyn Any { &**settings });
        any.and_then(<dyn Any>::downcast_ref).cloned().unwrap_or_default()
    }

    /// Changes a service's settings.
    pub fn change<S: Clone + Debug + Default + Send + Sync + 'static>(
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
